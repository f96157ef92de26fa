"""One request out, one outcome back, counted and timed; and the same until it succeeds or there is no use."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from snowconf.errors import BrokenAnswerError
from snowconf.model.redacting import Redactor
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.authenticating import NoTokenError
from snowconf.servicenow.bounding import bound_body
from snowconf.servicenow.fates import Done, Fate, Outcome, Undone
from snowconf.servicenow.granting import GRANT_PATH
from snowconf.servicenow.judging import judge_answer, judge_damage, judge_silence
from snowconf.servicenow.retrying import Retrier, Timing

_BEGAN = "snowconf.began_s"


def nothing_else(_: Answer) -> bool:
    """Only `{"result": …}` counts."""
    return False


@dataclass(frozen=True, slots=True)
class File:
    """A body that is no JSON object of texts, with its media type."""

    content: bytes
    media: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request to be sent: `path` without a query, `parameters` already percent-encoded, `body` the JSON object.

    `expects` is the JSON type that the result must have; `takes` says which answers count although they hold none.
    `accept` is the media type asked for. `file` is sent in place of `body`.
    """

    verb: str
    path: str
    expects: type = object
    parameters: str = ""
    body: Mapping[str, str] | None = None
    file: File | None = None
    accept: str = "application/json"
    takes: Callable[[Answer], bool] = nothing_else

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"


Waits: TypeAlias = Callable[[str, float], None]
"""Told what is waited for, and how many seconds that takes."""


def unwatched(_why: str, _seconds: float) -> None:
    """Nobody wants to know."""


class Line:
    """The way to one instance, for all threads. It sees to counting, timing, limits and repeating."""

    def __init__(self, client: httpx.Client, timing: Timing, redactor: Redactor) -> None:
        self._client = client
        self._timing = timing
        self._redactor = redactor
        self._retrier = Retrier(timing)
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.waits: Waits = unwatched
        # The Date header of the last answer, as it came.
        self.dated = ""
        client.event_hooks = {"request": [self._note], "response": [bound_body]}

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests sent so far by verb, repeated ones too; those to the token endpoint are under `token`."""
        with self._lock:
            return dict(self._counts)

    @property
    def address(self) -> str:
        """The instance's URL without a slash at the end."""
        return str(self._client.base_url).rstrip("/")

    def send(self, ask: Ask, *, repeatable: AbstractSet[Fate]) -> Outcome:
        """Send, and send again after a fate in `repeatable` where waiting may help."""
        return self._retrier.run(str(ask), lambda: self._send_once(ask), repeatable=repeatable)

    def wait_until(self, moment_s: float, why: str) -> bool:
        """Sleep until that moment of this line's clock, and say why; False when it is over already."""
        remaining_s = moment_s - self._timing.clock()
        if remaining_s <= 0:
            return False
        self.waits(why, remaining_s)
        self._timing.sleep(remaining_s)
        return True

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _send_once(self, ask: Ask) -> Outcome:
        request = self._build(ask)
        try:
            response = self._client.send(request)
        except NoTokenError as error:
            return error.undone
        except httpx.RequestError as error:
            return self._judge_silence(ask, request, error)
        except BrokenAnswerError as error:
            return judge_damage(str(ask), error, _began_s(request))
        self.dated = response.headers.get("date", "")
        answer = Answer(
            status=response.status_code,
            headers=response.headers,
            body=response.content,
            redact=self._redactor.redact,
        )
        if ask.takes(answer):
            return Done(answer=answer)
        return judge_answer(str(ask), answer, began_s=_began_s(request), expects=ask.expects)

    def _build(self, ask: Ask) -> httpx.Request:
        url = f"{ask.path}?{ask.parameters}" if ask.parameters else ask.path
        headers = {"Accept": ask.accept}
        file = ask.file if ask.body is None else File(json.dumps(dict(ask.body)).encode(), "application/json")
        if file is None:
            return self._client.build_request(ask.verb, url, headers=headers)
        headers["Content-Type"] = file.media
        return self._client.build_request(ask.verb, url, content=file.content, headers=headers)

    def _judge_silence(self, ask: Ask, request: httpx.Request, error: httpx.RequestError) -> Undone:
        # A request that was not sent for want of a token was certainly not done; one for a token may have been.
        if error.request.url.path == GRANT_PATH != ask.path:
            silence = judge_silence(f"POST {GRANT_PATH}", error, 0.0)
            return Undone(fate=Fate.NOT_DONE, problem=silence.problem, pause=silence.pause)
        return judge_silence(str(ask), error, _began_s(request))

    def _note(self, request: httpx.Request) -> None:
        request.extensions[_BEGAN] = self._timing.clock()
        verb = "token" if request.url.path == GRANT_PATH else request.method
        with self._lock:
            self._counts[verb] += 1


def _began_s(request: httpx.Request) -> float:
    return float(request.extensions.get(_BEGAN, 0.0))
