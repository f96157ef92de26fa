"""Every role of a seeded instance on every table: what `access` says, held against what the sandbox lets its holder do."""

import json
from collections.abc import Iterator

import pytest

from snowconf.dictionary import table_names
from snowconf.engine.disclose.adjudging import rulebook_of
from snowconf.engine.disclose.entitling import roles_of, titles
from snowconf.engine.disclose.gathering import Facts
from snowconf.model.privilege import Answer
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.identity.identities import caller_for
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.rules.inheritance import renew
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.refusals import Operation
from tests.privileges.registry import TABLES

TRIED = (
    "itil",
    "asset",
    "cmdb_read",
    "sam_integrator",
    "oauth_admin",
    "import_admin",
    "personalize_dictionary",
)
OPERATIONS: tuple[Operation, ...] = ("read", "create", "write", "delete")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A fresh one; scripts that nobody can evaluate deny."""
    sandbox = Sandbox(None, Switches())
    sandbox.survey()
    yield sandbox
    sandbox.close()


def test_every_role_may_do_on_every_table_what_is_said(sandbox: Sandbox) -> None:
    """What is allowed could be done to some record, what is denied to none, and the two agree on which."""
    wrong = []
    with sandbox.act_as("admin") as session:
        store = session.store
        roles = store.find("sys_user_role")
        for role in roles:
            columns = {"user_name": f"holder of {role['name']}", "active": "true"}
            holder_id = insert_row(session, "sys_user", columns)["sys_id"]
            grant = {"user": holder_id, "role": role["sys_id"], "inherited": "false", "state": "active"}
            insert_row(session, "sys_user_has_role", grant)
            renew(session, holder_id)
        facts = Facts(tables={each: {row["sys_id"]: row for row in store.find(each)} for each in TABLES})
        known, book = roles_of(facts), rulebook_of(facts, elevation=True)
        for user in store.find("sys_user"):
            holder = known.holder(titles(facts, known, user["sys_id"]))
            access = Access(store, Switches(), caller_for(store, user["user_name"]))
            for table in table_names():
                for operation in OPERATIONS:
                    said = book.on_table(holder, operation, table).answer
                    done = access.may(operation, table)
                    if said is not Answer.DEPENDS and (said is Answer.ALLOWED) is not done:
                        wrong.append((user["user_name"], operation, table, said))
    assert len(roles) > 40
    assert wrong == []


def rows_seen(sandbox: Sandbox, table: str, user: str) -> int:
    """How many rows of just this class the user gets when it asks for the table over REST; 0 when it is refused."""
    url = f"http://sandbox.localhost/api/now/table/{table}?sysparm_limit=300&sysparm_fields=sys_id,sys_class_name"
    status, _, body = sandbox.exchange(user)("GET", url, [("accept", "application/json")], b"")
    rows = json.loads(body)["result"] if status == 200 else []
    return sum((row.get("sys_class_name") or table) == table for row in rows)


@pytest.mark.parametrize("role", TRIED)
def test_who_asks_over_rest_sees_what_is_said(sandbox: Sandbox, role: str) -> None:
    """Every table that has rows, asked for by a user with the role: all of them, or none."""
    name = f"asks as {role}"
    with sandbox.act_as("admin") as session:
        store = session.store
        user = insert_row(session, "sys_user", {"user_name": name, "active": "true"})["sys_id"]
        (wanted,) = store.find("sys_user_role", name=role)
        grant = {"user": user, "role": wanted["sys_id"], "inherited": "false", "state": "active"}
        insert_row(session, "sys_user_has_role", grant)
        renew(session, user)
        facts = Facts(tables={each: {row["sys_id"]: row for row in store.find(each)} for each in TABLES})
    roles = roles_of(facts)
    holder, book = roles.holder(titles(facts, roles, user)), rulebook_of(facts, elevation=True)
    said = {table: book.on_table(holder, "read", table).answer for table in table_names()}
    there = {table: rows_seen(sandbox, table, "admin") for table in table_names()}
    seen = {table: rows_seen(sandbox, table, name) for table, number in there.items() if number}
    told = {table: said[table] for table in seen if said[table] is not Answer.DEPENDS}
    expected = {table: there[table] if answer is Answer.ALLOWED else 0 for table, answer in told.items()}
    assert {table: seen[table] for table in told} == expected
    assert len(told) > 20
