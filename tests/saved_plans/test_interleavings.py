"""People who edit between plan and apply: 500 seeded ways, and what they wrote is never overwritten."""

import random

import pytest

from snowconf.engine.apply.applying import apply_confirmed
from snowconf.engine.apply.confirming import confirm, reviewed
from snowconf.engine.plan.planning import make_plan
from snowconf.model.outcome import Status
from snowconf.model.state import Desired
from tests.driving.shared import ITIL, Owner, Shared
from tests.engine.building import resource, stack

SEEDS = 500
USERS = 6
COLUMNS = ("first_name", "last_name", "title", "active")


def desired() -> Desired:
    """Users that are there and are to be changed, a role that they get, and one user that is not there."""
    users = (
        resource("user", f"user.{number}", first_name="Ours", title="Ours", roles=["itil"])
        for number in range(USERS)
    )
    return stack(*users, resource("role", "z"), resource("user", "svc", roles=["z"]))


def owner_of_users() -> Owner:
    """An instance with the users."""
    owner = Owner()
    for number in range(USERS):
        owner.instance.put(
            "sys_user", sys_id(number), user_name=f"user.{number}", first_name="Theirs", title=""
        )
    return owner


def sys_id(number: int) -> str:
    """Which record a user has."""
    return f"{number + 1:032x}"


def human(there: Shared, chance: random.Random) -> set[str]:
    """Some edits, deletions and grants; the sys_ids of the users that were touched."""
    touched = chance.sample([sys_id(number) for number in range(USERS)], chance.randint(0, USERS))
    for each in touched:
        match chance.choice(("edit", "edit", "remove", "grant")):
            case "edit":
                there.edit("sys_user", each, **{chance.choice(COLUMNS): f"human {chance.random()}"})
            case "remove":
                there.remove("sys_user", each)
            case _:
                there.put(
                    "sys_user_has_role",
                    f"c{each[1:]}",
                    user=each,
                    role=ITIL if chance.random() < 0.5 else "9" * 32,
                    inherited="false",
                    state="active",
                )
    return set(touched)


@pytest.mark.parametrize("start", range(0, SEEDS, 50))
def test_an_edit_between_plan_and_apply_is_never_overwritten(start: int) -> None:
    """Whoever was touched is left exactly as the person left it; whoever was not is changed as planned."""
    for seed in range(start, start + 50):
        owner, chance = owner_of_users(), random.Random(seed)
        plan = owner.plan(desired())
        touched = human(owner.instance, chance)
        left = {each: owner.instance.tables["sys_user"].get(each) for each in touched}
        kept = {each: dict(row) if row else None for each, row in left.items()}
        links = {key: dict(row) for key, row in owner.instance.tables["sys_user_has_role"].items()}
        today = make_plan(desired(), owner.instance, owner.context)
        report = apply_confirmed(confirm(reviewed(plan), today), desired(), owner.instance, owner.context)
        assert {each: owner.instance.tables["sys_user"].get(each) for each in touched} == kept, seed
        assert links.items() <= owner.instance.tables["sys_user_has_role"].items(), seed
        refused = {each.change.sys_id for each in report.outcomes if each.status is Status.NOT_ATTEMPTED}
        assert refused == touched, seed
        assert {each.status for each in report.outcomes} <= {Status.DONE, Status.NOT_ATTEMPTED}, seed
