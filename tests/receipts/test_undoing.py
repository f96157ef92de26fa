"""Taking an apply back: by what the instance holds today, leaving alone what somebody has changed since."""

import copy
from dataclasses import replace

import pytest

from snowconf.engine.apply.applying import carry_out
from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.apply.undoing import make_undo_plan
from snowconf.model.address import Address
from snowconf.model.diagnostic import has_errors
from snowconf.model.ownership import Custody, Ledger, Removal
from snowconf.model.plan import Action, Change, Plan, Why
from snowconf.model.receipt_json import save_receipt
from snowconf.model.state import Desired
from tests.driving.shared import ITIL, JANE, SECRET, Owner
from tests.engine.building import URL, change_of, codes, resource, stack
from tests.engine.pretend import refusal

Tables = dict[str, dict[str, dict[str, str]]]


def desired() -> Desired:
    """A role and a user to create, and one user to adopt."""
    return stack(
        resource("role", "z"),
        resource("user", "jane.doe", first_name="Joan", roles=["z"]),
        resource("user", "svc", first_name="Service", roles=["z", "itil"]),
    )


def holdings(owner: Owner) -> Tables:
    """All rows without their revisions."""
    return {
        table: {sys_id: owner.instance.held(table, sys_id) for sys_id in rows}
        for table, rows in owner.instance.tables.items()
    }


def own_id(owner: Owner, address: str) -> str:
    """The sys_id of what the stack owns."""
    return owner.ledger.entries[Address.parse(address)].sys_id


def actions(plan: Plan) -> dict[str, Action]:
    """What would be done, by address."""
    return {str(each.address): each.action for each in plan.pending}


def detail_of(plan: Plan, code: str) -> str:
    """The sentences of one problem."""
    return next(each.detail for each in plan.diagnostics if each.code == code)


def test_what_was_made_goes_and_what_was_taken_over_is_as_it_was() -> None:
    """Record by record, and nothing is owned afterwards."""
    owner = Owner()
    before = copy.deepcopy(holdings(owner))
    receipt = owner.apply(desired())
    assert actions(owner.undo_plan(receipt)) == {
        "role.z": Action.DELETE, "user.jane.doe": Action.FORGET, "user.svc": Action.DELETE,
    }  # fmt: skip
    owner.undo(receipt)
    assert holdings(owner) == before
    assert owner.ledger.entries == {}


def test_what_referred_to_a_record_goes_before_it() -> None:
    """The role is deleted after the users that have it were seen to."""
    owner = Owner()
    plan = owner.undo_plan(owner.apply(desired()))
    assert change_of(plan, "role.z").depends_on == {Address("user", "jane.doe"), Address("user", "svc")}
    assert [str(each.address) for each in plan.pending][-1] == "role.z"


def test_taking_back_twice_has_nothing_left_to_do() -> None:
    """The plan comes from what is there, not from what was done."""
    owner = Owner()
    receipt = owner.apply(desired())
    owner.undo(receipt)
    assert owner.undo_plan(receipt).pending == ()


def test_an_undo_can_be_undone() -> None:
    """Everything is made again under the same sys_ids, and owned again."""
    owner = Owner()
    receipt = owner.apply(desired())
    ledger, after = owner.ledger, copy.deepcopy(holdings(owner))
    back = owner.undo(receipt)
    assert actions(owner.undo_plan(back)) == {
        "role.z": Action.CREATE, "user.jane.doe": Action.ADOPT, "user.svc": Action.CREATE,
    }  # fmt: skip
    owner.undo(back)
    made = {table: set(rows) for table, rows in holdings(owner).items()}
    assert made == {table: set(rows) for table, rows in after.items()}
    assert owner.ledger.entries.keys() == ledger.entries.keys()
    assert owner.plan(desired()).pending == ()


def test_a_change_is_put_back_and_the_ledger_knows_what_it_knew() -> None:
    """The next plan says that the file asks for something else, and not that the instance drifted."""
    owner = Owner()
    owner.apply(desired())
    edited = stack(*desired().resources[:2], resource("user", "svc", first_name="Other", roles=["z"]))
    receipt = owner.apply(edited)
    owner.undo(receipt)
    svc = owner.instance.held("sys_user", own_id(owner, "user.svc"))
    assert svc["first_name"] == "Service"
    change = change_of(owner.plan(edited), "user.svc")
    assert {each.why for each in change.attributes} | {each.why for each in change.members} == {Why.EDITED}


def test_what_somebody_has_changed_since_is_left_alone() -> None:
    """The other column goes back; the conflict is said with the name of who changed it."""
    owner = Owner()
    owner.apply(desired())
    edited = stack(
        *desired().resources[:2],
        resource("user", "svc", first_name="Other", last_name="Name", roles=["z", "itil"]),
    )
    receipt = owner.apply(edited)
    svc = own_id(owner, "user.svc")
    owner.instance.edit("sys_user", svc, first_name="Human")
    plan = owner.undo_plan(receipt)
    assert "first_name was changed since by kim.lee" in detail_of(plan, "SNC261")
    assert not has_errors(plan.diagnostics)
    owner.undo(receipt)
    held = owner.instance.held("sys_user", svc)
    assert (held["first_name"], held["last_name"]) == ("Human", "")


def test_a_column_that_is_as_it_was_needs_nothing() -> None:
    """Somebody has put it back by hand already."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    owner.instance.edit("sys_user", JANE, first_name="Jane")
    assert change_of(owner.undo_plan(receipt), "user.jane.doe").writes == ()
    owner.undo(receipt)
    assert owner.ledger.entries == {}


def test_a_record_that_has_gone_is_only_forgotten() -> None:
    """Nothing is sent for it, and the ledger does not own it any more."""
    owner = Owner()
    receipt = owner.apply(stack(resource("role", "z")))
    owner.instance.remove("sys_user_role", own_id(owner, "role.z"))
    change = change_of(owner.undo_plan(receipt), "role.z")
    assert (change.action, change.writes) == (Action.FORGET, ())


def test_an_adopted_record_that_has_gone_is_a_conflict() -> None:
    """What was overwritten cannot be put back anywhere."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    owner.instance.remove("sys_user", JANE)
    assert "the record has gone since" in detail_of(owner.undo_plan(receipt), "SNC261")


def test_edits_of_a_made_record_are_said_before_it_goes() -> None:
    """Whoever worked on it loses that with it."""
    owner = Owner()
    receipt = owner.apply(desired())
    owner.instance.edit("sys_user", own_id(owner, "user.svc"), first_name="Human")
    plan = owner.undo_plan(receipt)
    assert "first_name was changed since by kim.lee, and goes with it" in detail_of(plan, "SNC262")
    assert change_of(plan, "user.svc").action is Action.DELETE


def test_what_was_deleted_comes_back_with_what_was_known() -> None:
    """Under its sys_id, with its columns and its roles; its password is set by the next apply."""
    owner = Owner()
    whole = stack(
        resource("role", "z"),
        resource(
            "user",
            "svc",
            first_name="Service",
            roles=["z"],
            password={"env": "SECRET"},
            _on_remove=Removal.DELETE,
        ),
    )
    owner.apply(whole)
    svc, before = own_id(owner, "user.svc"), copy.deepcopy(holdings(owner))
    receipt = owner.apply(stack(resource("role", "z")))
    assert svc not in owner.instance.tables["sys_user"]
    plan = owner.undo_plan(receipt)
    assert change_of(plan, "user.svc").action is Action.CREATE
    assert "user_password is not known" in detail_of(plan, "SNC262")
    owned = change_of(plan, "user.svc").owned
    assert owned is not None
    assert owned.secrets == {"user_password": ""}
    owner.undo(receipt)
    held, was = owner.instance.held("sys_user", svc), before["sys_user"][svc]
    assert {name: held[name] for name in ("user_name", "first_name")} == {
        name: was[name] for name in ("user_name", "first_name")
    }
    assert set(holdings(owner)["sys_user_has_role"]) == set(before["sys_user_has_role"])


def test_a_deleted_record_that_is_there_again_is_owned_again() -> None:
    """Nothing is made twice."""
    owner = Owner()
    owner.apply(stack(resource("role", "z", description="Z")))
    role = own_id(owner, "role.z")
    row = dict(owner.instance.tables["sys_user_role"][role])
    receipt = owner.apply(stack())
    owner.instance.tables["sys_user_role"][role] = row
    change = change_of(owner.undo_plan(receipt), "role.z")
    assert (change.action, change.writes) == (Action.ADOPT, ())


def test_a_record_that_was_switched_off_is_switched_on_again() -> None:
    """It was the stack's, and is again."""
    owner = Owner()
    owner.apply(stack(resource("user", "svc", active=True)))
    svc = own_id(owner, "user.svc")
    receipt = owner.apply(stack())
    assert owner.instance.held("sys_user", svc)["active"] == "false"
    owner.undo(receipt)
    assert owner.instance.held("sys_user", svc)["active"] == "true"
    assert owner.ledger.entries[Address("user", "svc")].custody is Custody.CREATED


def test_an_adoption_without_a_write_is_given_up_without_one() -> None:
    """Only the ledger changes, to and fro."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Jane")))
    change = change_of(owner.undo_plan(receipt), "user.jane.doe")
    assert (change.action, change.writes) == (Action.FORGET, ())
    back = owner.undo(receipt)
    owner.undo(back)
    assert owner.ledger.entries[Address("user", "jane.doe")].custody is Custody.ADOPTED


def test_what_was_kept_is_owned_again() -> None:
    """A block that left with on_remove keep."""
    owner = Owner()
    owner.apply(stack(resource("role", "z", _on_remove=Removal.KEEP)))
    receipt = owner.apply(stack())
    owner.undo(receipt)
    assert Address("role", "z") in owner.ledger.entries


def test_a_secret_is_said_to_be_lost() -> None:
    """Nobody knows what it was before; nothing claims to put it back."""
    owner = Owner()
    owner.apply(stack(resource("user", "svc", password={"env": "SECRET"})))
    owner.keeper.secrets["SECRET"] = "made-up-0ther"
    receipt = owner.apply(stack(resource("user", "svc", password={"env": "SECRET"})))
    plan = owner.undo_plan(receipt)
    assert "user_password was set, and nobody knows what it was before" in detail_of(plan, "SNC262")


def test_a_hidden_value_is_said_to_be_lost() -> None:
    """A receipt does not hold what looks like a secret, so it cannot go back."""
    owner = Owner()
    owner.instance.put("sys_properties", "e" * 32, name="acme.password", value="first-password-of-all")
    receipt = owner.apply(stack(resource("property", "acme.password", value="second-password-of-all")))
    assert "what value held is not kept" in detail_of(owner.undo_plan(receipt), "SNC262")


def test_a_secret_in_a_plain_column_is_never_read() -> None:
    """A property holds its secret where others hold a value: neither receipt nor undo takes it along."""
    owner = Owner()
    made = owner.apply(stack(resource("property", "acme.key", secret_value={"env": "SECRET"})))
    gone = owner.undo_plan(made)
    left = owner.apply(stack())
    back = owner.undo(left)
    texts = [
        save_receipt(made),
        repr(gone),
        save_receipt(left),
        repr(owner.undo_plan(left)),
        save_receipt(back),
    ]
    assert [each for each in texts if SECRET in each] == []


def test_a_property_of_a_password_type_is_hidden() -> None:
    """Its name tells nothing; its type does."""
    owner = Owner()
    owner.instance.put("sys_properties", "e" * 32, name="acme.key", type="password2", value=SECRET)
    receipt = owner.apply(stack(resource("property", "acme.key", _absent=True)))
    assert SECRET not in save_receipt(receipt)


def test_a_protected_record_is_not_taken_back() -> None:
    """Protection holds for undo as for everything else, but for the very run that made the record."""
    owner = Owner()
    receipt = owner.apply(stack(resource("role", "z", _prevent_delete=True)))
    assert codes(owner.undo_plan(receipt)) == ["SNC263"]
    own = make_undo_plan(receipt, owner.instance, owner.context, own_run=True)
    assert own.diagnostics == ()


def test_what_another_stack_owns_now_is_not_touched() -> None:
    """A record has one owner."""
    owner = Owner()
    receipt = owner.apply(stack(resource("role", "z")))
    role = own_id(owner, "role.z")
    given_up = replace(owner.context, ledger=Ledger(stack="demo", url=URL), owners=lambda _: {role: "other"})
    plan = make_undo_plan(receipt, owner.instance, given_up)
    assert "The stack 'other' owns this record now" in detail_of(plan, "SNC264")


def test_what_cannot_be_seen_is_left_alone() -> None:
    """Hidden rows are not gone rows."""
    owner = Owner()
    receipt = owner.apply(desired())
    owner.instance.hides.add("sys_user_role")
    plan = owner.undo_plan(receipt)
    assert "was not shown" in detail_of(plan, "SNC261")
    assert "role.z" not in actions(plan)


def test_a_column_that_cannot_be_read_is_left_alone() -> None:
    """Whether somebody changed it cannot be told."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    owner.instance.unreadable.add(("sys_user", "first_name"))
    assert "first_name cannot be read" in detail_of(owner.undo_plan(receipt), "SNC261")


def test_a_column_of_which_nobody_knew_what_it_held_is_lost() -> None:
    """A write without a before-image cannot be taken back, and says so."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    step = receipt.steps[0]
    blind = replace(step.change, writes=(replace(step.change.writes[0], before={}),))
    plan = owner.undo_plan(replace(receipt, steps=(replace(step, change=blind),)))
    assert "what first_name held before is not known" in detail_of(plan, "SNC262")


def test_half_a_change_is_taken_back_as_far_as_it_came() -> None:
    """The record was made and its role was refused: the record goes."""
    owner = Owner()
    before = copy.deepcopy(holdings(owner))
    owner.instance.refuses["sys_user_has_role"] = refusal()
    receipt = owner.apply(stack(resource("user", "svc", roles=["itil"])))
    owner.instance.refuses.clear()
    owner.undo(receipt)
    assert holdings(owner) == before


def test_what_was_refused_is_not_taken_back() -> None:
    """A look shows that nothing was done."""
    owner = Owner()
    owner.instance.refuses["sys_user"] = refusal()
    receipt = owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    assert owner.undo_plan(receipt).pending == ()


def test_a_ledger_that_moved_on_is_not_set_back() -> None:
    """A later apply knows better than the receipt what was applied last."""
    owner = Owner()
    owner.apply(stack(resource("user", "svc", first_name="One", last_name="L")))
    receipt = owner.apply(stack(resource("user", "svc", first_name="Two", last_name="L")))
    owner.apply(stack(resource("user", "svc", first_name="Two", last_name="M")))
    digests = dict(owner.ledger.entries[Address("user", "svc")].digests)
    owner.undo(receipt)
    assert owner.instance.held("sys_user", own_id(owner, "user.svc"))["first_name"] == "One"
    assert dict(owner.ledger.entries[Address("user", "svc")].digests) == digests


def test_a_renamed_block_is_found_by_its_record() -> None:
    """The ledger calls it otherwise now; the undo names it as the ledger does."""
    owner = Owner()
    receipt = owner.apply(stack(resource("user", "svc", first_name="One")))
    renamed = resource("user", "service", user_name="svc", first_name="One", _previously="svc")
    owner.apply(stack(renamed))
    assert actions(owner.undo_plan(receipt)) == {"user.service": Action.DELETE}


def test_without_a_ledger_writes_are_taken_back_all_the_same() -> None:
    """A run that owns nothing still knows what it wrote."""
    owner = Owner()
    receipt = owner.apply(stack(resource("role", "z")))
    plan = make_undo_plan(receipt, owner.instance, replace(owner.context, ledger=None))
    report = carry_out(
        Confirmed(plan=plan), lambda _: plan, owner.instance, replace(owner.context, ledger=None)
    )
    assert report.ledger is None
    assert len(owner.instance.tables["sys_user_role"]) == 1


def test_kinds_that_this_version_lacks_are_passed_over() -> None:
    """A receipt of a newer version takes back what is known."""
    owner = Owner()
    receipt = owner.apply(stack(resource("role", "z")))
    strange = replace(receipt.steps[0].change, address=Address("hologram", "x"))
    plan = owner.undo_plan(replace(receipt, steps=(replace(receipt.steps[0], change=strange),)))
    assert plan.changes == ()


def test_a_file_block_that_said_absent_is_taken_back() -> None:
    """What a block asked to be gone comes back."""
    owner = Owner()
    receipt = owner.apply(stack(resource("property", "acme.x", _absent=True)))
    assert "6" * 32 not in owner.instance.tables["sys_properties"]
    owner.undo(receipt)
    assert owner.instance.held("sys_properties", "6" * 32)["value"] == "1"


def test_members_are_named_as_people_name_them() -> None:
    """The plan back shows the roles by name."""
    owner = Owner()
    receipt = owner.apply(desired())
    members = change_of(owner.undo_plan(receipt), "user.jane.doe").members
    assert [(str(each.add[0]), str(each.remove[0])) for each in members] == [("itil", "z")]
    assert members[0].add[0].sys_id == ITIL


@pytest.mark.parametrize("changed", ["One\r\nTwo", "One\nTwo"])
def test_line_ends_are_no_edit(changed: str) -> None:
    """A form that sends CRLF has changed nothing."""
    owner = Owner()
    owner.instance.put("sys_properties", "e" * 32, name="acme.text", value="Before", description="")
    receipt = owner.apply(stack(resource("property", "acme.text", value="One\nTwo")))
    owner.instance.edit("sys_properties", "e" * 32, value=changed)
    change: Change = change_of(owner.undo_plan(receipt), "property.acme.text")
    assert change.writes[0].columns == {"value": "Before"}
