"""Who a request comes from: credentials to a caller with effective roles, or why they are nobody's.

The platform's 401 never says why (wire-contract.md 1.4); the reason is for the log alone.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from snowconf.sandbox.acting.session import MOMENT, Caller, Clock, as_stored, utc_now
from snowconf.sandbox.identity.credentials import Credentials, read_credentials
from snowconf.sandbox.identity.locking import count_failure, forgive, unlock_when_due
from snowconf.sandbox.identity.scopes import EVERYTHING, RESTRICTED, granted_scopes
from snowconf.sandbox.identity.sessions import Sessions
from snowconf.sandbox.identity.tokens import find_client, find_token
from snowconf.sandbox.storage import passwords, settings
from snowconf.sandbox.storage.remembering import hold, recall
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.decisions import Sink, unheard
from snowconf.sandbox.wire.requests import Request

__all__ = ["Caller", "authenticate", "caller_for", "can_use_api", "find_user", "password_is_right"]

BASIC_AUTH_ROLE = "snc_basic_auth_api_access"
ROLE_TABLES = ("sys_user_has_role", "sys_user_role")
CALLER_TABLES = ("sys_user", "sys_user_has_role", "sys_user_role", "sys_properties")
IDENTITY_TABLES = (
    *CALLER_TABLES,
    "sys_user_basic_auth_exception",
    "oauth_credential",
    "oauth_entity",
    "oauth_jwt",
    "oauth_oidc_entity",
    "oauth_entity_auth_scope_mapping",
    "sys_auth_scope",
)
KNOWN_AT_MOST = 4096
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What is needed to tell who comes. `sink` is told of what was decided."""

    store: Store
    switches: Switches
    clock: Clock = utc_now
    sink: Sink = unheard


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody known: the caller, by which credentials, until when they hold.

    `client` is the application registry of a token, None for every other kind; `scopes` what token or key is good for.
    """

    caller: Caller
    credentials: Credentials
    until: datetime = FOREVER
    client: Row | None = None
    scopes: frozenset[str] = frozenset({EVERYTHING})

    @property
    def is_restricted(self) -> bool:
        """Whether the token is for the APIs of its scopes alone."""
        return bool(self.client) and (self.client or {}).get("scope_restriction_status") == RESTRICTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """Nobody known, and why. `user_name` is what he called himself, `hint` what his 401 has to say besides."""

    why: str
    user_name: str = ""
    hint: tuple[tuple[str, str], ...] = ()


Found: TypeAlias = Identity | Stranger


def authenticate(
    store: Store, switches: Switches, request: Request, *, clock: Clock = utc_now
) -> Caller | None:
    """The caller, or None for whatever reason."""
    found = identify(Gate(store=store, switches=switches, clock=clock), request)
    return found.caller if isinstance(found, Identity) else None


def identify(gate: Gate, request: Request) -> Found:
    """Whose credentials the request has. Says nothing about what they are good for."""
    credentials = read_credentials(gate.store, request)
    find = FINDERS.get(credentials.kind)
    if find is not None:
        return _recognize(gate, credentials) or find(gate, credentials)
    if credentials.kind == "session":
        return _by_session(gate, credentials, request.header("x-usertoken"))
    return Stranger(why="the request has no credentials")


def caller_for(store: Store, user_name: str) -> Caller:
    """The caller that a user of this name is, without any credentials.

    Raises:
        LookupError: there is no such user.
    """
    user = find_user(store, user_name)
    if user is None:
        raise LookupError(user_name)
    return _caller(store, user)


def find_user(store: Store, user_name: str) -> Row | None:
    """The user of this name, whatever its letters' case (tables.md 3.1)."""
    found = store.find_ignoring_case("sys_user", user_name=user_name) if user_name else []
    return found[0] if found else None


def can_use_api(store: Store, user: Row) -> bool:
    """Whether the account as such is allowed in: active, not locked out, no overdue change of password."""
    return not why_shut_out(store, user)


def why_shut_out(store: Store, user: Row) -> str:
    """Why nobody gets in with the account, whatever he shows; empty when he may."""
    if not _holds(user, "active"):
        return "the user is inactive"
    if _holds(user, "locked_out"):
        return "the user is locked out"
    overdue = _holds(user, "password_needs_reset") and settings.is_on(store, settings.RESET_MANDATORY)
    return "the user must change the password first" if overdue else ""


def password_is_right(store: Store, user: Row, password: str) -> bool:
    """Whether the user can log in with it; a password stored verbatim lets nobody in (wire-contract.md 6.5)."""
    return passwords.verify(store, user["user_password"], password)


def prove(gate: Gate, user_name: str, password: str) -> Row | Stranger:
    """The user whose password it is. A wrong one counts against the account (docs/platform.md)."""
    user = find_user(gate.store, user_name)
    if user is None:
        return Stranger(why="there is no such user", user_name=user_name)
    user = unlock_when_due(gate.store, user, gate.clock)
    why = why_shut_out(gate.store, user)
    if not why and not password_is_right(gate.store, user, password):
        count_failure(gate.store, gate.switches, user, gate.clock)
        verbatim = not passwords.is_hash(user["user_password"])
        why = "the password was stored without being hashed" if verbatim else "the password is wrong"
    if why:
        return Stranger(why=why, user_name=user["user_name"])
    forgive(gate.store, user)
    return user


def _holds(user: Row, column: str) -> bool:
    return user[column] == "true"


# -- kinds of credentials


def _by_password(gate: Gate, credentials: Credentials) -> Found:
    user = prove(gate, credentials.name, credentials.secret)
    if isinstance(user, Stranger):
        return user
    caller = _caller(gate.store, user)
    if _is_restricted(gate, user, caller):
        return Stranger(why="basic authentication is restricted", user_name=caller.user_name)
    if _holds(user, "enable_multifactor_authn") and settings.is_on(gate.store, settings.MULTIFACTOR):
        why = "the account needs a second factor, and the sandbox knows no codes"
        return Stranger(why=why, user_name=caller.user_name, hint=(("X-MFA_TOKEN", "invalid"),))
    return _remember(gate, Identity(caller=caller, credentials=credentials))


def _is_restricted(gate: Gate, user: Row, caller: Caller) -> bool:
    """Whether the user may not come with a password (wire-contract.md 1.9). Being admin does not count."""
    store = gate.store
    enforced = settings.is_on(store, settings.BASIC_ENFORCEMENT)
    active = settings.is_on(store, settings.BASIC_RESTRICTION, absent=True)
    if gate.switches.get("basic_auth_restriction") == "off" and not (enforced and active):
        return False
    roles = settings.find_words(store, settings.BASIC_ROLES, BASIC_AUTH_ROLE)
    users = settings.find_words(store, settings.BASIC_USERS)
    access_only = settings.is_on(store, settings.BASIC_ACCESS_ONLY, absent=True)
    return not (
        roles & caller.roles
        or users & {user["user_name"].lower(), user["sys_id"]}
        or (access_only and _holds(user, "web_service_access_only"))
        or store.find("sys_user_basic_auth_exception", user=user["sys_id"])
    )


def _by_token(gate: Gate, credentials: Credentials) -> Found:
    store = gate.store
    row = find_token(store, credentials.secret, "access_token", gate.clock)
    client = find_client(store, row) if row else None
    user = store.get("sys_user", row["user"]) if row else None
    if row is None or client is None or user is None:
        return Stranger(why="the token is unknown, revoked or expired, or its client is gone or inactive")
    why = why_shut_out(store, unlock_when_due(store, user, gate.clock))
    if why:
        return Stranger(why=why, user_name=user["user_name"])
    granted = granted_scopes(store, client)
    asked = frozenset(row["scopes"].split())
    identity = Identity(
        caller=_caller(store, user),
        credentials=credentials,
        until=_moment(row["expires"]),
        client=client,
        scopes=granted & asked if asked else granted,
    )
    return _remember(gate, identity)


def _by_key(gate: Gate, credentials: Credentials) -> Found:
    """Keys have no natural index: each that is active and in time is tried (docs/platform.md)."""
    store, now = gate.store, as_stored(gate.clock())
    rows = (row for row in store.find("api_key", active="true") if not row["expires"] or row["expires"] > now)
    row = next((row for row in rows if passwords.verify(store, row["token"], credentials.secret)), None)
    user = store.get("sys_user", row["user"]) if row else None
    if row is None or user is None:
        return Stranger(why="the API key is unknown, inactive or expired")
    why = why_shut_out(store, user)
    if why:
        return Stranger(why=why, user_name=user["user_name"])
    scope = store.get("sys_auth_scope", row["auth_scope"]) if row["auth_scope"] else None
    scopes = frozenset({scope["name"] if scope else EVERYTHING})
    return Identity(caller=_caller(store, user), credentials=credentials, scopes=scopes)


def _by_session(gate: Gate, credentials: Credentials, check: str) -> Found:
    """A browser's session, which must show that no other page speaks for it (wire-contract.md 1.4, 2.3)."""
    found = hold(gate.store, Sessions).find(credentials.secret, gate.clock())
    user = gate.store.get("sys_user", found.user) if found else None
    if found is None or user is None or not can_use_api(gate.store, user):
        return Stranger(why="the session is unknown or over")
    if not hmac.compare_digest(check.encode(), found.check.encode()):
        hint = (("X-Is-Logged-In", "true"), ("X-UserToken-Response", "token_missing"))
        why = "a session's requests need X-UserToken"
        return Stranger(why=why, user_name=user["user_name"], hint=hint)
    return Identity(caller=_caller(gate.store, user), credentials=credentials)


FINDERS: Mapping[str, Callable[[Gate, Credentials], Found]] = {
    "basic": _by_password,
    "bearer": _by_token,
    "api_key": _by_key,
}


# -- who was here before


@dataclass(slots=True)
class Known:
    """Identities by a keyed digest of their credentials, with a key nobody else has."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    identities: dict[bytes, Identity] = field(default_factory=dict)

    def digest(self, gate: Gate, credentials: Credentials) -> bytes:
        """What stands for these credentials as long as no switch changes."""
        restricted = gate.switches.get("basic_auth_restriction")
        text = repr((restricted, credentials.kind, credentials.name, credentials.secret))
        return hmac.digest(self.key, text.encode("utf-8", "surrogatepass"), "sha256")


def _recognize(gate: Gate, credentials: Credentials) -> Identity | None:
    """Who it was the last time, if no row that this depends on was written since."""
    known = recall(gate.store, IDENTITY_TABLES, _nobody_yet)
    found = known.identities.get(known.digest(gate, credentials)) if known.identities else None
    return found if found and found.until > gate.clock() else None


def _remember(gate: Gate, identity: Identity) -> Identity:
    known = recall(gate.store, IDENTITY_TABLES, _nobody_yet)
    if len(known.identities) >= KNOWN_AT_MOST:
        known.identities.clear()
    known.identities[known.digest(gate, identity.credentials)] = identity
    return identity


def _nobody_yet(_: Store) -> Known:
    return Known()


def _moment(stored: str) -> datetime:
    return datetime.strptime(stored, MOMENT).replace(tzinfo=UTC)


# -- callers


def _caller(store: Store, user: Row) -> Caller:
    known = recall(store, CALLER_TABLES, _no_callers)
    found = known.get(user["sys_id"])
    if found is None:
        found = known[user["sys_id"]] = _make_caller(store, user)
    return found


def _no_callers(_: Store) -> dict[str, Caller]:
    return {}


def _make_caller(store: Store, user: Row) -> Caller:
    roles = _roles_of(store, user["sys_id"])
    return Caller(
        user_sys_id=user["sys_id"],
        user_name=user["user_name"],
        roles=roles,
        time_zone=user["time_zone"] or settings.find_setting(store, settings.TIME_ZONE) or "",
        date_format=user["date_format"] or settings.find_setting(store, settings.DATE_FORMAT) or "",
        time_format=user["time_format"] or settings.find_setting(store, settings.TIME_FORMAT) or "",
        admin="admin" in roles,
    )


def _roles_of(store: Store, user: str) -> frozenset[str]:
    """Kept apart from the user, who may change often while the roles stay."""
    known = recall(store, ROLE_TABLES, _no_roles)
    found = known.get(user)
    if found is None:
        found = known[user] = frozenset(
            role["name"]
            for grant in store.find("sys_user_has_role", user=user, state="active")
            if (role := store.get("sys_user_role", grant["role"])) and role["elevated_privilege"] != "true"
        )
    return found


def _no_roles(_: Store) -> dict[str, frozenset[str]]:
    return {}
