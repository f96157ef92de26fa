"""Plans in files: whole, without secrets, and refused when anything about them is not as it was."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from snowconf.engine.plan.pinning import config_digest
from snowconf.model.address import Address
from snowconf.model.fingerprinting import checksum, digest_of, fingerprint, fingerprints
from snowconf.model.ownership import Custody, Ledger, Owned
from snowconf.model.plan import Plan
from snowconf.model.plan_failures import (
    ConfigChangedError,
    ForeignPlanError,
    LedgerMovedError,
    PlanDamagedError,
    PlanFormatError,
)
from snowconf.model.plan_file import (
    SavedPlan,
    check_config,
    check_ledger,
    check_place,
    entries_of,
    load_plan,
    save_plan,
)
from snowconf.model.state import Desired
from tests.driving.shared import JANE, SECRET, Owner
from tests.engine.building import URL, resource, stack

HIDDEN = "hunter2-in-a-property"


def everything() -> Desired:
    """Blocks whose plan has all that a plan can have."""
    return stack(
        resource("role", "z", description="Z"),
        resource("user", "svc", roles=["z"], password={"env": "SECRET"}),
        resource("user", "jane.doe", first_name="Joan", roles=["z"], active=False),
        resource("property", "acme.password", value=HIDDEN),
        resource("oauth_app", "app", user="svc", access_token_lifespan=900),
    )


def saved(owner: Owner, desired: Desired) -> SavedPlan:
    """What `plan --out` keeps."""
    plan = owner.plan(desired)
    return SavedPlan(
        plan=plan,
        config=config_digest(desired),
        made_at="2026-11-21 08:00:00",
        version="1.0",
        serial=owner.ledger.serial,
        entries=entries_of(plan, owner.ledger),
        fingerprints=fingerprints(plan),
        rewritten=frozenset({Address("user", "svc")}),
    )


def loaded(text: str) -> SavedPlan:
    """What a file says."""
    return load_plan(text, where="plan.json")


def bare(plan: Plan) -> Plan:
    """A plan as it comes out of a file: pending changes, and nothing that is masked or of secrets known."""
    text = save_plan(SavedPlan(plan=plan, config="", made_at="", version=""))
    return loaded(text).plan


def test_what_is_saved_comes_back() -> None:
    """Every pending change with its writes, its revision, its order and its entry."""
    first = saved(Owner(), everything())
    again = loaded(save_plan(first))
    assert replace(again, plan=first.plan) == first
    assert again.plan == bare(again.plan)
    for before, after in zip(first.plan.pending, again.plan.pending, strict=True):
        assert replace(before, attributes=(), writes=(), owned=None) == replace(
            after, attributes=(), writes=(), owned=None
        )
        assert [each.sys_id for each in before.writes] == [each.sys_id for each in after.writes]


def test_a_change_without_masks_comes_back_whole() -> None:
    """What nobody needs to hide is the same after the file as before it."""
    owner = Owner()
    before = owner.plan(everything())
    after = loaded(save_plan(saved(owner, everything()))).plan
    plain = [each for each in before.pending if str(each.address) in ("role.z", "user.jane.doe")]
    assert plain == [each for each in after.changes if str(each.address) in ("role.z", "user.jane.doe")]


def test_a_saved_plan_holds_no_secret() -> None:
    """Neither one that comes from elsewhere nor a value that looks like one, in no encoding of JSON."""
    text = save_plan(saved(Owner(), everything()))
    assert [each for each in (SECRET, HIDDEN, "hunter2") if each in text] == []


def test_the_document_is_the_plan_that_tools_read() -> None:
    """Resource changes stand where they stand in plan --json."""
    document = json.loads(save_plan(saved(Owner(), everything())))
    assert {each["address"] for each in document["resource_changes"]} >= {"role.z", "user.svc"}
    assert document["format_version"] == "1.0"


def tamper_value(document: dict[str, Any]) -> None:
    """Another value is to be sent."""
    document["saved_plan"]["changes"][0]["writes"][0]["columns"]["description"] = "Mine"


def tamper_shown(document: dict[str, Any]) -> None:
    """Another value is shown."""
    document["resource_changes"][0]["change"]["after"]["description"] = "Yours"


def drop_part(document: dict[str, Any]) -> None:
    """The part that is carried out is missing."""
    del document["saved_plan"]


@pytest.mark.parametrize("tamper", [tamper_value, tamper_shown, drop_part])
def test_a_changed_file_is_refused(tamper: Callable[[dict[str, Any]], None]) -> None:
    """One letter is enough, wherever it stands."""
    document = json.loads(save_plan(saved(Owner(), everything())))
    tamper(document)
    with pytest.raises(PlanDamagedError, match=r"plan\.json is not what"):
        loaded(json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"digest": 1}', "[" * 100_000])
def test_what_is_no_plan_is_refused(text: str) -> None:
    """Whatever a file holds, the answer is a sentence."""
    with pytest.raises(PlanDamagedError, match="Nothing was changed"):
        loaded(text)


@pytest.mark.parametrize("odd", [{"number": 1}, [1], {"record": "x"}, 1.5])
def test_a_plan_of_unreadable_values_is_refused(odd: Any) -> None:
    """A digest that fits does not make nonsense a plan."""
    document = json.loads(save_plan(saved(Owner(), everything())))
    document["saved_plan"]["changes"][0]["attributes"][0]["after"] = odd
    del document["digest"]
    with pytest.raises(PlanDamagedError):
        loaded(json.dumps({**document, "digest": digest_of(document)}))


def test_another_format_is_said_to_be_one() -> None:
    """Who has an older or newer file learns that, and not that it is broken."""
    document = json.loads(save_plan(saved(Owner(), everything())))
    document["saved_plan"]["format"] = 99
    with pytest.raises(PlanFormatError, match="format 99"):
        loaded(json.dumps(document))


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ({"stack": "other"}, "stack 'demo'"),
        ({"instance": "prod"}, "instance 'dev'"),
        ({"url": "https://else.service-now.com"}, "url 'https://acme"),
    ],
)
def test_a_plan_for_elsewhere_is_refused(place: dict[str, str], word: str) -> None:
    """Another stack, another name of an instance, another address."""
    here = {"stack": "demo", "instance": "dev", "url": URL} | place
    with pytest.raises(ForeignPlanError, match=word):
        check_place(saved(Owner(), everything()), **here)


def test_a_plan_for_here_is_taken() -> None:
    """The stack, the instance and the address it was made for."""
    check_place(saved(Owner(), everything()), stack="demo", instance="dev", url=URL)


def test_blank_lines_do_not_make_another_config() -> None:
    """Where a block stands does not matter; what it says does."""
    moved = stack(*(replace(each, origin=replace(each.origin, line=99)) for each in everything().resources))
    first = saved(Owner(), everything())
    check_config(first, config_digest(moved))
    changed = stack(*everything().resources, resource("role", "new"))
    with pytest.raises(ConfigChangedError, match="2026-11-21 08:00:00"):
        check_config(first, config_digest(changed))


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "B"},
        {"first_name": "A", "_prevent_delete": True},
        {"first_name": "A", "_ignore": frozenset({"first_name"})},
        {"first_name": "A", "_access": {"read": ("incident",)}},
        {"first_name": "A", "_no_access": {"read": ("incident",)}},
        {"first_name": "A", "active": True},
        {"first_name": "A", "password": {"env": "SECRET"}},
        {"first_name": "A", "roles": ["itil"]},
    ],
)
def test_each_thing_a_block_says_is_in_the_digest(other: dict[str, Any]) -> None:
    """Attributes, lifecycle, expectations, secrets by their place, references by their names."""
    plain = config_digest(stack(resource("user", "a", first_name="A")))
    assert config_digest(stack(resource("user", "a", **other))) != plain


def test_a_value_that_looks_secret_is_in_the_digest_and_cannot_be_read_from_it() -> None:
    """Two of them differ."""
    one, other = (
        config_digest(stack(resource("property", "acme.password", value=text)))
        for text in ("a" * 20, "b" * 20)
    )
    assert one != other


def entry(address: str, name: str = "") -> Owned:
    """What a ledger says of a record."""
    return Owned(
        address=Address.parse(address), table="sys_user", sys_id=JANE, custody=Custody.ADOPTED, name=name
    )


def test_a_ledger_that_moved_on_elsewhere_does_not_matter() -> None:
    """Another apply that touched other records alone leaves the plan as it is."""
    first = saved(Owner(), everything())
    ledger = Ledger(stack="demo", url=URL, serial=7).with_entry(entry("user.somebody_else"))
    check_ledger(first, ledger)
    check_ledger(first, Ledger(stack="demo", url=URL))


def test_a_ledger_that_says_something_else_of_a_record_refuses_the_plan() -> None:
    """The addresses are named."""
    ledger = Ledger(stack="demo", url=URL, serial=7).with_entry(entry("user.jane.doe"))
    with pytest.raises(LedgerMovedError, match=r"owns of: user\.jane\.doe"):
        check_ledger(saved(Owner(), everything()), ledger)


def test_a_plan_without_a_ledger_fits_where_there_is_none() -> None:
    """A run that knows no ledger compares none."""
    check_ledger(replace(saved(Owner(), everything()), serial=None), None)


def test_a_checksum_is_of_what_would_be_done() -> None:
    """The same for two plans of one moment, another when a record was touched or the files ask for more."""
    owner = Owner()
    first = checksum(owner.plan(everything()))
    again = checksum(owner.plan(everything()))
    owner.instance.edit("sys_user", JANE, last_name="Roe")
    assert first == again
    assert checksum(owner.plan(everything())) != first
    assert first.startswith("sha256:")


def test_a_fingerprint_tells_masked_values_apart() -> None:
    """What nobody is shown is part of what was agreed to."""
    one, other = (
        Owner().plan(stack(resource("property", "acme.password", value=text))).pending[0]
        for text in ("a" * 20, "b" * 20)
    )
    assert fingerprint(one) != fingerprint(other)
    assert HIDDEN not in fingerprint(one)
