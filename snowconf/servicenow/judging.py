"""From an answer, or from silence, to what became of the request (ecosystem.md C.2 gave the rules their shape).

Not done: refused, thrown away, never sent. Unknown: cut off, 5xx, a 2xx that holds no result.
"""

import ssl
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

from snowconf.errors import BrokenAnswerError, InstanceError, UnreachableError
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.fates import Done, Fate, Outcome, Pause, Undone
from snowconf.servicenow.quoting import quote_words
from snowconf.servicenow.refusing import find_refusal, is_hibernating

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_FRONT = frozenset({502, 503, 504})


def judge_answer(request: str, answer: Answer, *, began_s: float, expects: type = object) -> Outcome:
    """What an answer means. `began_s` is when its request left, `expects` the JSON type that `result` must have."""
    problem = find_refusal(request, answer) or _find_misfit(request, answer, expects)
    if problem is None:
        return Done(answer=answer)
    return Undone(
        fate=_fate(answer),
        problem=problem,
        pause=_pause(answer),
        may_come_late=answer.status in _FRONT or not answer.is_json,
        began_s=began_s,
    )


def _find_misfit(request: str, answer: Answer, expects: type) -> InstanceError | None:
    if isinstance((answer.document or {}).get("result"), expects):
        return None
    detail = f"{request} was answered with a result of another shape than the Table API gives. Try again."
    return BrokenAnswerError(detail, request=request, status=answer.status)


def _fate(answer: Answer) -> Fate:
    is_certain = answer.status == 202 or 300 <= answer.status < 500 or is_hibernating(answer)
    return Fate.NOT_DONE if is_certain else Fate.UNKNOWN


def _pause(answer: Answer) -> Pause | None:
    if answer.status in (202, 429):
        return Pause(tries=1000, first_s=1.0, asked_s=_asked_s(answer), is_shared=True)
    if answer.status in _FRONT:
        return Pause(tries=6, first_s=0.5, asked_s=_asked_s(answer))
    if answer.status >= 500 or (answer.status < 300 and (answer.is_json or not answer.body)):
        return Pause(tries=3, first_s=1.0)
    return None


def _asked_s(answer: Answer) -> float | None:
    """Seconds until the instance takes requests again, by its own clock (wire-contract.md 5.4)."""
    after = str(answer.headers.get("retry-after", "")).strip()
    if after.isascii() and after.isdigit():
        return float(after)
    sent_at = _moment(answer.headers.get("date", ""))
    free_at = _moment(after) or _epoch(answer.headers.get("x-ratelimit-reset", ""))
    return max(free_at - sent_at, 0.0) if sent_at and free_at else None


def _moment(text: str) -> float | None:
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.timestamp()


def _epoch(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() else None


def judge_silence(request: str, error: httpx.RequestError, began_s: float) -> Undone:
    """What it means that no answer came, or none that could be read."""
    is_unsent = isinstance(error, _NEVER_SENT)
    return Undone(
        fate=Fate.NOT_DONE if is_unsent else Fate.UNKNOWN,
        problem=UnreachableError(_silence(request, error), request=request),
        pause=_pause_after_silence(error),
        may_come_late=not is_unsent,
        began_s=began_s,
    )


def judge_damage(request: str, error: InstanceError, began_s: float) -> Undone:
    """What it means that a body could not be read to its end: packed wrongly, or endless."""
    return Undone(
        fate=Fate.UNKNOWN,
        problem=type(error)(f"{request}: {error.detail}", request=request),
        pause=Pause(tries=2, first_s=1.0),
        began_s=began_s,
    )


def _pause_after_silence(error: httpx.RequestError) -> Pause | None:
    if isinstance(error, httpx.ConnectError) and _is_about_tls(error):
        return None
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return None
    if isinstance(error, _NEVER_SENT):
        return Pause(tries=4, first_s=0.25)
    if isinstance(error, httpx.TimeoutException):
        return Pause(tries=2, first_s=1.0)
    return Pause(tries=6, first_s=0.5)


def _is_about_tls(error: BaseException | None) -> bool:
    """The reason lies some causes down: httpx wraps httpcore, which wraps ssl."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _silence(request: str, error: httpx.RequestError) -> str:
    match error:
        case httpx.ConnectError() if _is_about_tls(error):
            return (
                f"{request}: the TLS connection could not be made ({quote_words(str(error))}). If a company proxy "
                "opens TLS, name its CA file in SSL_CERT_FILE. Verification cannot be switched off."
            )
        case httpx.ProxyError():
            return (
                f"{request}: the proxy refused ({quote_words(str(error))}). Check HTTPS_PROXY and NO_PROXY."
            )
        case httpx.ConnectError():
            return (
                f"{request}: no connection ({quote_words(str(error))}). Check the host in the instance's url, the "
                "network, and HTTPS_PROXY and NO_PROXY if a proxy is needed."
            )
        case httpx.TimeoutException():
            return (
                f"{request}: no answer in time. The instance is slow or out of reach; try again, and see timeout_s "
                "of the instance if its answers take long by nature."
            )
        case _:
            return f"{request}: the connection broke before the answer was complete. Try again."
