"""Random access controls agree with a slow evaluator that reads tables.md 4.3 word by word and nothing of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from snowconf.sandbox.acting.session import Caller, Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches, parse

USER_IS_AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
TABLES = ("scheduled_import_set", "sysauto", "sys_metadata", "*")
ROWS: tuple[Row, ...] = (
    {"sys_class_name": "scheduled_import_set", "name": "one", "active": "true", "description": "x"},
    {"sys_class_name": "scheduled_import_set", "name": "two", "active": "false"},
)
# By the sys_ids that the platform gives them (tables.md 4.1).
OPERATIONS = {
    "read": "read",
    "query_match": "521c7497b7300210240b06dd1e11a979",
    "query_range": "e66cf897b7300210240b06dd1e11a9fd",
}
ROLES = ("asset", "itil", "nobody")
CONDITIONS = ("", "name=one", "name!=one", "nmae=one", "name=two^active=true", "name=two^ORactive=true")


@dataclass(frozen=True)
class Planted:
    """An access control."""

    name: str
    roles: frozenset[str]
    deny: bool
    overrides: bool
    condition: str
    attribute: str
    script: str
    applies_to: str
    active: bool
    operation: str = "read"


@dataclass(frozen=True)
class Who:
    """A caller as the evaluator needs him, and what two switches say to him."""

    roles: frozenset[str]
    admin: bool
    lenient: bool = False
    unbound: bool = False


table_names = st.sampled_from(TABLES)
column_names = st.builds("{}.{}".format, table_names, st.sampled_from(("name", "*")))
conditions = st.sampled_from(CONDITIONS)
STRANGE = "answer = ask(current);"
SCRIPTS = (
    STRANGE,
    "answer = true;",
    "answer = gs.hasRole('asset,nobody');",
    "answer = current.name == 'one' && !gs.hasRole('itil');",
    "if (current.created == gs.getUserID()) answer = false; else answer = current.name != 'one';",
    "answer = gs.getUserID() == current.description;",
)


def planted(
    names: st.SearchStrategy[str], operations: Sequence[str] = ("read",)
) -> st.SearchStrategy[list[Planted]]:
    """Lists of access controls with such names, on one of the operations."""
    return st.lists(
        st.builds(
            Planted,
            name=names,
            roles=st.frozensets(st.sampled_from(ROLES), max_size=2),
            deny=st.integers(0, 4).map(lambda number: number == 0),
            overrides=st.booleans(),
            condition=conditions,
            attribute=st.sampled_from(("", "", USER_IS_AUTHENTICATED, "f" * 32)),
            script=st.one_of(st.just(""), st.sampled_from(SCRIPTS)),
            applies_to=st.one_of(st.just(""), conditions),
            active=st.integers(0, 6).map(bool),
            operation=st.sampled_from(operations),
        ),
        min_size=1,
        max_size=8,
    )


people = st.builds(
    Who,
    roles=st.frozensets(st.sampled_from(ROLES), max_size=2),
    admin=st.booleans(),
    lenient=st.booleans(),
    unbound=st.booleans(),
)


# -- the slow evaluator

TABLE_ORDER = ["scheduled_import_set", "sysauto", "sys_metadata", "*"]
COLUMN_ORDER = [
    "scheduled_import_set.name",
    "sysauto.name",
    "sys_metadata.name",
    "*.name",
    "scheduled_import_set.*",
    "sysauto.*",
    "sys_metadata.*",
    "*.*",
]


def meets(condition: str, row: Row | None) -> bool:
    """What each of the conditions above says of a row; `nmae` is no column, so that clause says nothing.

    Where there is no row, each could be met by some row.
    """
    if row is None:
        return True
    verdicts = {
        "": True,
        "nmae=one": True,
        "name=one": row["name"] == "one",
        "name!=one": row["name"] != "one",
        "name=two^active=true": row["name"] == "two" and row["active"] == "true",
        "name=two^ORactive=true": row["name"] == "two" or row["active"] == "true",
    }
    return verdicts[condition]


def script_says(script: str, who: Who, row: Row | None) -> bool:
    """What each of the scripts above answers, or could answer for some row; an admin has every role there."""
    if row is None:
        return any(script_says(script, who, each) for each in ROWS)
    verdicts = {
        "": True,
        STRANGE: who.lenient,
        SCRIPTS[1]: True,
        SCRIPTS[2]: who.admin or "asset" in who.roles or "nobody" in who.roles,
        SCRIPTS[3]: row["name"] == "one" and not (who.admin or "itil" in who.roles),
        SCRIPTS[4]: row["name"] != "one",
        SCRIPTS[5]: row.get("description", "") == "x",
    }
    return verdicts[script]


def passes(acl: Planted, who: Who, row: Row | None) -> bool:
    """Roles and attribute and condition and script; nothing of all that is a pass for nobody."""
    if who.admin and acl.overrides and not (who.unbound and acl.roles == frozenset({"nobody"})):
        return True
    if not acl.roles and not acl.attribute and not acl.condition and not acl.script:
        return False
    role = not acl.roles or any(name in who.roles for name in acl.roles)
    if who.admin and who.unbound and acl.roles != frozenset({"nobody"}):
        role = True
    attribute = acl.attribute in ("", USER_IS_AUTHENTICATED) or who.lenient
    return role and attribute and meets(acl.condition, row) and script_says(acl.script, who, row)


def applies(acl: Planted, row: Row | None) -> bool:
    """A name that begins with a star applies to everything."""
    return acl.name.startswith("*") or meets(acl.applies_to, row)


def check(acls: list[Planted], order: list[str], who: Who, row: Row | None) -> bool | None:
    """One check over the names in their order; None when no rule speaks."""
    matching = [acl for acl in acls if acl.active and acl.name in order and applies(acl, row)]
    for acl in matching:
        if acl.deny and not passes(acl, who, row):
            return False
    for name in order:
        level = [acl for acl in matching if acl.name == name and not acl.deny]
        if level:
            return any(passes(acl, who, row) for acl in level)
    return True if matching else None


def may_read(acls: list[Planted], who: Who, row: Row) -> bool:
    """The table check. No rule at all leaves it to admins, as the mode is deny."""
    found = check(acls, TABLE_ORDER, who, row)
    return who.admin if found is None else found


def sees_name(acls: list[Planted], who: Who, row: Row | None) -> bool:
    """The column check. No rule at all leaves it to the table check."""
    return check(acls, COLUMN_ORDER, who, row) is not False


def may_search(acls: list[Planted], who: Who, search: str) -> bool:
    """What the search's own access controls on table and column say, else whether the column may be read."""
    own = [acl for acl in acls if acl.operation == search]
    found = [check(own, order, who, None) for order in (TABLE_ORDER, COLUMN_ORDER)]
    if found == [None, None]:
        return sees_name([acl for acl in acls if acl.operation == "read"], who, None)
    return False not in found


# -- the law


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """An instance with three roles, the mode deny and no access control."""
    store = Store(None)
    caller = Caller(user_sys_id="", user_name="system", admin=True)
    session = Session(store=store, switches=Switches(), caller=caller)
    insert_row(session, "sys_properties", {"name": "glide.sm.default_mode", "value": "deny"})
    for role in ROLES:
        insert_row(session, "sys_user_role", {"name": role}, role)
    for name, sys_id in OPERATIONS.items():
        insert_row(session, "sys_security_operation", {"name": name}, sys_id)
    yield session
    store.close()


def plant(session: Session, acl: Planted) -> None:
    """Write its rows."""
    columns = {
        "name": acl.name,
        "operation": OPERATIONS[acl.operation],
        "type": "record",
        "active": str(acl.active).lower(),
        "decision_type": "deny" if acl.deny else "allow",
        "admin_overrides": str(acl.overrides).lower(),
        "condition": acl.condition,
        "applies_to": acl.applies_to,
        "security_attribute": acl.attribute,
        "advanced": str(bool(acl.script)).lower(),
        "script": acl.script,
    }
    row = insert_row(session, "sys_security_acl", columns)
    for role in acl.roles:
        pair = {"sys_security_acl": row["sys_id"], "sys_user_role": role}
        insert_row(session, "sys_security_acl_role", pair)


def clear(session: Session) -> None:
    """Remove all access controls."""
    for table in ("sys_security_acl", "sys_security_acl_role"):
        for row in session.store.find(table):
            session.store.delete(table, row["sys_id"])


def plant_all(session: Session, acls: list[Planted]) -> None:
    """These access controls and no others."""
    with session.store.transaction():
        clear(session)
        for acl in acls:
            plant(session, acl)


def access_of(session: Session, who: Who) -> Access:
    """What the caller may do."""
    caller = Caller(user_sys_id="x", user_name="joe", roles=who.roles, admin=who.admin)
    leniency = "allow" if who.lenient else "deny"
    admins = "passed" if who.unbound else "as_anybody"
    switches = parse({"undecidable_scripts": leniency, "role_checks_of_admins": admins})
    return Access(session.store, switches, caller)


# Everybody and every row is asked for twice, so that what is kept from the first time is asked too.
law = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
crowds = st.lists(people, min_size=1, max_size=3).map(lambda crowd: crowd * 2)


@law
@given(acls=planted(table_names), crowd=crowds)
def test_the_table_check_is_what_the_order_of_evaluation_says(
    session: Session, acls: list[Planted], crowd: list[Who]
) -> None:
    """For every caller and row."""
    plant_all(session, acls)
    for who in crowd:
        seen = [access_of(session, who).may("read", "scheduled_import_set", row) for row in ROWS]
        assert seen == [may_read(acls, who, row) for row in ROWS]


@law
@given(acls=planted(column_names), crowd=crowds)
def test_the_column_check_is_what_the_order_of_evaluation_says(
    session: Session, acls: list[Planted], crowd: list[Who]
) -> None:
    """For every caller and row."""
    plant_all(session, acls)
    for who in crowd:
        access = access_of(session, who)
        seen = [access.readable_columns("scheduled_import_set", ["name"], row) for row in ROWS]
        assert [bool(columns) for columns in seen] == [sees_name(acls, who, row) for row in ROWS]


@law
@given(acls=planted(st.one_of(table_names, column_names), tuple(OPERATIONS)), crowd=crowds)
def test_what_a_query_may_name_is_what_query_access_controls_say(
    session: Session, acls: list[Planted], crowd: list[Who]
) -> None:
    """For every caller and both kinds of search; conditions and rows count for nothing there."""
    plant_all(session, acls)
    for who in crowd:
        access = access_of(session, who)
        seen = (
            access.may_search("query_match", "scheduled_import_set", "name"),
            access.may_search("query_range", "scheduled_import_set", "name"),
        )
        assert seen == (may_search(acls, who, "query_match"), may_search(acls, who, "query_range"))
