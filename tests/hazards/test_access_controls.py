"""What a change of an access control can break."""

from dataclasses import replace

import pytest

from snowconf.kinds.stakes.case import Case
from snowconf.kinds.stakes.of_access_controls import without_criterion
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Change, MembersChange
from snowconf.model.state import Resource
from snowconf.model.value import RecordRef
from tests.hazards.bench import Bench, codes, entry, find_hazard, hazards_of, owning, sentence_of

ADDRESS = "acl.rule"
BLOCK = '[acl.rule]\nname = "incident"\noperation = "read"\n'


def rule(bench: Bench, **columns: str) -> str:
    """An access control that this stack made."""
    sys_id = entry(ADDRESS, "sys_security_acl").sys_id
    about = {
        "name": "incident",
        "operation": "read",
        "type": "record",
        "active": "true",
        "decision_type": "allow",
    }
    bench.put("sys_security_acl", **{"sys_id": sys_id, **about, **columns})
    return sys_id


def give_role(bench: Bench, acl: str, name: str) -> None:
    """A role that is enough to pass."""
    role = bench.find("sys_user_role", name=name)
    bench.put("sys_security_acl_role", sys_security_acl=acl, sys_user_role=role)


def test_a_new_rule_without_any_criterion_is_a_hazard(bench: Bench) -> None:
    """It denies everybody but admins (tables.md 12.6)."""
    assert sentence_of(bench.plan(BLOCK), "acl_without_criterion").startswith(
        "Without role, condition, script"
    )


@pytest.mark.parametrize(
    "criterion", ['roles = ["itil"]', 'condition = "active=true"', 'script = "answer = true"']
)
def test_a_new_rule_with_a_criterion_is_none(bench: Bench, criterion: str) -> None:
    """One is enough."""
    assert hazards_of(bench.plan(f"{BLOCK}{criterion}\n")) == []


def test_taking_the_last_criterion_away_is_a_hazard(bench: Bench) -> None:
    """By what the plan leaves of it, not by what the block alone says."""
    acl = rule(bench)
    give_role(bench, acl, "itil")
    assert hazards_of(bench.plan(f"{BLOCK}roles = []\n")) == ["acl_without_criterion"]


def test_a_criterion_that_only_the_instance_knows_counts(bench: Bench) -> None:
    """A script that no block writes is still asked."""
    acl = rule(bench, script="answer = true;", advanced="true")
    give_role(bench, acl, "itil")
    assert hazards_of(bench.plan(f"{BLOCK}roles = []\n")) == []


def test_a_role_that_only_the_instance_knows_counts(bench: Bench) -> None:
    """Roles that no block writes still let through."""
    give_role(bench, rule(bench, condition="active=true"), "itil")
    assert hazards_of(bench.plan(f'{BLOCK}condition = ""\n')) == []


def test_blanking_the_only_condition_is_a_hazard(bench: Bench) -> None:
    """Nothing is left to pass by."""
    rule(bench, condition="active=true")
    assert hazards_of(bench.plan(f'{BLOCK}condition = ""\n')) == ["acl_without_criterion"]


@pytest.mark.parametrize("how", ["active = false", 'decision_type = "allow"'])
def test_a_rule_that_denies_and_ends_is_a_hazard(bench: Bench, how: str) -> None:
    """What it stopped, others may let through again."""
    give_role(bench, rule(bench, decision_type="deny"), "itil")
    assert hazards_of(bench.plan(f"{BLOCK}{how}\n")) == ["deny_rule_removed"]


def test_a_rule_that_denies_and_is_deleted_is_a_hazard(bench: Bench) -> None:
    """Leaving the files takes it away."""
    rule(bench, decision_type="deny")
    plan = bench.plan("", ledger=owning(entry(ADDRESS, "sys_security_acl")))
    assert hazards_of(plan) == ["deletion", "deny_rule_removed"]


def test_a_rule_that_allows_may_end(bench: Bench) -> None:
    """Less is let through then."""
    give_role(bench, rule(bench), "itil")
    assert hazards_of(bench.plan(f"{BLOCK}active = false\n")) == []


def test_a_write_that_needs_elevation_is_a_hazard(bench: Bench) -> None:
    """Policies see what the error says."""
    plan = bench.plan(f'{BLOCK}roles = ["itil"]\n', elevation=True)
    assert (hazards_of(plan), codes(plan)) == (["needs_elevation"], ["SNC214"])


def test_where_elevation_is_off_the_write_is_none(bench: Bench) -> None:
    """The [instance] block says whether it is needed."""
    assert find_hazard(bench.plan(f'{BLOCK}roles = ["itil"]\n'), "needs_elevation") is None


def test_a_rule_that_is_put_back_with_its_roles_has_a_criterion() -> None:
    """Its block has left the files, and the roles are in the change."""
    place = Origin("stack.toml", 1)
    roles = MembersChange(
        attribute="roles", add=(RecordRef("1" * 32, "itil"),), remove=(), kept=(), origin=place
    )
    address = Address("acl", "x")
    change = Change(
        address=address,
        action=Action.CREATE,
        table="sys_security_acl",
        sys_id="2" * 32,
        origin=place,
        members=(roles,),
    )
    case = Case(change=change, resource=Resource(address=address, origin=place, attributes={}))
    assert list(without_criterion(case)) == []
    assert list(without_criterion(replace(case, change=replace(change, members=())))) != []
