"""Who a request comes from: basic and bearer credentials to a caller with effective roles. Decides about no record."""

from base64 import b64decode

from snowconf.sandbox import passwords, settings
from snowconf.sandbox.remembering import recall
from snowconf.sandbox.requests import Request
from snowconf.sandbox.session import Caller, Clock, utc_now
from snowconf.sandbox.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.tokens import find_holder

__all__ = ["Caller", "authenticate", "caller_for", "can_use_api", "find_user", "password_is_right"]

BASIC_AUTH_ROLE = "snc_basic_auth_api_access"
CALLER_TABLES = ("sys_user", "sys_user_has_role", "sys_user_role", "sys_properties")


def authenticate(
    store: Store, switches: Switches, request: Request, *, clock: Clock = utc_now
) -> Caller | None:
    """The caller, or None for whatever reason: the platform's 401 does not say which (wire-contract.md 1.4)."""
    scheme, _, credentials = request.header("authorization").partition(" ")
    match scheme.lower():
        case "basic":
            return _by_password(store, switches, credentials.strip())
        case "bearer":
            user = find_holder(store, credentials.strip(), clock)
            return _caller(store, user) if user and can_use_api(store, user) else None
        case _:
            return None


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
    needs_reset = _holds(user, "password_needs_reset") and settings.is_on(store, settings.RESET_MANDATORY)
    return _holds(user, "active") and not _holds(user, "locked_out") and not needs_reset


def password_is_right(store: Store, user: Row, password: str) -> bool:
    """Whether the user can log in with it; a password stored verbatim lets nobody in (wire-contract.md 6.5)."""
    return passwords.verify(store, user["user_password"], password)


def _holds(user: Row, column: str) -> bool:
    return user[column] == "true"


def _by_password(store: Store, switches: Switches, credentials: str) -> Caller | None:
    name, password = read_basic(credentials)
    user = find_user(store, name)
    if user is None or not can_use_api(store, user) or not password_is_right(store, user, password):
        return None
    caller = _caller(store, user)
    restricted = switches.get("basic_auth_restriction") == "on" and BASIC_AUTH_ROLE not in caller.roles
    return None if restricted else caller


def read_basic(credentials: str) -> tuple[str, str]:
    """Name and password of a basic Authorization header; both empty when it is none."""
    try:
        name, _, password = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password


def _caller(store: Store, user: Row) -> Caller:
    known = recall(store, CALLER_TABLES, _no_callers)
    found = known.get(user["sys_id"])
    if found is None:
        found = known[user["sys_id"]] = _make_caller(store, user)
    return found


def _no_callers(_: Store) -> dict[str, Caller]:
    return {}


def _make_caller(store: Store, user: Row) -> Caller:
    roles = frozenset(
        role["name"]
        for grant in store.find("sys_user_has_role", user=user["sys_id"], state="active")
        if (role := store.get("sys_user_role", grant["role"])) and role["elevated_privilege"] != "true"
    )
    return Caller(
        user_sys_id=user["sys_id"],
        user_name=user["user_name"],
        roles=roles,
        time_zone=user["time_zone"] or settings.find_setting(store, settings.TIME_ZONE) or "",
        date_format=user["date_format"] or settings.find_setting(store, settings.DATE_FORMAT) or "",
        time_format=user["time_format"] or settings.find_setting(store, settings.TIME_FORMAT) or "",
        admin="admin" in roles,
    )
