"""What an account could do without: grants that nothing of its `access` rests on."""

import pytest

from snowconf.model.privilege import Answer, Need
from tests.privileges.registry import (
    Registry,
    answers_of,
    block,
    needs_of,
    opening_of,
    role_of,
)

INCIDENTS = block(access={"read": ("incident",)})


@pytest.fixture(autouse=True)
def _incidents(registry: Registry) -> None:
    """Incidents are for itil, models for asset."""
    registry.acl("incident", "read", "itil")
    registry.acl("cmdb_model", "read", "asset")


def test_a_role_that_nothing_rests_on_is_surplus(registry: Registry) -> None:
    """The other one is needed, and so is what it opens."""
    registry.user("joe", "itil", "asset")
    found = registry.tell(resource=INCIDENTS)
    assert needs_of(found) == {"asset": Need.SURPLUS, "itil": Need.NEEDED}
    assert [each.name for each in found.surplus] == ["asset"]
    assert opening_of(found, "incident").need is Need.NEEDED
    assert opening_of(found, "cmdb_model").need is Need.SURPLUS


def test_of_two_roles_that_do_the_same_one_can_go(registry: Registry) -> None:
    """The more powerful one, so that what is left is the least."""
    registry.role("user_admin", "itil")
    registry.user("joe", "itil", "user_admin")
    assert needs_of(registry.tell(resource=INCIDENTS)) == {"itil": Need.NEEDED, "user_admin": Need.SURPLUS}


def test_all_that_is_surplus_can_go_together(registry: Registry) -> None:
    """What remains keeps every promise, and nothing more of it can go."""
    registry.role("one", "itil")
    registry.role("two", "itil", "asset")
    registry.user("joe", "one", "two")
    registry.group("Desk", "itil", member="joe")
    found = registry.tell(resource=block(access={"read": ("incident", "cmdb_model")}))
    kept = [name for name, need in needs_of(found).items() if need is Need.NEEDED]
    registry.user("kim", *kept)
    assert answers_of(
        registry.tell("kim", resource=block("kim", access={"read": ("incident", "cmdb_model")})).expectations
    ) == [
        "allowed",
        "allowed",
    ]
    assert (kept, len(found.surplus)) == (["two"], 2)


def test_admin_is_surplus_where_a_role_is_enough(registry: Registry) -> None:
    """It goes first."""
    registry.role("admin")
    registry.user("joe", "admin", "itil")
    assert needs_of(registry.tell(resource=INCIDENTS)) == {"admin": Need.SURPLUS, "itil": Need.NEEDED}


def test_admin_is_perhaps_needed_where_a_script_decides(registry: Registry) -> None:
    """Without it nobody can tell whether the promise holds."""
    registry.role("admin")
    registry.acl("problem", "read", "itil", script="answer = f();", advanced="true")
    registry.user("joe", "admin", "itil")
    found = registry.tell(resource=block(access={"read": ("problem",)}))
    assert needs_of(found) == {"admin": Need.PERHAPS, "itil": Need.SURPLUS}


def test_a_role_behind_a_script_is_perhaps_needed(registry: Registry) -> None:
    """One of two scripts may be the one that lets it through."""
    registry.acl("problem", "read", "itil", script="answer = f();", advanced="true")
    registry.acl("problem", "read", "asset", condition="active=true")
    registry.user("joe", "asset", "itil")
    found = registry.tell(resource=block(access={"read": ("problem",)}))
    assert needs_of(found) == {"asset": Need.PERHAPS, "itil": Need.PERHAPS}
    assert role_of(found, "itil").need is Need.PERHAPS
    assert opening_of(found, "problem").need is Need.PERHAPS


def test_a_contained_role_that_only_comes_along_is_not_needed(registry: Registry) -> None:
    """Its grant is, and cannot be taken away."""
    registry.role("lead", "itil", "asset")
    registry.user("joe", "lead")
    found = registry.tell(resource=INCIDENTS)
    assert needs_of(found) == {"lead": Need.NEEDED}
    needs = [role_of(found, each).need for each in ("itil", "asset", "lead")]
    assert needs == [Need.NEEDED, Need.SURPLUS, Need.SURPLUS]


def test_a_role_that_lets_in_is_perhaps_needed(registry: Registry) -> None:
    """Some instances ask for it before any access control; within another role it is marked as well."""
    registry.role("snc_platform_rest_api_access")
    registry.role("desk", "snc_platform_rest_api_access")
    registry.user("joe", "itil", "snc_platform_rest_api_access")
    registry.user("kim", "itil", "desk")
    found = registry.tell(resource=INCIDENTS)
    assert needs_of(found)["snc_platform_rest_api_access"] is Need.PERHAPS
    role = role_of(registry.tell("kim", resource=INCIDENTS), "snc_platform_rest_api_access")
    assert (role.need, role.door) == (Need.PERHAPS, "some instances ask for it at every REST call")
    assert needs_of(registry.tell("kim", resource=INCIDENTS)) == {"desk": Need.SURPLUS, "itil": Need.NEEDED}


def test_to_take_away_the_read_only_role_would_give(registry: Registry) -> None:
    """It is never surplus."""
    registry.role("snc_read_only")
    registry.user("joe", "itil", "snc_read_only")
    found = registry.tell(resource=INCIDENTS)
    assert needs_of(found)["snc_read_only"] is Need.RESTRICTS
    assert role_of(found, "snc_read_only").need is Need.RESTRICTS


def test_nothing_rests_on_a_role_when_the_promise_does_not_hold(registry: Registry) -> None:
    """It says what stops it."""
    registry.user("joe", "asset")
    found = registry.tell(resource=INCIDENTS)
    assert needs_of(found) == {"asset": Need.SURPLUS}
    (broken,) = found.expectations
    assert (broken.is_broken, broken.refused) == (True, "no role passes its access controls")


def test_all_columns_are_open_when_each_is(registry: Registry) -> None:
    """The one that is not is named."""
    registry.acl("incident.*", "read", "itil")
    registry.acl("task.work_notes", "read", "asset")
    registry.user("joe", "itil")
    asked = block(access={"read": ("incident.*", "incident.state", "incident.work_notes")})
    found = registry.tell(resource=asked)
    assert answers_of(found.expectations) == ["denied", "allowed", "denied"]
    assert found.expectations[0].refused == "column work_notes: no role passes its access controls"


def test_records_of_a_table_below_are_open_through_the_one_above(registry: Registry) -> None:
    """Who sees incidents sees them in a list of tasks: what must be refused depends on the record's class."""
    registry.acl("task", "read", "asset")
    registry.user("joe", "itil")
    asked = block(access={"read": ("incident",)}, no_access={"read": ("task",), "write": ("task",)})
    found = registry.tell(resource=asked)
    assert answers_of(found.expectations) == ["allowed", "depends", "denied"]


def test_what_must_not_be_open_is_when_any_column_is(registry: Registry) -> None:
    """For `no_access` one column is too many."""
    registry.acl("incident.*", "read", "asset")
    registry.acl("incident.number", "read", "itil")
    registry.user("joe", "itil")
    asked = block(
        access={"read": ("incident",)},
        no_access={"read": ("incident.*", "incident.state", "cmdb_model"), "delete": ("incident",)},
    )
    found = registry.tell(resource=asked)
    assert [each.reach for each in found.forbidden] == ["incident.*"]
    assert [each.answer for each in found.expectations[1:]] == [
        Answer.ALLOWED,
        Answer.DENIED,
        Answer.DENIED,
        Answer.DENIED,
    ]
