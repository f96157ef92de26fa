"""Rules of aliases and connections: computed ids, retry policies, one active connection (tables.md 7)."""

import re

from snowconf.sandbox.rules.rule import INSERT, UPDATE, Event, Put, Refuse, Rule
from snowconf.sandbox.storage.store import Row

# tables.md 7.1: filled in by the platform when nobody chose one.
RETRY_POLICIES = {
    "http_connection": "ef751ff07301330025d71afe2ff6a7f9",
    "jdbc_connection": "e8ddcb7573331010cbfec9d234f6a7fd",
    "sys_connection": "e385484773100010e3a71afe2ff6a709",
}


def _compute_id(event: Event) -> Row:
    scope = event.session.store.get("sys_scope", event.after["sys_scope"]) or {}
    prefix = "" if scope.get("scope", "global") == "global" else f"{scope['scope']}."
    return {"id": prefix + re.sub(r"[^A-Za-z0-9]", "_", event.after["name"])}


def _choose_policy(event: Event) -> Row:
    policy = RETRY_POLICIES.get(event.after["connection_type"], "")
    return {} if event.after["retry_policy"] else {"retry_policy": policy}


def _alias_is_taken(event: Event) -> bool:
    """Whether another connection of the alias is active and the alias lets only one be."""
    store, row = event.session.store, event.after
    alias = store.get("sys_alias", row["connection_alias"]) if row["connection_alias"] else None
    if row["active"] != "true" or alias is None or alias["multiple_connections"] == "true":
        return False
    active = store.find("sys_connection", connection_alias=alias["sys_id"], active="true")
    return any(each["sys_id"] != row["sys_id"] for each in active)


RULES: tuple[Rule, ...] = (
    Put(name="Compute alias id", table="sys_alias", values=_compute_id),
    Put(name="Set default retry policy", table="sys_alias", on=INSERT, values=_choose_policy),
    Put(
        name="Parent is fixed once saved",
        table="sys_alias",
        on=UPDATE,
        columns=frozenset({"parent"}),
        values=lambda event: {"parent": event.before["parent"]},
    ),
    Refuse(name="Only one active connection per alias", table="sys_connection", when=_alias_is_taken),
)
