"""Credentials for each request: a token fetched, kept and renewed, or a header that stays the same.

Runs inside httpx as a generator, so nothing here sends anything itself.
"""

import math
import threading
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

import httpx

from snowconf.errors import BrokenAnswerError, UnauthenticatedError
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, OAuthGrant, Resolve
from snowconf.model.redacting import Redactor
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.granting import (
    FORM,
    GRANT_PATH,
    Grant,
    encode_form,
    first_form,
    read_grant,
    refresh_form,
)
from snowconf.servicenow.judging import judge_damage

_T = TypeVar("_T")
_Steps = Generator[httpx.Request, httpx.Response, _T]


class NoTokenError(Exception):
    """There is no token, so the request that needed it was not sent."""

    def __init__(self, undone: Undone) -> None:
        super().__init__(undone.problem.detail)
        self.undone = undone


def make_auth(auth: Auth, resolve: Resolve, *, clock: Callable[[], float], redactor: Redactor) -> httpx.Auth:
    """The flow for what the stack says; secrets are resolved when the first request needs them.

    `redactor` is told of every token that the instance gives: nobody else knows that it must not be shown.
    """
    match auth:
        case OAuthGrant():
            return TokenAuth(auth, resolve, clock=clock, redactor=redactor)
        case BasicAuth(username=username, password=password):
            return HeaderAuth("Authorization", lambda: _basic(username, resolve(password).reveal()))
        case BearerToken(token=token):
            return HeaderAuth("Authorization", lambda: _bearer(resolve(token).reveal()))
        case ApiKey(key=key):
            return HeaderAuth("x-sn-apikey", lambda: _fit(resolve(key).reveal()))
        case _:
            assert_never(auth)


def _basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode(errors="surrogateescape")).decode()


def _bearer(token: str) -> str:
    return f"Bearer {_fit(token)}"


def _fit(secret: str) -> str:
    """The secret, if a header can carry it: the libraries below would quote it in their complaint."""
    if secret and all("!" <= letter <= "~" for letter in secret):
        return secret
    problem = UnauthenticatedError(
        "The token or key is empty or holds a character that no header can carry, such as a blank or a line break. "
        "Look at where the secret is kept."
    )
    raise NoTokenError(Undone(fate=Fate.NOT_DONE, problem=problem))


class HeaderAuth(httpx.Auth):
    """The same header on every request."""

    def __init__(self, name: str, make: Callable[[], str]) -> None:
        self._name = name
        self._make = make

    def auth_flow(self, request: httpx.Request) -> _Steps[None]:
        """Add the header."""
        request.headers[self._name] = self._make()
        yield request


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Held:
    """The token in use, and until when it is used without asking."""

    text: str = ""
    good_until_s: float = -math.inf


class TokenAuth(httpx.Auth):
    """A bearer token that is renewed before it ends, and once when a request is refused with 401.

    All threads share it: while one renews, the others wait for the same token.
    """

    def __init__(
        self,
        grant: OAuthGrant,
        resolve: Resolve,
        *,
        clock: Callable[[], float],
        redactor: Redactor,
    ) -> None:
        self._grant = grant
        self._resolve = resolve
        self._clock = clock
        self._redactor = redactor
        self._lock = threading.Lock()
        self._held = _Held()
        self._refresh_token = ""

    def adopt(self, grant: Grant, began_s: float) -> None:
        """Use what was asked for elsewhere, at that moment of the clock, until it ends."""
        self._held = self._keep(grant, began_s)

    def auth_flow(self, request: httpx.Request) -> _Steps[None]:
        """Get a token if none is good, send, and send once more with another when this one was refused."""
        token = yield from self._token(request, refused="")
        request.headers["Authorization"] = _bearer(token)
        response = yield request
        if response.status_code == 401:
            # Read to the end first: a thread that waits for the token must not hold a connection meanwhile.
            response.read()
            token = yield from self._token(request, refused=token)
            request.headers["Authorization"] = _bearer(token)
            yield request

    def _token(self, request: httpx.Request, *, refused: str) -> _Steps[str]:
        with self._lock:
            if self._clock() >= self._held.good_until_s or self._held.text == refused:
                self._held = yield from self._renewed(request)
            return self._held.text

    def _renewed(self, request: httpx.Request) -> _Steps[_Held]:
        if self._refresh_token:
            form = refresh_form(self._grant, self._resolve, self._refresh_token)
            outcome = yield from self._ask(request, form)
            if isinstance(outcome, _Held):
                return outcome
            self._refresh_token = ""
        outcome = yield from self._ask(request, first_form(self._grant, self._resolve))
        if isinstance(outcome, _Held):
            return outcome
        raise NoTokenError(outcome)

    def _ask(self, request: httpx.Request, form: Mapping[str, str]) -> _Steps[_Held | Undone]:
        began_s = self._clock()
        response = yield _token_request(request, form)
        try:
            body = response.read()
        except BrokenAnswerError as error:
            damage = judge_damage(f"POST {GRANT_PATH}", error, began_s)
            raise NoTokenError(replace(damage, fate=Fate.NOT_DONE)) from error
        answer = Answer(
            status=response.status_code,
            headers=response.headers,
            body=body,
            redact=self._redactor.redact,
        )
        outcome = read_grant(self._grant, answer)
        return outcome if isinstance(outcome, Undone) else self._keep(outcome, began_s)

    def _keep(self, grant: Grant, began_s: float) -> _Held:
        """Keep the token until shortly before its end; one that came back with its rest of life, to its end.

        A living token comes back with a smaller `expires_in` (4.1): a margin there would mean asking over and over.
        """
        for token in (grant.access_token, grant.refresh_token):
            self._redactor.hide(token)
        self._refresh_token = grant.refresh_token or self._refresh_token
        if grant.lives_s is None:
            return _Held(text=grant.access_token, good_until_s=math.inf)
        margin_s = 0.0 if grant.access_token == self._held.text else min(30.0, grant.lives_s / 10)
        return _Held(text=grant.access_token, good_until_s=began_s + max(grant.lives_s - margin_s, 1.0))


def _token_request(request: httpx.Request, form: Mapping[str, str]) -> httpx.Request:
    """To the same instance, with the same time-outs. Everything is in the body: new instances ignore the address."""
    headers = {name: request.headers[name] for name in ("User-Agent", "Accept", "Accept-Encoding")}
    headers["Content-Type"] = FORM
    return httpx.Request(
        "POST",
        request.url.join(GRANT_PATH),
        headers=headers,
        content=encode_form(form),
        extensions=dict(request.extensions),
    )
