"""What access controls open to somebody's roles, in the order of tables.md 4.3, and what nobody can tell beforehand."""

import pytest

from snowconf.model.privilege import Answer, Fate
from tests.privileges.registry import Registry, answers_of, block, opened, opening_of

STRANGE = "f" * 32
AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"


@pytest.fixture(autouse=True)
def _joe(registry: Registry) -> None:
    """With one role."""
    registry.user("joe", "itil")


def test_what_another_role_opens_is_not_listed(registry: Registry) -> None:
    """Only what is open, and by which of the account's roles."""
    registry.acl("incident", "read", "itil", "asset")
    registry.acl("problem", "read", "asset")
    found = registry.tell()
    assert [(each.name, each.roles) for each in found.openings] == [("incident", ("itil",))]


def test_the_most_specific_rule_decides(registry: Registry) -> None:
    """What the parent table opens, the table's own rule closes."""
    registry.acl("task", "read", "itil")
    registry.acl("incident", "read", "asset")
    found = registry.tell()
    assert opened(found) == {"read task": "allowed"}
    assert "incident" not in opening_of(found, "task").heirs
    assert "change_task" in opening_of(found, "task").heirs


def test_tables_of_the_instance_inherit_too(registry: Registry) -> None:
    """A table that only the instance knows extends what the instance says."""
    registry.put("sys_db_object", "t", name="task")
    registry.put("sys_db_object", "u", name="u_order", super_class="t")
    registry.acl("task", "read", "itil")
    found = registry.tell(resource=block(access={"read": ("u_order",)}))
    assert (answers_of(found.expectations), opening_of(found, "task").heirs) == (["allowed"], ("u_order",))


def test_a_column_needs_its_table(registry: Registry) -> None:
    """Both checks must pass."""
    registry.acl("incident.state", "read", "itil")
    registry.acl("incident", "read", "asset")
    assert opened(registry.tell()) == {}


def test_a_wildcard_is_marked(registry: Registry) -> None:
    """Of tables and of columns."""
    registry.acl("*", "read", "itil")
    registry.acl("*.number", "read", "itil")
    registry.acl("incident.*", "read", "itil")
    found = registry.tell()
    assert [each.is_wildcard for each in found.openings] == [True, True, False]
    assert opening_of(found, "*.number").column == "number"


def test_what_everybody_passes_names_no_role(registry: Registry) -> None:
    """A test of the session that everybody passes."""
    registry.acl("incident", "read", security_attribute=AUTHENTICATED)
    found = registry.tell()
    assert (opened(found), found.by_roles) == ({"read incident": "allowed"}, ())


@pytest.mark.parametrize(
    ("columns", "doubt"),
    [
        ({"condition": "active=true"}, "condition"),
        ({"script": "answer = f();", "advanced": "true"}, "script"),
        ({"security_attribute": STRANGE}, "security attribute"),
        ({"applies_to": "active=true"}, "applies_to"),
    ],
)
def test_what_rests_on_the_record_depends(registry: Registry, columns: dict[str, str], doubt: str) -> None:
    """It is never evaluated, and the reason is named."""
    registry.acl("incident", "read", "itil", **columns)
    registry.acl("*", "read", "asset")
    found = opening_of(registry.tell(), "incident")
    assert (found.answer, found.doubts, found.roles) == (Answer.DEPENDS, (doubt,), ("itil",))


def test_a_script_that_is_not_used_says_nothing(registry: Registry) -> None:
    """Without the box for it, it is no criterion, and a rule without any denies everybody."""
    registry.acl("incident", "read", "itil", script="answer = false;")
    registry.acl("problem", "read", script="answer = true;")
    registry.acl("change_request", "read", "itil", advanced="true")
    assert opened(registry.tell()) == {"read change_request": "allowed", "read incident": "allowed"}


def test_a_criterion_that_is_not_shown_depends(registry: Registry) -> None:
    """The runner may see the rule and not its condition."""
    registry.acl("incident", "read", "itil")
    instance = registry.instance()
    instance.unreadable.add(("sys_security_acl", "condition"))
    found = opening_of(registry.tell(instance=instance), "incident")
    assert found.doubts == ("columns that are not shown",)


def test_deny_unless_comes_first(registry: Registry) -> None:
    """Whoever lacks its roles is denied, whatever else allows."""
    registry.acl("incident", "read", "itil")
    registry.acl("*", "read", "asset", decision_type="deny")
    assert opened(registry.tell()) == {}


def test_a_passed_deny_unless_is_enough(registry: Registry) -> None:
    """Where no rule allows, it grants (tables.md 4.3)."""
    registry.acl("incident", "read", "itil", decision_type="deny")
    assert opened(registry.tell()) == {"read incident": "allowed"}


def test_a_deny_unless_for_some_records_depends(registry: Registry) -> None:
    """Passed or not."""
    registry.acl("incident", "read", "itil", decision_type="deny", applies_to="active=true")
    registry.acl("problem", "read", "asset", decision_type="deny", applies_to="active=true")
    registry.acl("problem", "read", "itil")
    assert opened(registry.tell()) == {"read incident": "depends", "read problem": "depends"}


def test_an_admin_passes_what_admins_override(registry: Registry) -> None:
    """By the role admin, and nothing else."""
    registry.role("admin")
    registry.grant("admin")
    registry.acl("incident", "read", "asset")
    registry.acl("problem", "read", "asset", admin_overrides="false")
    registry.acl("change_request", "read", security_attribute=HAS_ADMIN_ROLE, admin_overrides="false")
    found = registry.tell()
    assert opened(found) == {"read change_request": "allowed", "read incident": "allowed"}
    assert opening_of(found, "incident").roles == ("admin",)
    assert (found.is_admin, found.overridden, found.controls) == (True, 1, 3)


def test_only_admins_pass_the_test_for_admins(registry: Registry) -> None:
    """A role does not help."""
    registry.acl("change_request", "read", "itil", security_attribute=HAS_ADMIN_ROLE)
    assert opened(registry.tell()) == {}


def test_the_read_only_role_stops_every_write(registry: Registry) -> None:
    """Whatever other roles open (tables.md 3.3)."""
    registry.role("snc_read_only")
    registry.grant("snc_read_only")
    for operation in ("read", "create", "write", "delete"):
        registry.acl("incident", operation, "itil")
    found = registry.tell(resource=block(access={"write": ("incident",)}))
    assert (opened(found), found.is_read_only) == ({"read incident": "allowed"}, True)
    assert found.expectations[0].refused == "snc_read_only blocks writing"


def test_what_is_no_table_is_listed_by_its_type(registry: Registry) -> None:
    """A REST endpoint has no columns and no parents."""
    registry.acl("Table API", "execute", "itil", type="REST_Endpoint")
    (found,) = registry.tell().openings
    assert (found.type, found.table, found.column, found.is_wildcard) == (
        "REST_Endpoint",
        "Table API",
        "",
        False,
    )


def test_without_a_default_mode_what_nothing_speaks_of_is_open(registry: Registry) -> None:
    """As an instance without High Security has it."""
    registry.acl("incident", "read", "itil")
    asked = block(access={"read": ("problem",), "create": ("problem",)})
    before = registry.tell(resource=asked)
    for row in registry.store.find("sys_properties"):
        registry.store.delete("sys_properties", row["sys_id"])
    after = registry.tell(resource=asked)
    assert answers_of(before.expectations) == ["denied", "denied"]
    assert answers_of(after.expectations) == ["allowed", "allowed"]


def test_inactive_access_controls_are_not_weighed(registry: Registry) -> None:
    """They open nothing and close nothing."""
    registry.acl("incident", "read", "itil", active="false")
    registry.acl("problem", "read", "itil")
    found = registry.tell()
    assert (found.controls, opened(found)) == (1, {"read problem": "allowed"})


def test_nothing_changes_where_nothing_is_planned(registry: Registry) -> None:
    """Everything is as it is."""
    registry.acl("incident", "read", "itil")
    found = registry.tell()
    assert [each.fate for each in found.roles] == [each.fate for each in found.openings] == [Fate.KEPT]
    assert not found.planned
