"""One sandbox: a store, switches, and a function from request to answer. Both doors, HTTP and in process, call it."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TypeAlias

from snowconf.sandbox.acting.session import Clock, Session, utc_now
from snowconf.sandbox.answers.answering import date_header, failure, page, plain, unauthenticated
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.rendering import render
from snowconf.sandbox.apis import (
    aggregate_api,
    attachment_api,
    batch_api,
    catalog_api,
    cicd_api,
    cmdb_api,
    concourse_api,
    import_set_api,
    problem_api,
    table_api,
    tiny_urls,
)
from snowconf.sandbox.browser import authorizing, uploading
from snowconf.sandbox.browser.browsing import Browser, browse, refuse
from snowconf.sandbox.browser.entering import find_reader
from snowconf.sandbox.browser.sheets import is_page
from snowconf.sandbox.identity import oauth
from snowconf.sandbox.identity.identities import Caller, Gate, caller_for, find_user, password_is_right
from snowconf.sandbox.identity.signing import key_set
from snowconf.sandbox.reception.admitting import WORDINGS, Guest, admit, keep_session
from snowconf.sandbox.reception.receiving import Arrival, Reception
from snowconf.sandbox.reception.routing import Api, ApiAddress, Place, route
from snowconf.sandbox.seed import fill_users, seed
from snowconf.sandbox.storage.journal import Entry, Wish
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.storage.surveying import Survey, count_tables
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.delivering import deliver
from snowconf.sandbox.wire.reading import read_request
from snowconf.sandbox.wire.requests import Answer, Request

Observer: TypeAlias = Callable[[Request, Answer], None]
Exchange: TypeAlias = Callable[
    [str, str, Sequence[tuple[str, str]], bytes], tuple[int, list[tuple[str, str]], bytes]
]

# The user who may do everything, and what it logs in with unless another password was given.
ADMIN = "admin"
MAX_URL = 8192

_log = logging.getLogger(__name__)


def unobserved(_request: Request, _answer: Answer) -> None:
    """Nobody looks on."""


class Sandbox:
    """An instance of ServiceNow's kind in one file, or in memory when `path` is None.

    It fills itself with what every instance has when first used; `admin_password` counts only then. One request at a
    time: a lock sees to that. `observer` is told of every request and its answer.
    """

    def __init__(
        self,
        path: Path | None,
        switches: Switches,
        *,
        admin_password: str = ADMIN,
        clock: Clock = utc_now,
        observer: Observer = unobserved,
    ) -> None:
        self.store = Store(path)
        self.switches = switches
        self.observer = observer
        self._admin_password = admin_password
        self._clock = clock
        self._lock = RLock()
        self._seeded = False
        self._reception = Reception(self.store, switches, clock, self._answer)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._reception.close()
            self.store.close()

    def reset(self) -> None:
        """Forget everything and begin again as a fresh instance."""
        with self._lock, self.store.transaction():
            self.store.clear()
            seed(self.store, self.switches, self._admin_password)
            self._seeded = True

    def handle(self, request: Request, *, trusted_user: str = "") -> Answer:
        """The answer to a request. `trusted_user` acts as that user, whatever the request's credentials.

        Never raises: a mistake of ours is answered with 500, unless the switch `internal_errors` says `raise`.
        """
        with self._lock:
            received = self._reception.receive(Arrival(request=request, user=trusted_user))
            answer = _finish(request, received, self._clock())
            self.observer(request, answer)
        return answer

    def read_log(self, wish: Wish) -> list[Entry]:
        """What was asked of this sandbox, and what was decided."""
        with self._lock:
            return self._reception.journal.read(wish)

    def fill_up(self, users: int) -> None:
        """See to it that there are at least so many users.

        Raises:
            UniqueViolationError: it was done before, with fewer.
        """
        with self._lock:
            self._fill()
            missing = users - self.store.count("sys_user")
            if missing > 0:
                fill_users(self.store, self.switches, missing)

    def survey(self) -> Survey:
        """What this sandbox holds."""
        with self._lock:
            self._fill()
            requests, denied, last = self._reception.journal.sum_up()
            tables = count_tables(self.store)
        return Survey(tables=tables, requests=requests, denied=denied, last_request=last)

    def tidy(self) -> None:
        """What is to be done while nobody asks: write down the log, carry out what was put off."""
        with self._lock:
            self._reception.catch_up()
            self._reception.journal.write()

    def exchange(self, trusted_user: str = "") -> Exchange:
        """A door without sockets: method, absolute URL, headers and body in; status, headers and body out.

        A fault that leaves no answer is a TimeoutError or a ConnectionError.
        """

        def respond(
            method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
        ) -> tuple[int, list[tuple[str, str]], bytes]:
            answer = deliver(self.handle(read_request(method, url, headers, body), trusted_user=trusted_user))
            return answer.status, list(answer.headers), answer.body

        return respond

    @contextmanager
    def act_as(self, user_name: str) -> Iterator[Session]:
        """The whole sandbox to itself as that user: everything within happens, or nothing when it raises.

        Raises:
            LookupError: there is no such user.
        """
        with self._lock:
            self._fill()
            with self.store.transaction():
                yield self._session(caller_for(self.store, user_name))

    def has_default_password(self) -> bool:
        """Whether anybody who read the manual can log in as admin."""
        with self._lock:
            self._fill()
            admin = find_user(self.store, ADMIN)
            return admin is not None and password_is_right(self.store, admin, ADMIN)

    def _fill(self) -> None:
        """Seed a store that is empty; another process may be doing the same."""
        if self._seeded:
            return
        with self.store.transaction():
            if self.store.count("sys_user") == 0:
                seed(self.store, self.switches, self._admin_password)
        self._seeded = True

    def _answer(self, request: Request, trusted_user: str) -> Answer:
        try:
            with self.store.steady():
                self._fill()
                return self._route(request, trusted_user)
        except Exception as error:
            if self.switches.get("internal_errors") == "raise":
                raise
            return _admit(request, error)

    def _route(self, request: Request, trusted_user: str) -> Answer:
        if len(request.target) > MAX_URL and self.switches.get("long_urls") == "refuse":
            return page(
                414, "Request-URI Too Long", "The requested URL is longer than this server can handle."
            )
        if is_page(request.path):
            return self._page(request, trusted_user)
        address = route(request.path)
        if isinstance(address, Place) and address in PAGES:
            return PAGES[address](self._gate, request)
        return self._api(request, trusted_user)

    def _page(self, request: Request, trusted_user: str) -> Answer:
        caller = find_reader(self._gate, request, trusted_user)
        if caller is None:
            return refuse()
        browser = Browser(
            store=self.store,
            switches=self.switches,
            ask=lambda part: self._perform(_guest(caller), part),
            read_log=self.read_log,
        )
        return browse(browser, request)

    def _api(self, request: Request, trusted_user: str) -> Answer:
        found = self._trust(trusted_user) if trusted_user else admit(self._gate, request)
        answer = found if isinstance(found, Answer) else self._perform(found, request)
        return keep_session(request, answer)

    def _trust(self, user_name: str) -> Guest | Answer:
        try:
            return _guest(caller_for(self.store, user_name))
        except LookupError:
            return unauthenticated(WORDINGS[self.switches.get("wording_401")])

    def _perform(self, guest: Guest, request: Request) -> Answer:
        """What a REST API answers to a caller who is known."""
        address = route(request.path)
        if not isinstance(address, ApiAddress):
            return failure(400, "Requested URI does not represent any resource", None)
        call = Call(
            session=self._session(guest.caller),
            request=tiny_urls.expand(self.store, request),
            root=address.root,
            steps=address.steps,
            perform=lambda part: guest.turn_away(part) or self._perform(guest, part),
        )
        return render(request, APIS[address.api](call))

    def _session(self, caller: Caller) -> Session:
        return Session(
            store=self.store,
            switches=self.switches,
            caller=caller,
            clock=self._clock,
            sink=self._reception.trail,
        )

    @property
    def _gate(self) -> Gate:
        return Gate(store=self.store, switches=self.switches, clock=self._clock, sink=self._reception.trail)


def _guest(caller: Caller) -> Guest:
    """Somebody whom nothing stands in the way of but access to records."""
    return Guest(caller=caller, turn_away=lambda _: None)


def _admit(request: Request, error: Exception) -> Answer:
    """A mistake of ours. The error's message may hold what the request held, so only its kind is logged."""
    _log.error("The sandbox failed on a %s request: %s", request.method, type(error).__name__)
    return failure(500, "Internal Server Error", None)


def _finish(request: Request, answer: Answer, now: datetime) -> Answer:
    """The answer with the headers that only its last form decides. A HEAD has those of the GET, and no body."""
    length = () if answer.status == 204 else (("Content-Length", str(len(answer.body))),)
    body = b"" if request.method == "HEAD" else answer.body
    return replace(answer, headers=(*answer.headers, date_header(now), *length), body=body)


def _token(gate: Gate, request: Request) -> Answer:
    if request.method != "POST":
        return page(405, "Method not allowed", "Tokens are given to POST requests only.")
    return oauth.token(gate.store, gate.switches, request, clock=gate.clock, sink=gate.sink)


def _revoke(gate: Gate, request: Request) -> Answer:
    return oauth.revoke(gate.store, gate.switches, request, clock=gate.clock)


def _home(_gate: Gate, _request: Request) -> Answer:
    return page(200, "Log in", "This is a sandbox: it has REST APIs and no pages.")


def _nowhere(_gate: Gate, _request: Request) -> Answer:
    return page(404, "Page not found", "The page you are looking for could not be found.")


def _keys(gate: Gate, _request: Request) -> Answer:
    return plain(200, key_set(gate.store))


# What is no REST API, and so needs nobody to be known.
PAGES: Mapping[Place, Callable[[Gate, Request], Answer]] = {
    Place.GRANT: _token,
    Place.REVOKE: _revoke,
    Place.AUTHORIZE: authorizing.authorize,
    Place.LOGIN: authorizing.log_in,
    Place.LOGOUT: authorizing.log_out,
    Place.KEYS: _keys,
    Place.UPLOAD: uploading.upload,
    Place.HOME: _home,
    Place.NOWHERE: _nowhere,
}
APIS: Mapping[Api, Handler] = {
    Api.TABLE: table_api.answer,
    Api.ATTACHMENT: attachment_api.answer,
    Api.BATCH: batch_api.answer,
    Api.STATS: aggregate_api.answer,
    Api.IMPORT: import_set_api.answer,
    Api.CONCOURSE: concourse_api.answer,
    Api.CMDB: cmdb_api.answer,
    Api.TINY_URL: tiny_urls.answer,
    Api.CATALOG: catalog_api.answer,
    Api.PROBLEM: problem_api.answer,
    Api.UPDATE_SET: cicd_api.answer,
    Api.PROGRESS: cicd_api.answer_progress,
}
