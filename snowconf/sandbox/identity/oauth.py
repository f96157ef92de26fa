"""/oauth_token.do and /oauth_revoke_token.do: who may have a token, and the few words the platform says otherwise.

Almost every failure has one answer (wire-contract.md 4.2); the reasons are told to the log and to nobody else.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl

from snowconf.sandbox.acting.session import Clock, utc_now
from snowconf.sandbox.identity.assertions import BadAssertionError, find_user as find_subject, read_assertion
from snowconf.sandbox.identity.credentials import read_basic
from snowconf.sandbox.identity.identities import Gate, Stranger, caller_for, prove, why_shut_out
from snowconf.sandbox.identity.scopes import EVERYTHING, granted_scopes, named_scopes
from snowconf.sandbox.identity.sessions import Sessions, Wish
from snowconf.sandbox.identity.tokens import Claim, expire, find_token, issue
from snowconf.sandbox.storage import passwords, settings
from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.decisions import Decision, Ruling, Sink, unheard
from snowconf.sandbox.wire.requests import Answer, Request

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
INVALID_GRANT = {"error_description": "access_denied", "error": "invalid_grant"}
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class RefusedError(Exception):
    """No token is given; the text says why, `status` and `body` are what the client gets to know."""

    def __init__(self, why: str, *, status: int = 401, body: Mapping[str, str] = REFUSED) -> None:
        super().__init__(why)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A readable token request: the client that proved itself, what it sent, the secret it showed."""

    gate: Gate
    client: Row
    form: Mapping[str, str]
    secret: str

    @property
    def store(self) -> Store:
        """Where everything is."""
        return self.gate.store


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Whom the tokens are for. `refresh` is the refresh token to give back, None for a new one, '' for none."""

    user: Row
    refresh: str | None = ""
    scopes: str = ""


def token(
    store: Store, switches: Switches, request: Request, *, clock: Clock = utc_now, sink: Sink = unheard
) -> Answer:
    """The answer of POST /oauth_token.do (wire-contract.md 4.1, 4.2)."""
    gate = Gate(store=store, switches=switches, clock=clock, sink=sink)
    if request.header("content-type").partition(";")[0].strip().lower() != FORM:
        return _answer(401, UNREADABLE)
    form = _read_form(store, request)
    try:
        return _give(gate, request, form)
    except RefusedError as refused:
        ruling = Ruling(allowed=False, by="oauth_token.do", why=str(refused))
        sink(Decision(who=form.get("username", ""), operation="authenticate", ruling=ruling))
        return _answer(refused.status, refused.body)


def revoke(store: Store, _switches: Switches, request: Request, *, clock: Clock = utc_now) -> Answer:
    """The answer of /oauth_revoke_token.do: nobody needs to say who they are (wire-contract.md 4.3)."""
    form = dict(parse_qsl(request.body.decode("latin-1")))
    expire(store, request.parameter("token") or form.get("token", ""), clock)
    return Answer(status=200, headers=HEADERS)


def _give(gate: Gate, request: Request, form: Mapping[str, str]) -> Answer:
    kind = form.get("grant_type", "")
    grant = GRANTS.get(kind)
    if grant is None:
        raise RefusedError("there is no such grant type")
    client, secret = _find_client(gate.store, request, form)
    asked = Asked(gate=gate, client=client, form=form, secret=secret)
    granted = grant(asked)
    why = why_shut_out(gate.store, granted.user)
    if why:
        raise RefusedError(why)
    return _hand_out(asked, granted)


def _read_form(store: Store, request: Request) -> dict[str, str]:
    body = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    body_only = settings.is_on(store, settings.BODY_ONLY)
    return body if body_only else dict(request.query) | body


def _find_client(store: Store, request: Request, form: Mapping[str, str]) -> tuple[Row, str]:
    """The active client whose secret the request shows, in the form or in a basic Authorization header."""
    scheme, _, credentials = request.header("authorization").partition(" ")
    in_header = read_basic(credentials.strip()) if scheme.lower() == "basic" else ("", "")
    client_id, secret = (
        (form["client_id"], form.get("client_secret", "")) if "client_id" in form else in_header
    )
    client_id = client_id or _issuer(form)
    found = store.find("oauth_entity", client_id=client_id, active="true") if client_id else []
    client = next((row for row in found if _proves(store, row, secret)), None)
    if client is None:
        raise RefusedError("the client is unknown or inactive, or its secret is wrong")
    return client, secret


def _issuer(form: Mapping[str, str]) -> str:
    """A public JWT client need not say who it is: its assertion does (docs/platform.md)."""
    if form.get("grant_type") != JWT_BEARER:
        return ""
    try:
        return read_assertion(form.get("assertion", "")).claim("iss")
    except BadAssertionError:
        return ""


def _proves(store: Store, client: Row, secret: str) -> bool:
    if client["public_client"] == "true" and not secret:
        return True
    return passwords.verify(store, client["client_secret"], secret)


# -- grants


def _by_password(asked: Asked) -> Granted:
    if settings.is_on(asked.store, settings.ROPC_DISABLED):
        raise RefusedError("the password grant is switched off")
    user = prove(asked.gate, asked.form.get("username", ""), asked.form.get("password", ""))
    if isinstance(user, Stranger):
        raise RefusedError(user.why)
    if (
        asked.gate.switches.get("password_grant") == "interactive"
        and user["web_service_access_only"] == "true"
    ):
        raise RefusedError("the user is for web services alone, and may not log in")
    return Granted(user=user, refresh=None, scopes=_asked_scopes(asked))


def _by_client_credentials(asked: Asked) -> Granted:
    if not settings.is_on(asked.store, settings.CLIENT_CREDENTIALS):
        raise RefusedError(f"the property {settings.CLIENT_CREDENTIALS} is not true")
    user = asked.store.get("sys_user", asked.client["user"]) if asked.client["user"] else None
    if user is None:
        why = "the registry has no OAuth Application User"
        raise RefusedError(why, status=400, body=_without_user(asked.client))
    return Granted(user=user, scopes=_asked_scopes(asked))


def _without_user(client: Row) -> dict[str, str]:
    return {
        "error": "unauthorized_client",
        "error_description": "Received client_credentials grant_type request however integration user is not "
        f"configured for OAuth:{client['sys_id']}",
    }


def _by_refresh_token(asked: Asked) -> Granted:
    text = asked.form.get("refresh_token", "")
    row = find_token(asked.store, text, "refresh_token", asked.gate.clock)
    user = asked.store.get("sys_user", row["user"]) if row and row["peer"] == asked.client["sys_id"] else None
    if row is None or user is None:
        raise RefusedError("the refresh token is unknown, expired or another client's")
    return Granted(user=user, refresh=text, scopes=row["scopes"])


def _by_code(asked: Asked) -> Granted:
    """A code is good once, for the client and the address it was made for, with the other half of its challenge."""
    code = hold(asked.store, Sessions).redeem(asked.form.get("code", ""), asked.gate.clock())
    if code is None or code.wish.client != asked.client["sys_id"]:
        raise RefusedError("the code is unknown, used, expired or another client's")
    if asked.form.get("redirect_uri", "") != code.wish.redirect:
        raise RefusedError("redirect_uri is not the one that the code was asked for with")
    if not _meets_challenge(code.wish, asked.form.get("code_verifier", "")):
        raise RefusedError("code_verifier does not fit the code's challenge")
    user = asked.store.get("sys_user", code.user)
    if user is None:
        raise RefusedError("the user is gone")
    return Granted(user=user, refresh=None, scopes=code.wish.scope)


def _meets_challenge(wish: Wish, verifier: str) -> bool:
    if not wish.challenge:
        return True
    if wish.challenge_method == "plain":
        return passwords.are_same(verifier, wish.challenge)
    hashed = (
        urlsafe_b64encode(sha256(verifier.encode("utf-8", "surrogatepass")).digest()).decode().rstrip("=")
    )
    return passwords.are_same(hashed, wish.challenge)


def _by_assertion(asked: Asked) -> Granted:
    """For registries of the class oauth_jwt, and for no admin (tables.md 2.1)."""
    if asked.client["sys_class_name"] != "oauth_jwt":
        raise RefusedError("the client is no OAuth JWT client")
    try:
        assertion = read_assertion(asked.form.get("assertion", ""))
        user = find_subject(asked.store, asked.client, assertion, asked.gate.clock())
    except BadAssertionError as bad:
        raise RefusedError(f"the assertion is not accepted: {bad}") from bad
    if caller_for(asked.store, user["user_name"]).admin:
        raise RefusedError("admins get no token for an assertion", body=INVALID_GRANT)
    return Granted(user=user, scopes=_asked_scopes(asked))


def _asked_scopes(asked: Asked) -> str:
    """The scopes that the client wants, which must be its own; '' for all of them."""
    wanted = frozenset(asked.form.get("scope", "").split())
    granted = granted_scopes(asked.store, asked.client)
    if wanted and EVERYTHING not in granted and not wanted <= granted:
        raise RefusedError("the client asks for a scope that it has not")
    return named_scopes(wanted & granted)


GRANTS: Mapping[str, Callable[[Asked], Granted]] = {
    "password": _by_password,
    "client_credentials": _by_client_credentials,
    "refresh_token": _by_refresh_token,
    "authorization_code": _by_code,
    JWT_BEARER: _by_assertion,
}


# -- answers


def _hand_out(asked: Asked, granted: Granted) -> Answer:
    claim = Claim(
        client=asked.client,
        user=granted.user,
        secret=asked.secret,
        grant_type=asked.form["grant_type"],
        scopes=granted.scopes,
    )
    refresh = granted.refresh
    if refresh is None:
        refresh = issue(asked.store, claim, "refresh_token", asked.gate.clock).text
    access = issue(asked.store, claim, "access_token", asked.gate.clock)
    shown = granted.scopes or named_scopes(granted_scopes(asked.store, asked.client))
    body = {"access_token": access.text, **({"refresh_token": refresh} if refresh else {}), "scope": shown}
    who, ruling = (
        granted.user["user_name"],
        Ruling(allowed=True, by=asked.client["name"], why="a token is given"),
    )
    asked.gate.sink(Decision(who=who, operation="authenticate", ruling=ruling))
    return _answer(200, body | {"token_type": "Bearer", "expires_in": access.expires_in})


def _answer(status: int, body: Mapping[str, str | int]) -> Answer:
    return Answer(status=status, headers=HEADERS, body=json.dumps(body, separators=(",", ":")).encode())
