"""Managers and assignees, who may be named before their accounts are there."""

from itertools import pairwise

import pytest

from snowconf.model.address import Address
from snowconf.model.limits import Allowances
from snowconf.model.plan import Action
from tests.hazards.bench import Bench, change_of, owning

TEAM = (
    '[group.team]\nmanager = "boss"\ndefault_assignee = "worker"\n[user.boss]\ngroups = ["team"]\n'
    '[user.worker]\nmanager = "boss"\ngroups = ["team"]\n'
)
ONE = Address("user", "one")
PAIR = '[user.one]\nmanager = "other"\n[user.other]\nmanager = "one"\n'


@pytest.mark.parametrize("stack", [TEAM, PAIR, '[user.own]\nmanager = "own"\n'], ids=["team", "pair", "own"])
def test_a_circle_of_managers_is_applied_and_found_unchanged(bench: Bench, stack: str) -> None:
    """Each reference leads to the account that was made for it."""
    report = bench.apply(stack)
    assert {each.status.value for each in report.outcomes} == {"done"}
    assert {each.action for each in bench.plan(stack).changes} == {Action.NO_OP}


def test_the_manager_of_a_team_is_its_member(bench: Bench) -> None:
    """What was stored before the account was there names it."""
    bench.apply(TEAM)
    assert bench.find("sys_user_group", **{"name": "team", "manager.user_name": "boss"})
    assert bench.find("sys_user_grmember", **{"group.name": "team", "user.user_name": "boss"})


def test_who_waits_for_whom_is_a_circle_no_more(bench: Bench) -> None:
    """The group comes before its members, and where there is no circle a manager comes first."""
    plan = bench.plan(TEAM + '[user.trainee]\nmanager = "worker"\n')
    order = [str(each.address) for each in plan.changes]
    assert all(
        order.index(first) < order.index(then)
        for first, then in (
            *pairwise(("group.team", "user.boss", "user.worker")),
            ("user.worker", "user.trainee"),
        )
    )
    waits = {str(each) for each in change_of(plan, "group.team").depends_on}
    assert waits == set()


def test_a_target_takes_along_whom_it_names_in_a_circle(bench: Bench) -> None:
    """Otherwise the reference would lead to an account that nobody makes."""
    report = bench.apply(PAIR + "[user.third]\n", targets=frozenset({ONE}))
    assert sorted(str(each.change.address) for each in report.outcomes) == ["user.one", "user.other"]


def test_a_circle_of_managers_goes_as_it_came(bench: Bench) -> None:
    """In whatever order the accounts are deleted, none is left and nothing fails."""
    stack = PAIR.replace("manager", 'lifecycle = { on_remove = "delete" }\nmanager')
    made = bench.apply(stack, ledger=owning())
    gone = bench.apply("[user.third]\n", ledger=made.ledger, allowances=Allowances(deletes=2))
    assert {each.status.value for each in gone.outcomes} == {"done"}
    assert bench.find("sys_user", user_name="third")
    with pytest.raises(ValueError, match="not enough"):
        bench.find("sys_user", user_name="one")
