"""What becomes of a request that a fault hits: one function a fault, in the order of `faults`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from snowconf.sandbox.answers.answering import (
    ALWAYS,
    HTML,
    UNCACHED,
    Headers,
    failure,
    nothing,
    page,
    unauthenticated,
)
from snowconf.sandbox.wire.faults import HALF, SILENCE_S
from snowconf.sandbox.wire.requests import Answer, Delivery

RATE_RULE = "a3b9f0c1db1a41d0b0a5e5b5ce961999"
CANCELLED = "Transaction cancelled: maximum execution time exceeded"
# wire-contract.md 5.6, word for word and in this order.
CUT_END = (
    b'],"error":{"detail":"'
    + CANCELLED.encode()
    + b'. Check logs for error trace.","message":"'
    + CANCELLED.encode()
    + b'"},"status":"failure"}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A request that a fault hits. `carry_out` does what was asked, `postpone` does so after some seconds."""

    argument: float
    wording_401: str
    now: datetime
    carry_out: Callable[[], Answer]
    postpone: Callable[[float], None]


Act: TypeAlias = Callable[[Occasion], Answer]


def _rate_limited(occasion: Occasion) -> Answer:
    wait_s = int(occasion.argument)
    reset = int(occasion.now.timestamp()) + wait_s
    headers: Headers = (
        ("X-RateLimit-Limit", "100"),
        ("X-RateLimit-Reset", str(reset)),
        ("X-RateLimit-Rule", RATE_RULE),
        ("Retry-After", str(wait_s)),
    )
    detail = "Rate limit of 100 requests per hour for Table API exceeded"
    return failure(429, "Rate limit exceeded", detail, headers)


def _overloaded(_: Occasion) -> Answer:
    return page(429, "Too Many Requests", "The maximum number of requests is being worked on.")


def _unavailable(occasion: Occasion) -> Answer:
    wait = (("Retry-After", str(int(occasion.argument))),) if occasion.argument else ()
    found = page(503, "Service Unavailable", "The service is temporarily unavailable.")
    return replace(found, headers=(*found.headers, *wait))


def _bad_gateway(_: Occasion) -> Answer:
    found = page(502, "502 Bad Gateway", "The instance cannot be reached.")
    others = tuple(header for header in found.headers if header[0] != "Server")
    return replace(found, headers=(*others, ("Server", "snow_adc")))


def _hibernating(_: Occasion) -> Answer:
    return page(200, "Instance Hibernating page", "Your instance is hibernating. Wake it and try again.")


def _login_page(_: Occasion) -> Answer:
    body = (
        b'<!DOCTYPE html><html><head><title>Log in</title></head><body><form method="post" action="/login.do">'
        b'<input name="user_name"><input name="user_password" type="password"><button>Log in</button></form></body></html>'
    )
    return Answer(status=200, headers=(*UNCACHED, HTML, *ALWAYS), body=body)


def _dropped_request(_: Occasion) -> Answer:
    return nothing(202)


def _stale_token(occasion: Occasion) -> Answer:
    return unauthenticated(occasion.wording_401)


def _cancelled(occasion: Occasion) -> Answer:
    occasion.carry_out()
    return failure(500, CANCELLED, f"{CANCELLED}. Check logs for error trace.")


def _cut_result(occasion: Occasion) -> Answer:
    found = occasion.carry_out()
    cut = _cut(occasion, found.body) + CUT_END
    return replace(found, status=200, body=cut) if _has_result(found) else found


def _cut_body(occasion: Occasion) -> Answer:
    found = occasion.carry_out()
    return replace(found, body=_cut(occasion, found.body))


def _cut(occasion: Occasion, body: bytes) -> bytes:
    at = len(body) // 2 if occasion.argument == HALF else int(occasion.argument)
    return body[:at]


def _has_result(found: Answer) -> bool:
    return found.status in {200, 201} and found.body.startswith(b'{"result":')


def _silent_before(occasion: Occasion) -> Answer:
    return _silence(occasion.argument)


def _silent_after(occasion: Occasion) -> Answer:
    occasion.carry_out()
    return _silence(occasion.argument)


def _late(occasion: Occasion) -> Answer:
    occasion.postpone(occasion.argument)
    return _silence(SILENCE_S)


def _silence(seconds: float) -> Answer:
    return Answer(status=504, delivery=Delivery(delay_s=seconds, silent=True))


def _dropped_before(_: Occasion) -> Answer:
    return _silence(0.0)


def _dropped_after(occasion: Occasion) -> Answer:
    found = occasion.carry_out()
    return replace(found, delivery=Delivery(upto=int(occasion.argument)))


def _slow(occasion: Occasion) -> Answer:
    return replace(occasion.carry_out(), delivery=Delivery(delay_s=occasion.argument))


ACTS: Mapping[str, Act] = {
    "429": _rate_limited,
    "429-bare": _overloaded,
    "503": _unavailable,
    "502": _bad_gateway,
    "202": _dropped_request,
    "hibernating": _hibernating,
    "login-page": _login_page,
    "stale-token": _stale_token,
    "cancelled": _cancelled,
    "cut-json": _cut_result,
    "cut-body": _cut_body,
    "timeout-before": _silent_before,
    "timeout-after": _silent_after,
    "late": _late,
    "drop-before": _dropped_before,
    "drop": _dropped_after,
    "slow": _slow,
}
