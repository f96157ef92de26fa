"""The order of tables.md 4.3, case by case. The law in tests/laws/test_access.py covers what nobody thought of."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from snowconf.sandbox.wire.refusals import API_CLOSED, QUERY_RIGHTS, Operation, Refusal
from tests.sandbox_platform.desk import Desk

USER_IS_AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"
TABLE = "sys_script_include"


@dataclass(frozen=True)
class Rule:
    """An access control on reading, with the roles it asks for."""

    name: str
    roles: tuple[str, ...] = ()
    deny: bool = False
    admin_overrides: bool = True
    condition: str = ""
    attribute: str = ""
    applies_to: str = ""
    script: str = ""


@dataclass(frozen=True)
class Case:
    """Whether a user with role `asset`, and an admin, see a row whose name is `one`."""

    title: str
    rules: Sequence[Rule]
    user: bool
    admin: bool


ASSET, NOBODY = ("asset",), ("nobody",)

TABLE_CASES = (
    Case("no rule of its own leaves it to the wildcard for admins", (), user=False, admin=True),
    Case("a role opens it", (Rule(TABLE, ASSET),), user=True, admin=True),
    Case("another role does not", (Rule(TABLE, NOBODY),), user=False, admin=True),
    Case("one of several roles is enough", (Rule(TABLE, ASSET + NOBODY),), user=True, admin=True),
    Case("one of several rules is enough", (Rule(TABLE, NOBODY), Rule(TABLE, ASSET)), user=True, admin=True),
    Case("a parent's rule counts", (Rule("sys_metadata", ASSET),), user=True, admin=True),
    Case(
        "the most specific level alone counts",
        (Rule(TABLE, NOBODY), Rule("sys_metadata", ASSET), Rule("*", ASSET)),
        user=False,
        admin=True,
    ),
    Case("a rule without any criterion lets nobody pass", (Rule(TABLE),), user=False, admin=True),
    Case(
        "nor an admin it does not let override",
        (Rule(TABLE, admin_overrides=False),),
        user=False,
        admin=False,
    ),
    Case(
        "admin is stopped by a role he does not hold",
        (Rule(TABLE, NOBODY, admin_overrides=False),),
        user=False,
        admin=False,
    ),
    Case("a condition that holds", (Rule(TABLE, condition="name=one"),), user=True, admin=True),
    Case("a condition that does not", (Rule(TABLE, condition="name=two"),), user=False, admin=True),
    Case("role and condition both", (Rule(TABLE, NOBODY, condition="name=one"),), user=False, admin=True),
    Case(
        "a condition on an unknown column is dropped and widens",
        (Rule(TABLE, condition="nmae=two"),),
        user=True,
        admin=True,
    ),
    Case("being logged in", (Rule(TABLE, attribute=USER_IS_AUTHENTICATED),), user=True, admin=True),
    Case("being admin", (Rule(TABLE, attribute=HAS_ADMIN_ROLE),), user=False, admin=True),
    Case(
        "being admin where nothing is overridden",
        (Rule(TABLE, attribute=HAS_ADMIN_ROLE, admin_overrides=False),),
        user=False,
        admin=True,
    ),
    Case("an unknown attribute", (Rule(TABLE, ASSET, attribute="f" * 32),), user=False, admin=True),
    Case("a strange script is undecidable", (Rule(TABLE, ASSET, script="ask();"),), user=False, admin=True),
    Case("a script that says yes", (Rule(TABLE, script="answer = true;"),), user=True, admin=True),
    Case(
        "a script that says no to all",
        (Rule(TABLE, script="answer = false;", admin_overrides=False),),
        user=False,
        admin=False,
    ),
    Case(
        "a script about a role", (Rule(TABLE, script="answer = gs.hasRole('asset')"),), user=True, admin=True
    ),
    Case(
        "of which an admin has all",
        (Rule(TABLE, script="answer = gs.hasRole('nobody');", admin_overrides=False),),
        user=False,
        admin=True,
    ),
    Case(
        "a script about the row",
        (Rule(TABLE, script="answer = current.name == 'one';", admin_overrides=False),),
        user=True,
        admin=True,
    ),
    Case(
        "a script about another row",
        (Rule(TABLE, script="answer = current.name == 'two';", admin_overrides=False),),
        user=False,
        admin=False,
    ),
    Case(
        "a rule that does not apply to the row is no rule",
        (Rule(TABLE, NOBODY, applies_to="name=two"), Rule("sys_metadata", ASSET)),
        user=True,
        admin=True,
    ),
    Case(
        "one that applies is",
        (Rule(TABLE, NOBODY, applies_to="name=one"), Rule("sys_metadata", ASSET)),
        user=False,
        admin=True,
    ),
    Case(
        "deny-unless comes before allow-if",
        (Rule(TABLE, NOBODY, deny=True), Rule(TABLE, ASSET)),
        user=False,
        admin=True,
    ),
    Case(
        "deny-unless of a parent as well",
        (Rule("sys_metadata", NOBODY, deny=True), Rule(TABLE, ASSET)),
        user=False,
        admin=True,
    ),
    Case(
        "deny-unless that passes leaves it to allow-if",
        (Rule(TABLE, ASSET, deny=True), Rule(TABLE, NOBODY)),
        user=False,
        admin=True,
    ),
    Case(
        "both pass",
        (Rule(TABLE, ASSET, deny=True), Rule(TABLE, ASSET)),
        user=True,
        admin=True,
    ),
    Case(
        "deny-unless stops an admin who may not override",
        (Rule(TABLE, NOBODY, deny=True, admin_overrides=False), Rule(TABLE, ASSET)),
        user=False,
        admin=False,
    ),
)


def plant(desk: Desk, rule: Rule, operation: str = "read") -> None:
    """Write the rule's rows."""
    desk.acl(
        rule.name,
        operation,
        *rule.roles,
        decision_type="deny" if rule.deny else "allow",
        admin_overrides=str(rule.admin_overrides).lower(),
        condition=rule.condition,
        security_attribute=rule.attribute,
        applies_to=rule.applies_to,
        script=rule.script,
        advanced="true" if rule.script else "false",
    )


@pytest.mark.parametrize("case", TABLE_CASES, ids=lambda case: case.title)
def test_the_table_check(desk: Desk, case: Case) -> None:
    """Each case says who passes the table check."""
    desk.user("joe", "asset")
    row = desk.insert(TABLE, name="one")
    for rule in case.rules:
        plant(desk, rule)
    seen = [desk.access(who).may("read", TABLE, row) for who in ("joe", "admin")]
    assert seen == [case.user, case.admin]


COLUMN_CASES = (
    Case("no rule leaves it to the table check", (), user=True, admin=True),
    Case("the column's own rule", (Rule(f"{TABLE}.name", NOBODY),), user=False, admin=True),
    Case("the rule of all columns", (Rule(f"{TABLE}.*", NOBODY),), user=False, admin=True),
    Case(
        "the column's own before that of all",
        (Rule(f"{TABLE}.name", ASSET), Rule(f"{TABLE}.*", NOBODY)),
        user=True,
        admin=True,
    ),
    Case(
        "a column on all tables before all columns of the table",
        (Rule("*.name", ASSET), Rule(f"{TABLE}.*", NOBODY)),
        user=True,
        admin=True,
    ),
    Case(
        "a parent's column before a column on all tables",
        (Rule("sys_metadata.name", NOBODY), Rule("*.name", ASSET)),
        user=False,
        admin=True,
    ),
    Case(
        "all columns of the table before all of the parent",
        (Rule(f"{TABLE}.*", ASSET), Rule("sys_metadata.*", NOBODY)),
        user=True,
        admin=True,
    ),
    Case("all columns of all tables", (Rule("*.*", NOBODY),), user=False, admin=True),
    Case(
        "a column that stops an admin",
        (Rule(f"{TABLE}.name", NOBODY, admin_overrides=False),),
        user=False,
        admin=False,
    ),
    Case("by the row's values", (Rule(f"{TABLE}.name", condition="name=two"),), user=False, admin=True),
)


@pytest.mark.parametrize("case", COLUMN_CASES, ids=lambda case: case.title)
def test_the_column_check(desk: Desk, case: Case) -> None:
    """Each case says who sees the column of a row that the table check lets through."""
    desk.user("joe", "asset")
    row = desk.insert(TABLE, name="one")
    for rule in (Rule(TABLE, ASSET), *case.rules):
        plant(desk, rule)
    seen = [bool(desk.access(who).readable_columns(TABLE, ["name"], row)) for who in ("joe", "admin")]
    assert seen == [case.user, case.admin]


@pytest.mark.parametrize(("operation", "kept"), [("create", {"name"}), ("write", {"name", "script"})])
def test_writable_columns_are_checked_by_operation(desk: Desk, operation: Operation, kept: set[str]) -> None:
    """What may be filled on create may differ from what may be changed."""
    plant(desk, Rule(f"{TABLE}.script", NOBODY, admin_overrides=False), "create")
    assert desk.access().writable_columns(TABLE, ["name", "script"], {}, operation) == kept


def test_without_any_rule_the_default_mode_decides(desk: Desk) -> None:
    """glide.sm.default_mode=deny leaves it to admins (tables.md 4.3)."""
    desk.user("joe")
    for row in desk.store.find("sys_security_acl", name="*"):
        desk.store.delete("sys_security_acl", row["sys_id"])
    seen = [desk.access(who).may("read", TABLE) for who in ("joe", "admin")]
    desk.setting("glide.sm.default_mode", "allow")
    assert (seen, desk.access("joe").may("read", TABLE)) == ([False, True], True)


def test_a_passing_deny_unless_grants_where_no_allow_if_exists(desk: Desk) -> None:
    """Documented, and only where there is no allow-if at any level (tables.md 4.3)."""
    desk.user("joe", "asset")
    for row in desk.store.find("sys_security_acl", name="*"):
        desk.store.delete("sys_security_acl", row["sys_id"])
    plant(desk, Rule(TABLE, ASSET, deny=True))
    assert desk.access("joe").may("read", TABLE)


@pytest.mark.parametrize(("undecidable", "passes"), [("deny", False), ("allow", True)])
def test_a_switch_decides_what_a_script_says(desk: Desk, *, undecidable: str, passes: bool) -> None:
    """No script runs here, so somebody must have decided beforehand."""
    desk.user("joe", "asset")
    plant(desk, Rule(TABLE, ASSET, script="answer = gs.hasRole(theirs);"))
    desk.switch(undecidable_scripts=undecidable)
    assert desk.access("joe").may("read", TABLE) == passes


def test_without_a_row_the_answer_is_whether_some_row_could_pass(desk: Desk) -> None:
    """A condition is left for the row to meet."""
    desk.user("joe")
    plant(desk, Rule(TABLE, condition="name=two"))
    access, row = desk.access("joe"), desk.insert(TABLE, name="one")
    assert (access.may("read", TABLE), access.may("read", TABLE, row)) == (True, False)


def test_a_row_is_judged_as_its_own_class(desk: Desk) -> None:
    """An incident read through task is an incident."""
    desk.user("joe", "itil")
    row = desk.one("incident", number="INC0000060")
    plant(desk, Rule("incident", NOBODY, deny=True))
    assert not desk.access("joe").may("read", "task", row)


def test_an_inactive_access_control_says_nothing(desk: Desk) -> None:
    """Switching it off takes effect at once."""
    desk.user("joe", "asset")
    acl = desk.acl(TABLE, "read", "asset")
    seen = desk.access("joe").may("read", TABLE)
    desk.store.update("sys_security_acl", acl["sys_id"], {"active": "false"})
    assert (seen, desk.access("joe").may("read", TABLE)) == (True, False)


def test_access_controls_on_other_things_say_nothing(desk: Desk) -> None:
    """Only those of type record count for records."""
    desk.user("joe", "asset")
    desk.acl(TABLE, "read", "asset", type="ui_page")
    assert not desk.access("joe").may("read", TABLE)


def test_a_vanished_role_opens_nothing(desk: Desk) -> None:
    """Its row still makes the access control ask for a role that nobody can have."""
    desk.user("joe")
    acl = desk.acl(TABLE, "read", "asset")
    desk.store.delete("sys_user_role", desk.role("asset"))
    assert desk.store.find("sys_security_acl_role", sys_security_acl=acl["sys_id"]) != []
    assert not desk.access("joe").may("read", TABLE)


def test_incidents_are_read_by_itil_and_by_whoever_called(desk: Desk) -> None:
    """A condition with gs.getUserID() knows the caller."""
    joe = desk.user("joe")
    own = desk.insert("incident", caller_id=joe["sys_id"])
    other = desk.one("incident", number="INC0000060")
    access = desk.access("joe")
    assert (access.may("read", "incident", own), access.may("read", "incident", other)) == (True, False)


def test_snc_read_only_blocks_writes_whatever_other_roles_say(desk: Desk) -> None:
    """Reading goes on (tables.md 3.3)."""
    desk.user("joe", "itil", "snc_read_only")
    access = desk.access("joe")
    asked = [access.may(operation, "incident") for operation in ("create", "write", "delete", "read")]
    assert asked == [False, False, False, True]


@pytest.mark.parametrize(
    ("user", "table", "refusal"),
    [
        ("admin", "sys_store_app", API_CLOSED),
        ("admin", "sys_db_object", None),
        ("joe", "sys_db_object", QUERY_RIGHTS),
        ("joe", "sys_scope", QUERY_RIGHTS),
        ("joe", "sys_properties", None),
        ("joe", "sys_dictionary", None),
    ],
)
def test_closed_tables_say_so_or_say_nothing(
    desk: Desk, user: str, table: str, refusal: Refusal | None
) -> None:
    """Closed even for admin, refused aloud, or just empty (wire-contract.md 1.5)."""
    desk.user("joe")
    assert desk.access(user).closed(table) == refusal


def test_a_table_without_web_services_is_closed(desk: Desk) -> None:
    """sys_db_object.ws_access=false closes a table to everybody (tables.md 1.17)."""
    row = desk.one("sys_db_object", name="cmn_location")
    desk.update("sys_db_object", row, ws_access="false")
    assert desk.access().closed("cmn_location") == API_CLOSED


@pytest.mark.parametrize(("elevation", "may"), [("on", False), ("off", True)])
def test_access_controls_are_written_only_when_elevated(desk: Desk, *, elevation: str, may: bool) -> None:
    """Reading them works for a plain admin, writing does not (tables.md 4.4)."""
    desk.switch(elevation=elevation)
    access = desk.access()
    asked = [access.may(operation, "sys_security_acl") for operation in ("create", "write", "delete")]
    assert asked == [may] * 3
    assert access.may("read", "sys_security_acl")
