"""Powerful roles that come by a group."""

import pytest

from tests.hazards.bench import Bench, codes, hazards_of, sentence_of

GRANT = "powerful_grant"


@pytest.fixture
def bosses(bench: Bench) -> str:
    """A group that carries admin."""
    group = bench.put("sys_user_group", name="Bosses")
    bench.put("sys_group_has_role", group=group, role=bench.find("sys_user_role", name="admin"))
    return group


@pytest.mark.usefixtures("bosses")
@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (
            '[user.u]\ngroups = ["Bosses"]\n',
            "Gives, by the group Bosses, the role admin, which may do everything.",
        ),
        (
            '[group.team]\nparent = "Bosses"\n',
            "Gives all members, by the parent group Bosses, the role admin, which may do everything.",
        ),
        (
            '[group.Bosses]\nmembers = ["admin"]\n',
            "Gives admin, by this group, the role admin, which may do everything.",
        ),
        (
            (
                '[record.row]\ntable = "sys_user_grmember"\nkey = ["user", "group"]\n'
                'columns = { user = "admin", group = "Bosses" }\n'
            ),
            "Gives, by the group Bosses, the role admin, which may do everything.",
        ),
    ],
    ids=["a user joins", "a group inherits", "a group takes in", "a row of the link table"],
)
def test_who_joins_a_powerful_group_gets_a_powerful_role(bench: Bench, block: str, sentence: str) -> None:
    """Whichever side it is written on."""
    assert sentence_of(bench.plan(block), GRANT) == sentence


def test_a_role_that_must_be_elevated_is_powerful_by_a_group_too(bench: Bench) -> None:
    """Whatever it is called."""
    role = bench.put("sys_user_role", name="acme_keeper", elevated_privilege="true")
    bench.put("sys_group_has_role", group=bench.put("sys_user_group", name="Keepers"), role=role)
    told = sentence_of(bench.plan('[user.u]\ngroups = ["Keepers"]\n'), GRANT)
    assert told == "Gives, by the group Keepers, the role acme_keeper, which works in elevated sessions."


def test_a_group_of_the_stack_is_powerful_by_its_parents(bench: Bench) -> None:
    """The block says what it and its parents are to carry; nothing is asked about groups that the plan makes."""
    stack = '[group.top]\nroles = ["user_admin"]\n[group.team]\nparent = "top"\n[user.u]\ngroups = ["team"]\n'
    plan = bench.plan(stack)
    by_address = {str(each.address): each.sentence for each in plan.hazards}
    assert by_address["user.u"].startswith("Gives, by the group team, the role user_admin,")
    assert by_address["group.team"].startswith(
        "Gives all members, by the parent group top, the role user_admin,"
    )
    assert bench.asked["sys_group_has_role"] <= 1


def test_a_group_that_carries_little_is_joined_quietly(bench: Bench) -> None:
    """The role itil is no admin."""
    group = bench.put("sys_user_group", name="Desk")
    bench.put("sys_group_has_role", group=group, role=bench.find("sys_user_role", name="itil"))
    plan = bench.plan('[user.u]\ngroups = ["Desk"]\n')
    assert (hazards_of(plan), codes(plan)) == ([], [])


@pytest.mark.usefixtures("bosses")
def test_a_member_that_is_one_already_is_told_of_no_more(bench: Bench) -> None:
    """Only what a plan changes is a danger of the plan."""
    stack = '[user.u]\ngroups = ["Bosses"]\nfirst_name = "A"\n'
    bench.apply(stack)
    assert hazards_of(bench.plan(stack.replace('"A"', '"B"'))) == []
