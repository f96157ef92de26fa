"""How few lists a plan needs: rows that should be there prove sight, and guesses are looked up together."""

import pytest

from snowconf.engine.plan.planning import make_plan
from snowconf.model.plan import Action
from tests.engine.building import change_of, codes, context, resource, stack
from tests.engine.pretend import PretendInstance

ADMIN = "6816f79cc0a8016401c5a33be04be441"
ROLE = "2831a114c611228501d4ea6c309d626d"


@pytest.fixture
def instance() -> PretendInstance:
    """With the user and the role that every instance has."""
    pretend = PretendInstance()
    pretend.put("sys_user", ADMIN, user_name="admin", first_name="System")
    pretend.put("sys_user_role", ROLE, name="admin")
    return pretend


def test_a_row_that_should_be_there_proves_sight_without_a_request_of_its_own(
    instance: PretendInstance,
) -> None:
    """A user that is not there is created after one list, because admin was among its rows."""
    plan = make_plan(stack(resource("user", "svc", first_name="S")), instance, context())
    assert change_of(plan, "user.svc").action is Action.CREATE
    assert instance.requests == {"GET": 1}


def test_an_instance_without_that_row_is_asked_for_any(instance: PretendInstance) -> None:
    """Where admin is called something else, one row of any name proves sight."""
    instance.tables["sys_user"][ADMIN]["user_name"] = "root"
    plan = make_plan(stack(resource("user", "svc", first_name="S")), instance, context())
    assert change_of(plan, "user.svc").action is Action.CREATE
    assert instance.requests == {"GET": 2}


def test_a_hidden_witness_is_not_taken_for_a_hidden_record(instance: PretendInstance) -> None:
    """A user who may not see admin still learns that there is no svc."""
    instance.put("sys_user", "a" * 32, user_name="jane.doe", first_name="Jane")
    instance.secret_rows.add(ADMIN)
    wanted = stack(resource("user", "svc", first_name="S"), resource("user", "jane.doe", first_name="Jane"))
    plan = make_plan(wanted, instance, context())
    assert codes(plan) == []
    assert change_of(plan, "user.svc").action is Action.CREATE


def test_a_hidden_record_is_not_created_though_the_witness_is_seen(instance: PretendInstance) -> None:
    """What the instance counts and does not show may be the very record."""
    instance.put("sys_user", "b" * 32, user_name="svc")
    instance.secret_rows.add("b" * 32)
    plan = make_plan(stack(resource("user", "svc", first_name="S")), instance, context())
    assert codes(plan) == ["SNC202"]


def test_the_witness_may_be_managed_like_any_other_record(instance: PretendInstance) -> None:
    """A block about admin is found and compared."""
    plan = make_plan(stack(resource("user", "admin", first_name="Root")), instance, context())
    assert change_of(plan, "user.admin").action is Action.UPDATE
    assert change_of(plan, "user.admin").sys_id == ADMIN


def test_many_names_that_mean_nothing_are_looked_up_together(instance: PretendInstance) -> None:
    """A hundred roles that are not there cost one more list than one, and each still gets its guess."""
    for n in range(100):
        instance.put("sys_user_role", f"{n:032x}", name=f"reader_{n}")
    users = [resource("user", f"svc_{n}", roles=[f"raeder_{n}"]) for n in range(100)]
    for n in range(100):
        instance.put("sys_user_role", f"{n + 500:032x}", name=f"raeder{n}x")
    plan = make_plan(stack(*users), instance, context())
    assert codes(plan) == ["SNC206"] * 100
    assert all("Did you mean 'raeder" in each.detail for each in plan.diagnostics)
    # Users, roles, grants, and the names that begin alike.
    assert instance.requests == {"GET": 4}
