"""A creation that is said to be done is there once; one that is said to have failed is not there.

The pretended instance commits for real: before the answer, after it, or later, when nobody listens any more. It has no
unique index, so whoever repeats a creation blindly makes a second record (ecosystem.md C.2; C.3, rows 1 to 3).
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qs

import httpx

from snowconf.errors import InstanceError, OutcomeUnknownError
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.table_api import TableApi
from tests.servicenow.wire import ID, VirtualClock, answer, listed, page, refused, result, secret_of, settings

QUOTA_S = 60.0
TIMEOUT_S = 5.0

CUT = httpx.Response(201, headers={"Content-Type": "application/json"}, content=b'{"result": {"sys_id": "')
# What the client gets to see of each trouble; None stands for a time-out.
SIGHT: Mapping[str, Callable[[], httpx.Response | Exception | None]] = {
    "429": lambda: refused(429, "Rate limit exceeded", None, Retry_After="2"),
    "full": lambda: refused(429, "busy"),
    "202": lambda: answer(202),
    "refused": lambda: httpx.ConnectError("refused"),
    "dropped": lambda: httpx.ReadError("reset"),
    "timed out": lambda: None,
    "500": lambda: refused(500, "Transaction cancelled"),
    "502": lambda: page(502, "<html>"),
    "503": lambda: page(503, "<html>"),
    "504": lambda: page(504, "<html>"),
    "cut": lambda: CUT,
    "empty": lambda: answer(200),
    "page": lambda: page(200, "<html>"),
}
NEVER_DONE = frozenset({"429", "full", "202", "refused"})
NEVER_LATE = frozenset({"500", "cut"})


class Instance(httpx.BaseTransport):
    """One table. Each request meets a trouble with probability `odds`; each trouble comes before or after the commit."""

    def __init__(self, clock: VirtualClock, random: Random, *, odds: float = 0.6) -> None:
        self._clock = clock
        self._random = random
        self._odds = odds
        self._pending: list[tuple[float, str]] = []
        self.rows: list[str] = []
        self.values: dict[str, str] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Commit what is due, then serve."""
        self.commit(self._clock.now)
        trouble = self._random.choice(list(SIGHT)) if self._random.random() < self._odds else ""
        if not trouble:
            return self._serve(request)
        if request.method != "GET":
            self._maybe_do(request, trouble)
        return self._show(request, trouble)

    def commit(self, now: float) -> None:
        """What was begun and is due by now becomes true."""
        self.rows += [sys_id for due, sys_id in self._pending if due <= now]
        self._pending = [(due, sys_id) for due, sys_id in self._pending if due > now]

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            (query,) = parse_qs(request.url.query.decode())["sysparm_query"]
            wanted = query.removeprefix("sys_id=").partition("^")[0]
            return listed([{"sys_id": wanted}] if wanted in self.rows else [])
        self._do(request, self._clock.now)
        return result(body_of(request))

    def _maybe_do(self, request: httpx.Request, trouble: str) -> None:
        if trouble in NEVER_DONE or self._random.random() < 0.4:
            return
        is_late = trouble not in NEVER_LATE and self._random.random() < 0.5
        self._do(request, self._clock.now + (self._random.uniform(0, QUOTA_S) if is_late else 0))

    def _do(self, request: httpx.Request, due: float) -> None:
        if request.method == "POST":
            self._pending.append((due, body_of(request)["sys_id"]))
            self.commit(self._clock.now)
        else:
            self.values |= body_of(request)

    def _show(self, request: httpx.Request, trouble: str) -> httpx.Response:
        sight = SIGHT[trouble]()
        if sight is None:
            self._clock.sleep(TIMEOUT_S)
            raise httpx.ReadTimeout("slow", request=request)
        if isinstance(sight, Exception):
            raise sight
        return httpx.Response(sight.status_code, headers=sight.headers, stream=sight.stream)


def body_of(request: httpx.Request) -> dict[str, Any]:
    """What a request carries."""
    return dict(json.loads(request.content))


def reached(instance: Instance, clock: VirtualClock) -> TableApi:
    """A client that gives up long before the instance does."""
    return open_instance(
        settings(timeout_s=TIMEOUT_S),
        secret_of,
        transport=instance,
        timing=Timing(clock=clock, sleep=clock.sleep),
    )


def say(act: Callable[[], object]) -> str:
    """What the client says became of it."""
    try:
        act()
    except OutcomeUnknownError:
        return "unknown"
    except InstanceError:
        return "failed"
    return "done"


def create(seed: int) -> tuple[str, int]:
    """What is said of one creation among faults, and how many records there are when everything has settled."""
    clock = VirtualClock()
    instance = Instance(clock, Random(seed))
    with reached(instance, clock) as api:
        said = say(lambda: api.insert("u_table", {"sys_id": ID}))
    instance.commit(math.inf)
    return said, instance.rows.count(ID)


def change(seed: int) -> tuple[str, str]:
    """What is said of one change among faults, and what the record holds afterwards."""
    clock = VirtualClock()
    instance = Instance(clock, Random(seed))
    with reached(instance, clock) as api:
        said = say(lambda: api.update("u_table", ID, {"name": "desired"}))
    return said, instance.values.get("name", "before")


def test_no_creation_is_lost_or_doubled_in_2000_sequences_of_faults() -> None:
    """Done is one record, failed is none, unknown is at most one: also when commits come late."""
    seen = Counter(create(seed) for seed in range(2_000))
    assert set(seen) <= {("done", 1), ("failed", 0), ("unknown", 0), ("unknown", 1)}
    assert seen["done", 1] > 1_000


def test_a_change_that_is_said_to_be_done_is_done() -> None:
    """And one that is said to have failed was not made."""
    seen = Counter(change(seed) for seed in range(500))
    assert set(seen) <= {
        ("done", "desired"),
        ("failed", "before"),
        ("unknown", "before"),
        ("unknown", "desired"),
    }
    assert seen["done", "desired"] > 250
