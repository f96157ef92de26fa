"""/oauth_token.do and /oauth_revoke_token.do: who may have a token, and the few words the platform says otherwise.

Almost every failure has one answer (wire-contract.md 4.2); the reasons are told apart here and nowhere outside.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from snowconf.sandbox import passwords, settings
from snowconf.sandbox.identities import can_use_api, find_user, password_is_right, read_basic
from snowconf.sandbox.requests import Answer, Request
from snowconf.sandbox.session import Clock, utc_now
from snowconf.sandbox.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.tokens import Claim, expire, find_token, issue

FORM = "application/x-www-form-urlencoded"
HEADERS = (
    ("Content-Type", "application/json;charset=UTF-8"),
    ("Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1"),
    ("Pragma", "no-store,no-cache"),
    ("Expires", "0"),
    ("Server", "ServiceNow"),
)
REFUSED = {"error_description": "access_denied", "error": "server_error"}
UNREADABLE = {"error_description": "An unspecified error occurred", "error": "server_error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A readable token request: the store, the client that proved itself, what it sent, the secret it showed."""

    store: Store
    client: Row
    form: Mapping[str, str]
    secret: str
    clock: Clock


def token(store: Store, _switches: Switches, request: Request, *, clock: Clock = utc_now) -> Answer:
    """The answer of POST /oauth_token.do (wire-contract.md 4.1, 4.2)."""
    if request.header("content-type").partition(";")[0].strip().lower() != FORM:
        return _answer(401, UNREADABLE)
    form = _read_form(store, request)
    client, secret = _find_client(store, request, form)
    grant = GRANTS.get(form.get("grant_type", ""))
    if grant is None or client is None:
        return _answer(401, REFUSED)
    return grant(Asked(store=store, client=client, form=form, secret=secret, clock=clock))


def revoke(store: Store, _switches: Switches, request: Request, *, clock: Clock = utc_now) -> Answer:
    """The answer of /oauth_revoke_token.do: nobody needs to say who they are (wire-contract.md 4.3)."""
    form = dict(parse_qsl(request.body.decode("latin-1")))
    expire(store, request.parameter("token") or form.get("token", ""), clock)
    return Answer(status=200, headers=HEADERS)


def _read_form(store: Store, request: Request) -> dict[str, str]:
    body = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    body_only = settings.is_on(store, settings.BODY_ONLY)
    return body if body_only else dict(request.query) | body


def _find_client(store: Store, request: Request, form: Mapping[str, str]) -> tuple[Row | None, str]:
    """The active client whose secret the request shows, in the form or in a basic Authorization header."""
    scheme, _, credentials = request.header("authorization").partition(" ")
    in_header = read_basic(credentials.strip()) if scheme.lower() == "basic" else ("", "")
    client_id, secret = (
        (form["client_id"], form.get("client_secret", "")) if "client_id" in form else in_header
    )
    found = store.find("oauth_entity", client_id=client_id, active="true") if client_id else []
    return next((row for row in found if _proves(store, row, secret)), None), secret


def _proves(store: Store, client: Row, secret: str) -> bool:
    if client["public_client"] == "true" and not secret:
        return True
    return passwords.verify(store, client["client_secret"], secret)


def _by_password(asked: Asked) -> Answer:
    user = find_user(asked.store, asked.form.get("username", ""))
    disabled = settings.is_on(asked.store, settings.ROPC_DISABLED)
    if user is None or disabled or not can_use_api(asked.store, user):
        return _answer(401, REFUSED)
    if not password_is_right(asked.store, user, asked.form.get("password", "")):
        return _answer(401, REFUSED)
    claim = _claim(asked, user)
    refresh = issue(asked.store, claim, "refresh_token", asked.clock)
    return _grant(asked, claim, refresh.text)


def _by_client_credentials(asked: Asked) -> Answer:
    if not settings.is_on(asked.store, settings.CLIENT_CREDENTIALS):
        return _answer(401, REFUSED)
    user = asked.store.get("sys_user", asked.client["user"]) if asked.client["user"] else None
    if user is None:
        return _answer(400, _without_user(asked.client))
    return _grant(asked, _claim(asked, user)) if can_use_api(asked.store, user) else _answer(401, REFUSED)


def _without_user(client: Row) -> dict[str, str]:
    return {
        "error": "unauthorized_client",
        "error_description": "Received client_credentials grant_type request however integration user is not "
        f"configured for OAuth:{client['sys_id']}",
    }


def _by_refresh_token(asked: Asked) -> Answer:
    text = asked.form.get("refresh_token", "")
    row = find_token(asked.store, text, "refresh_token", asked.clock)
    user = asked.store.get("sys_user", row["user"]) if row and row["peer"] == asked.client["sys_id"] else None
    if user is None or not can_use_api(asked.store, user):
        return _answer(401, REFUSED)
    return _grant(asked, _claim(asked, user), text)


GRANTS: Mapping[str, Callable[[Asked], Answer]] = {
    "password": _by_password,
    "client_credentials": _by_client_credentials,
    "refresh_token": _by_refresh_token,
}


def _claim(asked: Asked, user: Row) -> Claim:
    return Claim(client=asked.client, user=user, secret=asked.secret, grant_type=asked.form["grant_type"])


def _grant(asked: Asked, claim: Claim, refresh_token: str = "") -> Answer:
    access = issue(asked.store, claim, "access_token", asked.clock)
    refresh = {"refresh_token": refresh_token} if refresh_token else {}
    body = {"access_token": access.text, **refresh, "scope": "useraccount", "token_type": "Bearer"}
    return _answer(200, body | {"expires_in": access.expires_in})


def _answer(status: int, body: Mapping[str, str | int]) -> Answer:
    return Answer(status=status, headers=HEADERS, body=json.dumps(body, separators=(",", ":")).encode())
