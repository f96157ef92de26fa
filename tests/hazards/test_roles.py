"""What a change of roles, groups and their links can break."""

import pytest

from tests.hazards.bench import Bench, change_of, codes, entry, find_hazard, hazards_of, owning, sentence_of


@pytest.fixture
def role(bench: Bench) -> str:
    """A role on the instance."""
    return bench.put("sys_user_role", name="reader")


@pytest.fixture
def group(bench: Bench) -> str:
    """A group that carries the role."""
    return bench.put("sys_user_group", name="Team", active="true")


def test_a_powerful_role_is_a_hazard(bench: Bench) -> None:
    """With why it is powerful."""
    plan = bench.plan('[user.svc]\nroles = ["import_admin"]\n')
    expected = "Gives the role import_admin, which contains import_scheduler, which may run scripts as admin."
    assert sentence_of(plan, "powerful_grant") == expected


def test_an_ordinary_role_is_none(bench: Bench) -> None:
    """One list more tells that it contains no powerful one."""
    plan = bench.plan('[user.svc]\nroles = ["itil"]\n')
    assert (hazards_of(plan), bench.asked["sys_user_role_contains"], bench.asked["sys_user_role"]) == (
        [],
        1,
        1,
    )


def test_an_elevated_role_of_the_instance_is_a_hazard(bench: Bench, role: str) -> None:
    """What the reference was looked up for tells, without another request."""
    bench.change("sys_user_role", role, elevated_privilege="true")
    plan = bench.plan('[user.svc]\nroles = ["reader"]\n')
    assert sentence_of(plan, "powerful_grant") == "Gives the role reader, which works in elevated sessions."
    assert bench.asked["sys_user_role"] == 1


def test_an_elevated_role_of_the_stack_is_a_hazard(bench: Bench) -> None:
    """By its block."""
    plan = bench.plan('[role.mine]\nelevated_privilege = true\n[user.svc]\nroles = ["mine"]\n')
    assert sentence_of(plan, "powerful_grant") == "Gives the role mine, which works in elevated sessions."


def test_a_role_that_contains_a_powerful_one_is_a_hazard(bench: Bench, role: str) -> None:
    """On the instance by its containments."""
    admin = bench.find("sys_user_role", name="user_admin")
    bench.put("sys_user_role_contains", role=role, contains=admin)
    plan = bench.plan('[user.svc]\nroles = ["reader"]\n')
    assert sentence_of(plan, "powerful_grant") == "Gives the role reader, which contains user_admin."


def test_a_role_of_the_stack_that_contains_a_powerful_one_is_a_hazard(bench: Bench) -> None:
    """Once for the role that carries it, once for who gets the role."""
    plan = bench.plan('[role.mine]\ncontains = ["admin"]\n[user.svc]\nroles = ["mine"]\n')
    assert [each.sentence for each in plan.hazards] == [
        "Gives the role admin, which may do everything.",
        "Gives the role mine, which contains admin.",
    ]


def test_a_group_with_a_powerful_role_is_a_hazard(bench: Bench) -> None:
    """All its members get it."""
    assert hazards_of(bench.plan('[group.team]\nroles = ["admin"]\n')) == ["powerful_grant"]


def test_a_grant_managed_as_a_record_is_a_hazard(bench: Bench) -> None:
    """The row gives what the kind would give."""
    columns = 'state = "pending", user = "guest", role = "impersonator"'
    block = f'[record.grant]\ntable = "sys_user_has_role"\nkey = ["state"]\ncolumns = {{ {columns} }}\n'
    plan = bench.plan(block)
    assert sentence_of(plan, "powerful_grant") == "Gives the role impersonator, which may act as other users."


def test_deleting_a_role_tells_who_holds_it_and_what_it_contains(bench: Bench, role: str) -> None:
    """Notes for people: how many users lose it, and what goes with it."""
    bench.put("sys_user_role_contains", role=role, contains=bench.find("sys_user_role", name="itil"))
    for name in ("one", "two"):
        bench.put("sys_user_has_role", user=bench.put("sys_user", user_name=name), role=role)
    plan = bench.plan("", ledger=owning(entry("role.reader", "sys_user_role", role)))
    assert change_of(plan, "role.reader").notes == ("held by 2 users", "contains itil")


def test_describing_a_role_asks_for_no_holders(bench: Bench, role: str) -> None:
    """Nobody is concerned by a description."""
    plan = bench.plan('[role.reader]\ndescription = "Reads"\n')
    assert (change_of(plan, "role.reader").notes, bench.asked, bool(role)) == ((), {"sys_user_role": 1}, True)


@pytest.mark.parametrize(
    ("block", "loss"),
    [
        ("elevated_privilege = true", "which would work only in elevated sessions."),
        ("contains = []", "which would no longer contain itil."),
    ],
)
def test_a_role_of_the_own_account_is_protected(bench: Bench, role: str, block: str, loss: str) -> None:
    """What snowconf's roles carry is what it works with."""
    bench.put("sys_user_role_contains", role=role, contains=bench.find("sys_user_role", name="itil"))
    bench.make_runner("admin", "reader")
    plan = bench.plan(f"[role.reader]\n{block}\n")
    assert sentence_of(plan, "self_lockout") == f"The account that snowconf runs as holds reader, {loss}"


def test_deleting_a_role_of_the_own_account_is_refused(bench: Bench, role: str) -> None:
    """It stops the plan."""
    bench.make_runner("admin", "reader")
    plan = bench.plan("", ledger=owning(entry("role.reader", "sys_user_role", role)))
    assert "SNC224" in codes(plan)


def test_a_role_that_the_own_account_does_not_hold_may_go(bench: Bench, role: str) -> None:
    """Only what it holds is protected."""
    bench.make_runner("admin")
    plan = bench.plan("", ledger=owning(entry("role.reader", "sys_user_role", role)))
    assert find_hazard(plan, "self_lockout") is None


@pytest.mark.parametrize(
    ("block", "loss"),
    [("roles = []", "no longer carry reader"), ("active = false", "be switched off")],
)
def test_a_group_of_the_own_account_is_protected(
    bench: Bench, role: str, group: str, block: str, loss: str
) -> None:
    """What it has through a group is its access too."""
    bench.put("sys_group_has_role", group=group, role=role)
    bench.put("sys_user_grmember", group=group, user=bench.make_runner("admin"))
    plan = bench.plan(f'[group.team]\nname = "Team"\n{block}\n')
    expected = f"The account that snowconf runs as is a member of this group, which would {loss}."
    assert sentence_of(plan, "self_lockout") == expected


def test_deleting_a_group_of_the_own_account_is_refused(bench: Bench, group: str) -> None:
    """Its members lose what it carries."""
    bench.put("sys_user_grmember", group=group, user=bench.make_runner("admin"))
    plan = bench.plan("", ledger=owning(entry("group.team", "sys_user_group", group)))
    assert sentence_of(plan, "self_lockout").startswith("The account that snowconf runs as would leave")


def test_leaving_a_group_is_protected_from_both_sides(bench: Bench, group: str) -> None:
    """By the members of the group and by the groups of the account."""
    bench.put("sys_user_grmember", group=group, user=bench.make_runner("admin"))
    by_group = bench.plan('[group.team]\nname = "Team"\nmembers = []\n')
    by_user = bench.plan("[user.svc_runner]\ngroups = []\n")
    assert (codes(by_group), codes(by_user)) == (["SNC224"], ["SNC224"])


def test_a_group_that_the_own_account_is_not_in_may_change(bench: Bench, group: str) -> None:
    """Others' groups are theirs."""
    bench.put("sys_user_grmember", group=group, user=bench.put("sys_user", user_name="other"))
    bench.make_runner("admin")
    assert hazards_of(bench.plan('[group.team]\nname = "Team"\nactive = false\nmembers = []\n')) == []


def test_a_grant_of_the_own_account_is_protected_as_a_record(bench: Bench, role: str) -> None:
    """Deleting the row takes the role away, whatever block stood for it."""
    grant = bench.put("sys_user_has_role", user=bench.make_runner("admin"), role=role)
    plan = bench.plan("", ledger=owning(entry("record.grant", "sys_user_has_role", grant)))
    assert hazards_of(plan) == ["deletion", "self_lockout"]


def test_a_grant_of_another_account_may_go(bench: Bench, role: str) -> None:
    """The row is looked at, and it is not the runner's."""
    bench.make_runner("admin")
    grant = bench.put("sys_user_has_role", user=bench.put("sys_user", user_name="other"), role=role)
    plan = bench.plan("", ledger=owning(entry("record.grant", "sys_user_has_role", grant)))
    assert hazards_of(plan) == ["deletion"]
