"""Answers as the REST processor writes them: headers, envelopes, the few pages of HTML (wire-contract.md 1.3, 2.3)."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from secrets import token_hex
from typing import TypeAlias
from urllib.parse import quote

from snowconf.sandbox.answers.shaping import Shaped
from snowconf.sandbox.wire.requests import Answer

Headers: TypeAlias = tuple[tuple[str, str], ...]
Result: TypeAlias = dict[str, Shaped] | list[dict[str, Shaped]]

# The Date header of HTTP, and the dashed form of the platform's cookies.
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
COOKIE_DATE = "%a, %d-%b-%Y %H:%M:%S GMT"
COOKIE_FLAGS = "Path=/; HttpOnly; SameSite=None; Secure"
CLEARED = f"Max-Age=0; Expires=Thu, 01-Jan-1970 00:00:10 GMT; {COOKIE_FLAGS}"
SESSION = timedelta(minutes=30)
ROUTE = timedelta(seconds=2_147_483_647)

JSON = ("Content-Type", "application/json;charset=UTF-8")
HTML = ("Content-Type", "text/html;charset=UTF-8")
UNCACHED: Headers = (
    ("Pragma", "no-store,no-cache"),
    ("Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1"),
    ("Expires", "0"),
)
ALWAYS: Headers = (
    ("Server", "ServiceNow"),
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
)
TIMING: Headers = (("Server-Timing", "sem_wait;dur=0, sesh_wait;dur=0"),)
# What a header may hold of a URL as it is; anything else is percent-encoded, so that nothing can end the header.
URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def result(status: int, body: Result, extra: Headers = ()) -> Answer:
    """A success with its `result`."""
    return Answer(status=status, headers=_logged_in(extra), body=_encode({"result": body}))


def plain(status: int, body: object) -> Answer:
    """A success whose body is no `result` but has a shape of its own."""
    return Answer(status=status, headers=_logged_in(), body=_encode(body))


def file_answer(data: bytes, media_type: str, extra: Headers) -> Answer:
    """A success whose body is a file's bytes."""
    headers = tuple(header for header in _logged_in(extra) if header != JSON)
    return Answer(status=200, headers=(*headers, ("Content-Type", media_type)), body=data)


def nothing(status: int = 204, extra: Headers = ()) -> Answer:
    """A success without a body."""
    headers = tuple(header for header in _logged_in(extra) if header != JSON)
    return Answer(status=status, headers=headers)


def failure(status: int, message: str, detail: str | None, extra: Headers = ()) -> Answer:
    """A failure that a logged-in caller gets to see."""
    return Answer(status=status, headers=_logged_in(extra), body=_encode(envelope(message, detail)))


def failure_without_detail(status: int, message: str) -> Answer:
    """The same with no `detail` at all, as some releases answer (wire-contract.md 1.3)."""
    body = {"error": {"message": message}, "status": "failure"}
    return Answer(status=status, headers=_logged_in(), body=_encode(body))


def no_method(allowed: Iterable[str]) -> Answer:
    """A verb that the place does not know (wire-contract.md 1.8)."""
    detail = "The resource does not support this method."
    return failure(405, "Method not supported", detail, (("Allow", ", ".join(allowed)),))


def no_place() -> Answer:
    """A path that leads to no API."""
    return failure(400, "Requested URI does not represent any resource", None)


def no_record() -> Answer:
    """A record that is not there, or that the caller may not see (wire-contract.md 1.6)."""
    return failure(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def envelope(message: str, detail: str | None) -> dict[str, object]:
    """The error envelope."""
    return {"error": {"message": message, "detail": detail}, "status": "failure"}


def unauthenticated(message: str, schemes: Iterable[str] = ("BASIC",), extra: Headers = ()) -> Answer:
    """A 401: the connection is closed and nothing says who the caller may be (wire-contract.md 1.4)."""
    challenge = tuple(("WWW-Authenticate", f'{scheme} realm="Service-now"') for scheme in schemes)
    headers = (
        *_cookies((*_session_cookies(), _pool_cookie())),
        *challenge,
        *extra,
        *UNCACHED,
        JSON,
        *ALWAYS,
        ("Connection", "close"),
    )
    return Answer(
        status=401, headers=headers, body=_encode(envelope(message, "Required to provide Auth information"))
    )


def page(status: int, title: str, text: str) -> Answer:
    """A page of HTML. Both texts are constants: nothing of a request is ever shown here."""
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    return Answer(status=status, headers=(*UNCACHED, HTML, *ALWAYS), body=body.encode())


def as_header(url: str) -> str:
    """The URL as a header can hold it."""
    return quote(url, safe=URL_SAFE)


def date_header(now: datetime) -> tuple[str, str]:
    """The Date header."""
    return ("Date", _spell(now.astimezone(UTC).replace(microsecond=0), HTTP_DATE))


# Whatever is answered within a second is dated alike.
@lru_cache(maxsize=16)
def _spell(moment: datetime, style: str) -> str:
    return moment.strftime(style)


# Made once, as json.dumps would make one for each answer.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _encode(body: object) -> bytes:
    return _ENCODER.encode(body).encode()


def _logged_in(extra: Headers = ()) -> Headers:
    marks = (("X-Is-Logged-In", "true"), ("X-Transaction-ID", token_hex(6)))
    guard = (("X-Content-Type-Options", "nosniff"),)
    cookies = _cookies((*_session_cookies(), *_route_cookies()))
    return (*cookies, *TIMING, *marks, *extra, *guard, *UNCACHED, JSON, *ALWAYS)


def _cookies(cookies: Iterable[str]) -> Headers:
    return tuple(("Set-Cookie", cookie) for cookie in cookies)


def _session_cookies() -> tuple[str, ...]:
    """A session that nobody needs, and two cookies that are taken away."""
    session = f"JSESSIONID={token_hex(16).upper()}; {COOKIE_FLAGS}"
    return (session, f"glide_user=; {CLEARED}", f"glide_user_session=; {CLEARED}")


def _route_cookies() -> tuple[str, ...]:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        f"glide_user_route=glide.{token_hex(16)}; {_lasting(now, ROUTE)}",
        f"glide_session_store={token_hex(16).upper()}; {_lasting(now, SESSION)}",
        _pool_cookie(),
    )


def _pool_cookie() -> str:
    """The load balancer's."""
    return f"BIGipServerpool_sandbox={token_hex(16)}; path=/; Httponly; Secure; SameSite=None; Secure"


def _lasting(now: datetime, length: timedelta) -> str:
    until = _spell(now + length, COOKIE_DATE)
    return f"Max-Age={int(length.total_seconds())}; Expires={until}; {COOKIE_FLAGS}"
