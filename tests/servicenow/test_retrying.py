"""Waiting and trying again: how long, how often, and all threads together."""

import random
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from snowconf.errors import (
    BrokenAnswerError,
    InstanceError,
    NotAnInstanceError,
    ThrottledError,
    UnreachableError,
)
from snowconf.model.query import Query
from snowconf.servicenow.retrying import PATIENCE_S
from snowconf.servicenow.table_api import TableApi
from tests.servicenow.wire import Step, VirtualClock, Wire, answer, client, listed, page, refused

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
DATE = format_datetime(NOW, usegmt=True)
LATER = format_datetime(NOW + timedelta(seconds=20), usegmt=True)


def read(api: TableApi) -> None:
    """Ask for anything."""
    api.list_rows("sys_user", Query(), [])


def waits(*steps: Step) -> list[float]:
    """The seconds that were slept between these steps and a good answer."""
    clock = VirtualClock()
    read(client(Wire([*steps, listed([])]), clock))
    return clock.slept


@pytest.mark.parametrize(
    ("response", "least_s"),
    [
        (refused(429, "Rate limit exceeded", None, Retry_After="7"), 7),
        (refused(429, "Rate limit exceeded", None, Retry_After="0"), 1),
        (refused(429, "Rate limit exceeded", None, Retry_After=LATER, Date=DATE), 20),
        (answer(429, {}, X_RateLimit_Reset=str(int(NOW.timestamp()) + 30), Date=DATE), 30),
        (answer(429, {}, X_RateLimit_Reset=str(int(NOW.timestamp()) - 30), Date=DATE), 1),
        (answer(429, {}, X_RateLimit_Reset="1800000000"), 1),
        (answer(429, {}, Retry_After="soon", Date="today"), 1),
        (refused(429, "busy"), 1),
        (answer(202), 1),
        (page(503, "busy", Retry_After="4"), 4),
        (page(503, "busy"), 0.5),
        (page(502, "busy", Server="snow_adc"), 0.5),
        (refused(500, "Transaction cancelled"), 1),
    ],
)
def test_the_wait_is_what_was_asked_for_and_hardly_more(response: httpx.Response, least_s: float) -> None:
    """Retry-After as seconds or a date, the reset of a rate limit by the instance's own clock, or a guess."""
    (waited,) = waits(response)
    assert least_s <= waited <= least_s * 1.1


def test_waits_grow_while_nothing_is_known() -> None:
    """Twice as long each time."""
    slept = waits(*[refused(429, "busy")] * 4)
    assert [round(wait, -0) >= floor for wait, floor in zip(slept, (1, 2, 4, 8), strict=True)] == [True] * 4


def test_a_page_that_fails_now_and_then_is_read_all_the_same() -> None:
    """Different troubles are counted apart."""
    steps: list[Step] = [
        refused(429, "busy"),
        page(503, "x"),
        httpx.ReadError("reset"),
        refused(429, "busy"),
    ] * 2
    assert len(waits(*steps)) == 8


@pytest.mark.parametrize(
    ("step", "kind", "sent"),
    [
        (page(503, "busy"), BrokenAnswerError, 6),
        (refused(500, "script error"), BrokenAnswerError, 3),
        (httpx.ConnectError("Connection refused"), UnreachableError, 4),
        (httpx.ConnectTimeout("slow"), UnreachableError, 4),
        (httpx.ReadTimeout("slow"), UnreachableError, 2),
        (httpx.ReadError("reset"), UnreachableError, 6),
        (httpx.ProxyError("407"), UnreachableError, 4),
        (httpx.UnsupportedProtocol("gopher"), UnreachableError, 1),
        (page(200, "<title>Instance Hibernating page</title>"), NotAnInstanceError, 1),
        (refused(403, "x"), InstanceError, 1),
    ],
)
def test_tries_come_to_an_end(step: Step, kind: type[InstanceError], sent: int) -> None:
    """Each trouble has its number of tries, and what will not mend has one."""
    wire = Wire([step], endless=True)
    with pytest.raises(kind):
        read(client(wire))
    assert len(wire.requests) == sent


def test_a_rate_limit_that_outlasts_patience_is_an_error() -> None:
    """Not a minute is waited for nothing: an hour is known to be too long at once, for later calls too."""
    clock = VirtualClock()
    wire = Wire([refused(429, "Rate limit exceeded", None, Retry_After="3600")])
    api = client(wire, clock)
    for _ in range(2):
        with pytest.raises(ThrottledError, match=r"another 3\d\d\d s"):
            read(api)
    assert (clock.slept, len(wire.requests)) == ([], 1)


def test_an_endless_storm_ends_with_patience() -> None:
    """The sum of all waits of one call is bounded."""
    clock = VirtualClock()
    with pytest.raises(ThrottledError):
        read(client(Wire([refused(429, "busy")], endless=True), clock))
    assert PATIENCE_S * 0.8 < sum(clock.slept) <= PATIENCE_S


def test_a_wait_asked_for_by_a_front_that_is_too_long_is_not_begun() -> None:
    """A 503 that asks for an hour is the answer."""
    clock = VirtualClock()
    with pytest.raises(BrokenAnswerError):
        read(client(Wire([page(503, "x", Retry_After="3600")]), clock))
    assert clock.slept == []


def tls_error() -> httpx.ConnectError:
    """As httpx wraps it."""
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer certificate")
    error.__cause__ = ssl.SSLCertVerificationError("unable to get local issuer certificate")
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (tls_error(), "SSL_CERT_FILE.*cannot be switched off"),
        (
            httpx.ConnectError("[Errno -2] Name or service not known"),
            "Name or service not known.*HTTPS_PROXY",
        ),
        (httpx.ProxyError("407 Proxy Authentication Required"), "the proxy refused .407"),
        (httpx.ReadTimeout("slow"), "no answer in time"),
        (httpx.ReadError("reset"), "the connection broke"),
    ],
)
def test_silence_is_explained(error: httpx.RequestError, words: str) -> None:
    """The name, the route, TLS, a proxy, a time-out: each in its own words."""
    with pytest.raises(UnreachableError, match=words) as caught:
        read(client(Wire([error], endless=True)))
    assert (caught.value.request, caught.value.status) == ("GET /api/now/table/sys_user", 0)


def test_a_certificate_is_not_tried_twice() -> None:
    """It will not change."""
    wire = Wire([tls_error()])
    with pytest.raises(UnreachableError):
        read(client(wire))
    assert len(wire.requests) == 1


class Storm(httpx.BaseTransport):
    """Nine in ten requests are turned away for a second, for a minute."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._ends = clock.now + 60
        self._random = random.Random(5)
        self.closed_until = 0.0
        self.early = 0
        self.sent = 0

    def handle_request(self, _: httpx.Request) -> httpx.Response:
        """Turn away or answer; count who comes before the time that was asked for."""
        self.sent += 1
        self.early += self._clock.now < self.closed_until
        if self._clock.now < self._ends and self._random.random() < 0.9:
            self.closed_until = self._clock.now + 1
            return refused(429, "Rate limit exceeded", None, Retry_After="1")
        return listed([])


def test_a_storm_of_refusals_is_sat_out() -> None:
    """Nobody knocks before the time asked for, and everything is done in the end (ecosystem.md C.3, row 4)."""
    clock = VirtualClock()
    storm = Storm(clock)
    api = client(storm, clock)
    for _ in range(100):
        read(api)
    assert (storm.early, storm.sent <= 100 + 60) == (0, True)


def test_one_cool_down_holds_for_all_threads() -> None:
    """A thread that was not turned away waits as well."""
    clock = VirtualClock()
    storm = Storm(clock)
    api = client(storm, clock)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read(api), range(40)))
    assert storm.sent <= 40 + 60 * 4
