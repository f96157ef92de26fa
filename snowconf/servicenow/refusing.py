"""From an answer to the error it means, or to None: every refusal of wire-contract.md 1.4 to 1.8, 5.4, 5.6 and 5.7.

Tokens are `authenticating`'s. No message holds anything of the request but its verb and path.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from snowconf.errors import (
    BadRequestError,
    BrokenAnswerError,
    InstanceError,
    NotAnInstanceError,
    NotFoundError,
    ThrottledError,
    UnauthenticatedError,
)
from snowconf.servicenow.answer import Answer, Envelope
from snowconf.servicenow.forbidding import forbid, table_of

_LOGIN_MARKS = (b"login.do", b"user_password", b"sysverb_login", b"samlrequest", b'type="password"')


def find_refusal(request: str, answer: Answer) -> InstanceError | None:
    """The error an answer means; None when it is a result. `request` is "GET /api/now/table/sys_user"."""
    if answer.status == 204:
        return None
    if answer.status in _BY_STATUS:
        return _BY_STATUS[answer.status](request, answer)
    if 300 <= answer.status < 400:
        return _redirected(request, answer)
    if answer.status >= 500:
        return _failed(request, answer)
    if not answer.is_json and (answer.body or answer.status >= 300):
        return _page(request, answer)
    return _check_result(request, answer) if answer.status < 300 else _refused(request, answer)


def is_hibernating(answer: Answer) -> bool:
    """Is this the page that a sleeping developer instance shows for every path (wire-contract.md 5.7)?"""
    return not answer.is_json and b"hibernat" in answer.body.lower()


def _redirected(request: str, answer: Answer) -> InstanceError:
    host = answer.quote(urlsplit(str(answer.headers.get("location", ""))).hostname or "the same host", 100)
    if host.endswith("developer.servicenow.com"):
        detail = "The developer instance sleeps or was taken back. Sign in at developer.servicenow.com, wake it, and try again."
    else:
        detail = (
            f"{request} was answered with a redirect to {host}. A REST API does not redirect, and no credentials were "
            "sent there. Check the url of the instance, and whether a proxy or single sign-on stands in front of it."
        )
    return NotAnInstanceError(detail, request=request, status=answer.status)


def _page(request: str, answer: Answer) -> InstanceError:
    """An answer that is not JSON, whatever its status."""
    return NotAnInstanceError(_page_detail(request, answer), request=request, status=answer.status)


def _page_detail(request: str, answer: Answer) -> str:
    if is_hibernating(answer):
        return (
            "The developer instance is hibernating and answers every request with a page that says so. "
            "Sign in at developer.servicenow.com, wake it, wait some minutes, and try again."
        )
    if any(mark in answer.body.lower() for mark in _LOGIN_MARKS):
        return (
            f"{request} was answered with a login page. Single sign-on or a proxy stands before the REST API. "
            "Check the url of the instance, and that API clients may reach /api/now without a browser session."
        )
    return (
        f"{request} was answered with status {answer.status} and {_kind_of_page(answer)} instead of JSON. "
        "A proxy, a firewall, an IP address rule or a maintenance page may have answered. "
        "Check the url of the instance, and open it in a browser from this machine."
    )


def _kind_of_page(answer: Answer) -> str:
    return answer.quote(answer.content_type, 60) or "a body of no stated type"


def _check_result(request: str, answer: Answer) -> InstanceError | None:
    """2xx counts only as a JSON object that holds `result` and no `error` (wire-contract.md 1.2, 5.6)."""
    document = answer.document
    if document is not None and "result" in document and "error" not in document:
        return None
    if document is None and answer.body:
        detail = (
            f"{request} was answered with JSON that ends early or is damaged. {_cancelled_or(answer, _RETRY)}"
        )
    elif document is not None and "error" in document:
        detail = f"{request} began to answer and then failed (“{Envelope.of(answer).words}”). {_cancelled_or(answer, _RETRY)}"
    else:
        detail = f"{request} was answered with status {answer.status} and no result in it. {_RETRY}"
    return BrokenAnswerError(detail, request=request, status=answer.status)


_RETRY = (
    "Try again; if it stays, look into the instance's system log and at what stands in front of the instance."
)
_CANCELLED = (
    "The instance cancelled the transaction because it ran longer than its quota (60 s for the Table API). "
    "Try again when the instance is less busy; an admin can see the quota rule and the log."
)


def _cancelled_or(answer: Answer, otherwise: str) -> str:
    return _CANCELLED if b"maximum execution time" in answer.body.lower() else otherwise


def _dropped(request: str, answer: Answer) -> InstanceError:
    return ThrottledError(
        f"{request} was answered with 202 and dropped: too many requests of one session were waiting. "
        "Run with less parallelism, or wait until other integrations of this user are done.",
        request=request,
        status=answer.status,
    )


def _throttled(request: str, answer: Answer) -> InstanceError:
    words = Envelope.of(answer).words
    said = f" (“{words}”)" if words else ""
    return ThrottledError(
        f"{request} was turned away: a rate limit holds, or all the instance's REST semaphores are taken{said}. "
        "Wait, run with less parallelism, or have an admin look at the rate limit rules for this user.",
        request=request,
        status=answer.status,
    )


def _unauthenticated(request: str, answer: Answer) -> InstanceError:
    return UnauthenticatedError(_unauthenticated_detail(request, answer), request=request, status=401)


def _unauthenticated_detail(request: str, answer: Answer) -> str:
    if "x-mfa_token" in answer.headers:
        return (
            f"{request}: the user must give a second factor, which no API client can. Use OAuth with client credentials, "
            "or a user of a kind that is exempt from multi-factor authentication."
        )
    if "x-usertoken-response" in answer.headers:
        return (
            f"{request}: a browser session was taken up instead of the credentials of this call. Something between here "
            "and the instance adds cookies; let requests to /api pass unchanged."
        )
    return (
        f"{request}: the instance did not accept the credentials, and it never says why. Check in this order: "
        "the user name and the secret; that the user is active and not locked out; with a token, that it has not "
        "expired or been revoked; with an API key, the access policy of this API. With user name and password: "
        "current instances refuse them to users without the role snc_basic_auth_api_access, admin included "
        "(glide.authenticate.basic_auth.restriction.active), with this same answer. OAuth is the way around it."
    )


def _refused(request: str, answer: Answer) -> InstanceError:
    """A 4xx with an envelope that no status of its own explains: 400, 404 and whatever else."""
    envelope = Envelope.of(answer)
    if answer.status == 403:
        return forbid(request, envelope)
    if envelope.says("invalid table"):
        return _bad(
            request,
            answer,
            f"There is no table {table_of(request)} on this instance. Check its name; the app or plugin that brings it "
            "may not be installed.",
        )
    if envelope.says("does not represent any resource"):
        return _bad(
            request,
            answer,
            f"The instance has no API at this address ({request}). Check the url of the instance.",
        )
    if answer.status == 404:
        return NotFoundError(
            f"{request}: there is no such record, or this user may not see it; the platform does not say which. "
            "Check the sys_id, and the user's roles.",
            request=request,
            status=404,
        )
    return _bad(request, answer, _bad_detail(request, envelope))


def _bad_detail(request: str, envelope: Envelope) -> str:
    if envelope.says("rejected large rest payload"):
        return (
            f"{request} carried more than the instance takes in one request (“{envelope.detail}”). Shorten the value, "
            "or have an admin raise glide.rest.max_content_length (25 MB at most)."
        )
    words = f" (“{envelope.words}”)" if envelope.words else ""
    return f"The instance could not use {request}{words}. Check names and values of the record it is about."


def _bad(request: str, answer: Answer, detail: str) -> InstanceError:
    return BadRequestError(detail, request=request, status=answer.status)


def _wrong_verb(request: str, answer: Answer) -> InstanceError:
    return _bad(
        request,
        answer,
        f"The instance does not offer {request}. A proxy may forbid the verb (PATCH, DELETE).",
    )


def _wrong_type(request: str, answer: Answer) -> InstanceError:
    words = Envelope.of(answer).words or "it does not say more"
    return _bad(
        request,
        answer,
        f"{request}: the media type was refused (“{words}”). A proxy that changes headers is the usual cause.",
    )


def _too_large(request: str, answer: Answer) -> InstanceError:
    return _bad(
        request, answer, f"{request} carried more than the instance or a proxy takes. Shorten the value."
    )


def _too_long(request: str, answer: Answer) -> InstanceError:
    return _bad(
        request,
        answer,
        f"The address of {request} is longer than the instance or a proxy takes (about 8,000 bytes). "
        "A proxy with a smaller limit is the usual cause.",
    )


def _failed(request: str, answer: Answer) -> InstanceError:
    """5xx, from the instance or from what stands in front of it."""
    front = str(answer.headers.get("server", "")).lower()
    if answer.status == 502 and front == "snow_adc":
        return NotAnInstanceError(
            "ServiceNow's front answers, but there is no instance behind it. A developer instance that sits idle for "
            "about ten days is taken back: look at developer.servicenow.com. Another instance may be restarting.",
            request=request,
            status=502,
        )
    words = Envelope.of(answer).words
    said = f" (“{words}”)" if words else ""
    detail = (
        f"{request} failed on the instance with status {answer.status}{said}. {_cancelled_or(answer, _RETRY)}"
    )
    return BrokenAnswerError(detail, request=request, status=answer.status)


_BY_STATUS: Mapping[int, Callable[[str, Answer], InstanceError]] = MappingProxyType(
    {
        202: _dropped,
        401: _unauthenticated,
        405: _wrong_verb,
        406: _wrong_type,
        413: _too_large,
        414: _too_long,
        415: _wrong_type,
        429: _throttled,
    }
)
