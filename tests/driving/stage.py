"""Commands in this process against a sandbox in this process: time is virtual, and every request can be counted or spoilt."""

import io
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli import conducting, main, wiring
from snowconf.ledger.storing import InstanceStore
from snowconf.model.connection import InstanceSettings
from snowconf.model.origin import Origin
from snowconf.model.outcome import ApplyReport
from snowconf.model.ownership import Ledger
from snowconf.model.value import SecretSource, SecretText
from snowconf.sandbox import switches
from snowconf.sandbox.instance import Sandbox
from snowconf.servicenow.entering import InstanceDoor
from snowconf.servicenow.in_process import InProcessTransport, Ways
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing

URL = "sandbox:"
# Longer than the client waits, and than the platform's quota for one transaction.
PATIENCE_S = 70.0
Spoil = Callable[[str, str], str]
Pairs = Sequence[tuple[str, str]]


def fair(_verb: str, _url: str) -> str:
    """No fault."""
    return ""


@dataclass
class Time:
    """Seconds that pass only when somebody sleeps."""

    passed_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def clock(self) -> float:
        """Seconds since the beginning."""
        return self.passed_s

    def sleep(self, seconds: float) -> None:
        """They are over."""
        with self.lock:
            self.passed_s += seconds

    def moment(self) -> datetime:
        """The same for the instance."""
        return datetime(2026, 11, 21, 8, tzinfo=UTC) + timedelta(seconds=self.passed_s)


@dataclass
class Stage:
    """A stack's folder and an instance, which takes every caller for `trusted` where that is said.

    `spoil` gives, for verb and URL, the fault that a request meets; with an exclamation mark behind it the connection
    breaks at once where else there would be silence.
    """

    folder: Path
    sandbox: Sandbox
    time: Time
    environ: dict[str, str] = field(default_factory=dict)
    trusted: str = ""
    spoil: Spoil = fair
    counts: Counter[str] = field(default_factory=Counter)
    report: ApplyReport | None = None
    code: int = 0
    said: str = ""

    def run(self, *arguments: str) -> int:
        """One command. `report` is what an apply ended with, None when it did not come so far."""
        self.report, screen = None, io.StringIO()
        self.counts.clear()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.environ | {"SNOWCONF_IN_AUTOMATION": "1"}).items():
                patch.setenv(name, value)
            for stream in ("stdout", "stderr"):
                patch.setattr(sys, stream, screen)
            timing = Timing(clock=self.time.clock, sleep=self.time.sleep)
            patch.setattr(wiring, "open_instance", partial(open_instance, timing=timing))
            patch.setattr(wiring, "InstanceDoor", partial(InstanceDoor, timing=timing))
            patch.setattr(wiring, "_ways_to", lambda *_: nullcontext(self._ways()))
            patch.setattr(conducting, "conclude", self._noting(conducting.conclude))
            self.code = main(arguments)
        self.said = screen.getvalue()
        return self.code

    def apply(self, *more: str) -> int:
        """The stack, without a question."""
        return self.run("apply", str(self.folder), "--auto-approve", *more)

    def ledger(self) -> Ledger:
        """What the stack owns, as the instance has it."""
        return ledger_of(self.sandbox, self.stack_name, URL)

    @property
    def stack_name(self) -> str:
        """As the first file says it."""
        text = next(self.folder.glob("*.toml")).read_text("utf-8")
        return text.split("[stack]", 1)[1].split('name = "', 1)[1].split('"', 1)[0]

    def settle(self) -> None:
        """Let all come true that the instance is still at work on."""
        self.time.sleep(1000)
        self.sandbox.tidy()

    def _noting(self, conclude: Callable[..., Any]) -> Callable[..., Any]:
        def noted(report: ApplyReport, session: Any) -> Any:
            self.report = report
            return conclude(report, session)

        return noted

    def _ways(self) -> Ways:
        return Ways(
            runner=InProcessTransport(partial(self._exchange, self.trusted)),
            visitors=InProcessTransport(partial(self._exchange, "")),
        )

    def _exchange(
        self, trusted: str, method: str, url: str, headers: Pairs, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        with self.time.lock:
            fault = self.spoil(method, url)
            self.counts[method] += 1
        more = (("x-snowconf-fault", fault.rstrip("!")),) if fault else ()
        try:
            return self.sandbox.exchange(trusted)(method, url, (*headers, *more), body)
        except TimeoutError as silence:
            if fault.endswith("!"):
                raise ConnectionError("The connection broke.") from silence
            self.time.sleep(PATIENCE_S)
            raise


def ledger_of(sandbox: Sandbox, stack: str, url: str) -> Ledger:
    """What a stack owns, as the instance has it that the stack calls so."""
    settings = InstanceSettings(name="sandbox", url=URL, origin=Origin("stage", 1))
    door = InProcessTransport(sandbox.exchange("admin"))
    with open_instance(settings, _no_secret, transport=door) as instance:
        return InstanceStore(instance, stack, url).load().ledger


def _no_secret(source: SecretSource) -> SecretText:
    raise AssertionError(source)


def sandbox_like(template: Sandbox | None, time: Time, **chosen: str) -> Sandbox:
    """A sandbox in memory with the rows of the template, or a fresh one."""
    sandbox = Sandbox(None, switches.parse(chosen), clock=time.moment)
    if template is None:
        sandbox.survey()
    else:
        # Filling one anew takes a hundred times as long.
        template.store._connection.backup(sandbox.store._connection)
        sandbox.store._forget()
    return sandbox
