"""Letting identities of a stack in: one request that shows the credentials, and a client for what the user then does.

All visitors share the connections of one client; each has a token, a count and a cool-down of its own.
"""

import threading
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self, assert_never

import httpx

from snowconf.errors import UnauthenticatedError
from snowconf.model.connection import BasicAuth, InstanceSettings, OAuthGrant, Resolve
from snowconf.model.grant import Entrance, Refusal, Tokens
from snowconf.model.redacting import Redactor
from snowconf.model.runner import Runner
from snowconf.model.value import SecretText
from snowconf.servicenow.addressing import table_path
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.authenticating import TokenAuth, make_auth
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.granting import (
    FORM,
    GRANT_PATH,
    GRANT_REQUEST,
    Grant,
    encode_form,
    find_error,
    first_form,
    read_grant,
    refresh_form,
)
from snowconf.servicenow.opening import open_client
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.sending import Ask, File, Line
from snowconf.servicenow.table_api import TableApi

REVOKE_PATH = "/oauth_revoke_token.do"
# Whoever is let in may ask for his own record, and is told 200, 403 or 404; a stranger is told 401.
_KNOCK = Ask(
    verb="GET",
    path=table_path("sys_user"),
    parameters="sysparm_query=sys_id=javascript:gs.getUserID()&sysparm_fields=sys_id&sysparm_limit=1",
    takes=lambda answer: answer.is_json and answer.status in (200, 401, 403, 404),
)
# A request that may have been done is not sent again: failed logins are counted, and lock the account.
_UNDONE = frozenset({Fate.NOT_DONE})


class _Shared(httpx.BaseTransport):
    """The connections of another client. Closing this leaves them open."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send as the client would, and hand on the answer unread."""
        return self._client.send(request, stream=True)


class InstanceDoor:
    """`engine.port.Door` over HTTP or in process; close it. `transport` stands in for the network.

    Secrets are resolved when they are needed; `redactor` is told of every token that the instance gives.
    """

    def __init__(
        self,
        settings: InstanceSettings,
        resolve: Resolve,
        *,
        transport: httpx.BaseTransport | None = None,
        redactor: Redactor | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._settings = settings
        self._resolve = resolve
        self._redactor = redactor or Redactor()
        self._timing = timing or Timing()
        self._transport = transport
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def enter(self, entrance: Entrance) -> TableApi | Refusal:
        """Show the credentials once; the visitor is to be closed."""
        client = self._new_client()
        line = Line(client, self._timing, self._redactor)
        refusal = self._admit(entrance, client, line)
        if refusal is not None:
            line.close()
            return refusal
        return TableApi(line, runner=_runner(entrance))

    def ask_tokens(self, entrance: Entrance) -> Tokens | Refusal:
        """The tokens themselves.

        Raises:
            TypeError: the entrance is by name and password alone.
        """
        auth = _oauth(entrance)
        return self._tokens(self._grant(entrance, first_form(auth, self._resolve), self._new_line()))

    def renew(self, entrance: Entrance, token: SecretText) -> Tokens | Refusal:
        """What a refresh token is good for; raises as `ask_tokens`."""
        form = refresh_form(_oauth(entrance), self._resolve, token.reveal())
        return self._tokens(self._grant(entrance, form, self._new_line()))

    def _tokens(self, outcome: Grant | Refusal) -> Tokens | Refusal:
        if isinstance(outcome, Refusal):
            return outcome
        for token in (outcome.access_token, outcome.refresh_token):
            self._redactor.hide(token)
        return Tokens(
            access=SecretText(outcome.access_token),
            refresh=SecretText(outcome.refresh_token) if outcome.refresh_token else None,
            lives_s=outcome.lives_s,
            scope=outcome.scope,
        )

    def revoke(self, token: SecretText) -> None:
        """End a token's life; the token travels in the body, where no log of addresses has it."""
        body = encode_form({"token": token.reveal()})
        ask = Ask(
            verb="POST",
            path=REVOKE_PATH,
            file=File(body, FORM),
            accept="*/*",
            takes=_is_of_revocation,
        )
        outcome = self._new_line().send(ask, repeatable=frozenset(Fate))
        if isinstance(outcome, Undone):
            raise outcome.problem

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _new_client(self) -> httpx.Client:
        """A client on which nobody has said yet who he is."""
        with self._lock:
            # Most commands let nobody in, and a client is long to make.
            if self._client is None:
                self._client = open_client(self._settings, self._transport)
        return open_client(self._settings, _Shared(self._client))

    def _new_line(self) -> Line:
        return Line(self._new_client(), self._timing, self._redactor)

    def _admit(self, entrance: Entrance, client: httpx.Client, line: Line) -> Refusal | None:
        """Give the client the credentials, unless they are refused."""
        match entrance.auth:
            case OAuthGrant() as auth:
                began_s = self._timing.clock()
                outcome = self._grant(entrance, first_form(auth, self._resolve), line)
                if isinstance(outcome, Refusal):
                    return outcome
                tokens = self._token_auth(auth)
                tokens.adopt(outcome, began_s)
                client.auth = tokens
                return None
            case BasicAuth() as auth:
                client.auth = make_auth(
                    auth, self._resolve, clock=self._timing.clock, redactor=self._redactor
                )
                return _knock(entrance, line)
            case _:
                assert_never(entrance.auth)

    def _token_auth(self, auth: OAuthGrant) -> TokenAuth:
        return TokenAuth(auth, self._resolve, clock=self._timing.clock, redactor=self._redactor)

    def _grant(self, entrance: Entrance, form: Mapping[str, str], line: Line) -> Grant | Refusal:
        file = File(encode_form(form), FORM)
        ask = Ask(verb="POST", path=GRANT_PATH, file=file, takes=_is_of_token_endpoint)
        outcome = line.send(ask, repeatable=_UNDONE)
        if isinstance(outcome, Undone):
            raise outcome.problem
        granted = read_grant(_oauth(entrance), outcome.answer)
        if isinstance(granted, Grant):
            return granted
        if not isinstance(granted.problem, UnauthenticatedError):
            raise granted.problem
        return Refusal(
            entrance=entrance,
            request=GRANT_REQUEST,
            status=outcome.answer.status,
            words=find_error(outcome.answer),
        )


def _oauth(entrance: Entrance) -> OAuthGrant:
    if isinstance(entrance.auth, BasicAuth):
        raise TypeError(entrance.way)
    return entrance.auth


def _is_of_token_endpoint(answer: Answer) -> bool:
    """A token or a refusal; anything else is judged as for every other request, and some of it asked again."""
    return answer.is_json and answer.document is not None and answer.status != 202 and answer.status < 429


def _is_of_revocation(answer: Answer) -> bool:
    """What it answers is not established (4.3); pages are those of proxies, logins and sleeping instances."""
    is_page = bool(answer.body) and not answer.is_json and answer.content_type != "text/plain"
    return answer.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT) and not is_page


def _knock(entrance: Entrance, line: Line) -> Refusal | None:
    outcome = line.send(_KNOCK, repeatable=_UNDONE)
    if isinstance(outcome, Undone):
        raise outcome.problem
    if outcome.answer.status != HTTPStatus.UNAUTHORIZED:
        return None
    return Refusal(
        entrance=entrance, request=str(_KNOCK), status=outcome.answer.status, words=find_error(outcome.answer)
    )


def _runner(entrance: Entrance) -> Runner:
    if isinstance(entrance.auth, BasicAuth):
        return Runner(user_name=entrance.user_name)
    return Runner(user_name=entrance.user_name, client_id=entrance.auth.client_id, grant=entrance.auth.grant)
