"""What happens around every request, whatever it asks: ordered faults before it, the log after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import TypeAlias

from snowconf.sandbox.acting.session import Clock
from snowconf.sandbox.answers.answering import failure
from snowconf.sandbox.browser.sheets import is_page
from snowconf.sandbox.identity.credentials import read_basic
from snowconf.sandbox.reception.admitting import WORDINGS
from snowconf.sandbox.reception.failing import ACTS, Occasion
from snowconf.sandbox.storage.journal import Happening, Journal
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.decisions import Trail
from snowconf.sandbox.wire.faulting import HEADER, Fates, Order, parse_orders
from snowconf.sandbox.wire.requests import Answer, Request

Answerer: TypeAlias = Callable[[Request, str], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request and the user it is trusted to come from, if any."""

    request: Request
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """A request that nobody waits for any more, and when it is carried out."""

    arrival: Arrival
    due: datetime


class Reception:
    """Receives the requests of one sandbox, one at a time. `trail` is for the decisions about the present one."""

    def __init__(self, store: Store, switches: Switches, clock: Clock, answerer: Answerer) -> None:
        self.journal = Journal(store)
        self.trail = Trail()
        self._fates = Fates(parse_orders(switches.get("fault")))
        self._wording = WORDINGS[switches.get("wording_401")]
        self._clock = clock
        self._answerer = answerer
        self._postponed: list[Postponed] = []

    def receive(self, arrival: Arrival) -> Answer:
        """The answer, or what a fault makes of it."""
        self.catch_up()
        try:
            order = self._fates.find(arrival.request)
        except ValueError as error:
            return failure(400, f"{HEADER}: {error}", None)
        return self._work_on(arrival, order)

    def catch_up(self) -> None:
        """Carry out what is overdue."""
        if self._postponed:
            self._finish(self._clock())

    def close(self) -> None:
        """Carry out and write down what is left."""
        for each in self._postponed:
            self._work_on(each.arrival, None)
        self._postponed.clear()
        self.journal.write()

    def _finish(self, now: datetime) -> None:
        overdue = [each for each in self._postponed if each.due <= now]
        self._postponed = [each for each in self._postponed if each.due > now]
        for each in overdue:
            self._work_on(each.arrival, None)

    def _work_on(self, arrival: Arrival, order: Order | None) -> Answer:
        self.trail, began = Trail(), perf_counter()
        answer = self._fail(arrival, order) if order else self._carry_out(arrival)
        if is_page(arrival.request.path):
            return answer
        happening = Happening(
            request=arrival.request,
            answer=answer,
            trail=self.trail,
            user=arrival.user or self._find_name(arrival.request),
            fault=order.fault.name if order else "",
            at=self._clock(),
            seconds=perf_counter() - began,
        )
        self.journal.note(happening)
        return answer

    def _carry_out(self, arrival: Arrival) -> Answer:
        return self._answerer(arrival.request, arrival.user)

    def _fail(self, arrival: Arrival, order: Order) -> Answer:
        def postpone(seconds: float) -> None:
            due = self._clock() + timedelta(seconds=seconds)
            self._postponed.append(Postponed(arrival=arrival, due=due))

        occasion = Occasion(
            argument=order.argument,
            wording_401=self._wording,
            now=self._clock(),
            carry_out=lambda: self._carry_out(arrival),
            postpone=postpone,
        )
        return ACTS[order.fault.name](occasion)

    def _find_name(self, request: Request) -> str:
        """Who it was by the decisions, or who it claimed to be."""
        decided = next((decision.who for decision, _ in self.trail), "")
        if decided:
            return decided
        scheme, _, credentials = request.header("authorization").partition(" ")
        return read_basic(credentials.strip())[0][:100] if scheme.lower() == "basic" else ""
