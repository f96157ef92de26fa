"""Authentication scopes: which of them a token has, and which an API wants (tables.md 2.2, wire-contract.md 1.5)."""

from collections.abc import Iterable

from snowconf.sandbox.identity.policies import Target, covers
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store

# The scope that means everything its user may do.
EVERYTHING = "useraccount"
RESTRICTED = "restricted"
TABLES = ("sys_api_access_scope", "sys_auth_scope", "oauth_entity_auth_scope_mapping")


def granted_scopes(store: Store, client: Row) -> frozenset[str]:
    """The scopes that the client's tokens have at this moment: those mapped to it, everything without any."""
    mapped = recall(store, TABLES, _mappings).get(client["sys_id"])
    if mapped:
        return mapped
    return frozenset() if client.get("scope_restriction_status") == RESTRICTED else frozenset({EVERYTHING})


def named_scopes(scopes: Iterable[str]) -> str:
    """As token answers and rows hold them."""
    return " ".join(sorted(scopes))


def missing_scope(store: Store, scopes: frozenset[str], target: Target, *, restricted: bool) -> str:
    """The scope that a token lacks for the API; empty when it lacks none.

    A `restricted` token is for the APIs of its scopes alone, any other for all that no scope guards.
    """
    if EVERYTHING in scopes or not settings.is_on(store, settings.SCOPE_CHECK, absent=True):
        return ""
    wanted = sorted(name for row, name in recall(store, TABLES, _guards) if covers(row, target))
    if not wanted:
        return EVERYTHING if restricted else ""
    return "" if scopes.intersection(wanted) else wanted[0]


def _mappings(store: Store) -> dict[str, frozenset[str]]:
    names = _names(store)
    found: dict[str, frozenset[str]] = {}
    for row in store.find("oauth_entity_auth_scope_mapping"):
        name = names.get(row["auth_scope"])
        if name:
            found[row["oauth_entity"]] = found.get(row["oauth_entity"], frozenset()) | {name}
    return found


def _guards(store: Store) -> list[tuple[Row, str]]:
    names, rows = _names(store), store.find("sys_api_access_scope", active="true")
    return [(row, names[row["auth_scope"]]) for row in rows if row["auth_scope"] in names]


def _names(store: Store) -> dict[str, str]:
    return {row["sys_id"]: row["name"] for row in store.find("sys_auth_scope")}
