"""Ownership: what is adopted, what is refused, what leaves, what is put back, and why something differs."""

from dataclasses import replace

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.identifying import Identities
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.ownership import Custody, Ledger, Removal
from snowconf.model.plan import Action, Plan, Verb, Why
from snowconf.model.state import Desired, Resource
from tests.engine.building import URL, change_of, codes, context, resource, stack
from tests.engine.pretend import PretendInstance, refusal

ITIL = "282bf1fac6112285017366cb5f867469"
JANE = "5137153cc611227c000bbd1bd8cd2005"
EMPTY = Ledger(stack="demo", url=URL)


@pytest.fixture
def instance() -> PretendInstance:
    """With rows in every table, so that nothing is taken for hidden."""
    pretend = PretendInstance()
    pretend.put("sys_user_role", ITIL, name="itil")
    pretend.put("sys_user", JANE, user_name="jane.doe", first_name="Jane", last_name="Doe", active="true")
    pretend.put("sys_user_has_role", "a" * 32, user=JANE, role=ITIL, inherited="false", state="active")
    pretend.put("sys_user_has_role", "b" * 32, user="0" * 32, role=ITIL, inherited="false", state="active")
    pretend.put("sys_properties", "6" * 32, name="glide.x", value="1")
    return pretend


def planned(desired: Desired, instance: PretendInstance, ledger: Ledger = EMPTY) -> Plan:
    """The plan of a stack that owns this."""
    return make_plan(desired, instance, context(ledger=ledger))


def applied(desired: Desired, instance: PretendInstance, ledger: Ledger = EMPTY) -> Ledger:
    """What is owned after an apply."""
    report = reported(desired, instance, ledger)
    assert report.ledger is not None
    return report.ledger


def reported(desired: Desired, instance: PretendInstance, ledger: Ledger = EMPTY) -> ApplyReport:
    """An apply of a stack that owns this."""
    about = context(ledger=ledger)
    return apply(make_plan(desired, instance, about), desired, instance, about)


def own_id(address: str) -> str:
    """The sys_id the stack of these tests gives."""
    return Identities("demo", URL).of(Address.parse(address))


def with_lifecycle(block: Resource, **lifecycle: object) -> Resource:
    """A block with a lifecycle."""
    return replace(block, **lifecycle)  # type: ignore[arg-type]  # the tests name real attributes


def test_what_is_created_is_owned(instance: PretendInstance) -> None:
    """The entry says that this stack made the record, and what it referred to."""
    ledger = applied(stack(resource("role", "z"), resource("user", "svc", roles=["z"])), instance)
    entry = ledger.entries[Address("user", "svc")]
    assert (entry.custody, entry.sys_id, entry.depends_on) == (
        Custody.CREATED,
        own_id("user.svc"),
        (Address("role", "z"),),
    )


def test_what_was_there_is_adopted_in_plain_sight(instance: PretendInstance) -> None:
    """The plan says adopt, and shows what it overwrites."""
    change = change_of(
        planned(stack(resource("user", "jane.doe", first_name="Joan")), instance), "user.jane.doe"
    )
    assert change.action is Action.ADOPT
    assert [(each.before, each.after) for each in change.attributes] == [("Jane", "Joan")]


def test_an_adoption_remembers_what_it_overwrote(instance: PretendInstance) -> None:
    """The before-image is what will be put back one day."""
    ledger = applied(stack(resource("user", "jane.doe", first_name="Joan", roles=[])), instance)
    entry = ledger.entries[Address("user", "jane.doe")]
    assert (entry.custody, entry.before) == (Custody.ADOPTED, {"first_name": "Jane", "*roles": ITIL})


def test_adopting_without_a_difference_writes_nothing(instance: PretendInstance) -> None:
    """It is owned from then on, and no request changed anything."""
    desired = stack(resource("user", "jane.doe", first_name="Jane"))
    ledger = applied(desired, instance)
    assert instance.log == []
    assert change_of(planned(desired, instance, ledger), "user.jane.doe").action is Action.NO_OP


def test_what_another_stack_owns_is_refused_by_name(instance: PretendInstance) -> None:
    """The other stack is named, and nothing is planned for the record."""
    about = context(ledger=EMPTY, owners=lambda ids: dict.fromkeys(ids & {JANE}, "hr"))
    plan = make_plan(stack(resource("user", "jane.doe", first_name="X")), instance, about)
    assert (codes(plan), plan.changes) == (["SNC220"], ())
    assert "'hr'" in plan.diagnostics[0].detail


def test_a_created_record_that_leaves_the_files_is_deleted(instance: PretendInstance) -> None:
    """With its members first, and never anything that is not in the ledger."""
    ledger = applied(stack(resource("role", "z", contains=["itil"])), instance)
    plan = planned(stack(), instance, ledger)
    change = change_of(plan, "role.z")
    assert change.action is Action.DELETE
    assert [(each.verb, each.table) for each in change.writes] == [
        (Verb.DELETE, "sys_user_role_contains"),
        (Verb.DELETE, "sys_user_role"),
    ]
    assert applied(stack(), instance, ledger).entries == {}
    assert set(instance.tables["sys_user_role"]) == {ITIL}


def test_a_user_that_leaves_is_switched_off(instance: PretendInstance) -> None:
    """Deleting an account cascades; switching it off can be taken back."""
    ledger = applied(stack(resource("user", "svc", active=True)), instance)
    applied(stack(), instance, ledger)
    assert instance.tables["sys_user"][own_id("user.svc")]["active"] == "false"


@pytest.mark.parametrize(
    ("on_remove", "expected"), [(Removal.DELETE, Action.DELETE), (Removal.KEEP, Action.FORGET)]
)
def test_a_block_decides_what_its_removal_means(
    instance: PretendInstance, on_remove: Removal, expected: Action
) -> None:
    """As its last apply said."""
    block = with_lifecycle(resource("user", "svc"), on_remove=on_remove)
    ledger = applied(stack(block), instance)
    assert change_of(planned(stack(), instance, ledger), "user.svc").action is expected


def test_what_cannot_be_switched_off_is_kept(instance: PretendInstance) -> None:
    """A role has no such switch, and deleting it was not asked for."""
    ledger = applied(stack(with_lifecycle(resource("role", "z"), on_remove=Removal.DEACTIVATE)), instance)
    assert change_of(planned(stack(), instance, ledger), "role.z").action is Action.FORGET


def test_protection_outlives_its_block(instance: PretendInstance) -> None:
    """The block is gone and the record stays, until an apply took the protection back."""
    ledger = applied(stack(with_lifecycle(resource("role", "z"), prevent_delete=True)), instance)
    assert codes(planned(stack(), instance, ledger)) == ["SNC221"]
    released = applied(stack(resource("role", "z")), instance, ledger)
    assert codes(planned(stack(), instance, released)) == []


def test_an_adopted_setting_that_leaves_is_put_back(instance: PretendInstance) -> None:
    """The record is as it was, members included, and owned no more."""
    before = {key: dict(row) for key, row in instance.tables["sys_user"].items()}
    ledger = applied(stack(resource("user", "jane.doe", first_name="Joan", roles=[])), instance)
    left = applied(stack(), instance, ledger)
    assert instance.tables["sys_user"] == before
    grants = instance.tables["sys_user_has_role"].values()
    assert [row["role"] for row in grants if row["user"] == JANE] == [ITIL]
    assert left.entries == {}


def test_an_attribute_that_leaves_an_adopted_block_is_put_back(instance: PretendInstance) -> None:
    """The other attributes stay managed, and the image is used up."""
    ledger = applied(stack(resource("user", "jane.doe", first_name="Joan", last_name="D")), instance)
    ledger = applied(stack(resource("user", "jane.doe", first_name="Joan")), instance, ledger)
    assert instance.tables["sys_user"][JANE]["last_name"] == "Doe"
    assert ledger.entries[Address("user", "jane.doe")].before == {"first_name": "Jane"}


def test_what_others_have_changed_since_is_not_put_back(instance: PretendInstance) -> None:
    """Putting back would overwrite somebody's later work."""
    ledger = applied(stack(resource("user", "jane.doe", first_name="Joan")), instance)
    instance.tables["sys_user"][JANE]["first_name"] = "Jo"
    applied(stack(), instance, ledger)
    assert instance.tables["sys_user"][JANE]["first_name"] == "Jo"


def test_what_is_gone_already_is_forgotten(instance: PretendInstance) -> None:
    """Somebody deleted it: there is nothing to do but to strike it out."""
    ledger = applied(stack(resource("role", "z")), instance)
    instance.delete("sys_user_role", own_id("role.z"))
    change = change_of(planned(stack(), instance, ledger), "role.z")
    assert (change.action, change.writes) == (Action.FORGET, ())


def test_deletions_go_after_what_referred_to_them(instance: PretendInstance) -> None:
    """A role is deleted after the user that held it lost it, and after the group that leaves with it."""
    blocks = (
        resource("role", "z"),
        resource("group", "g", roles=["z"]),
        resource("user", "svc", roles=["z"]),
    )
    ledger = applied(stack(*blocks), instance)
    plan = planned(stack(resource("user", "svc", roles=[])), instance, ledger)
    assert [str(each.address) for each in plan.changes] == ["user.svc", "group.g", "role.z"]
    assert change_of(plan, "role.z").depends_on == {Address("user", "svc"), Address("group", "g")}


def test_a_renamed_label_is_the_same_record(instance: PretendInstance) -> None:
    """`previously` moves the entry; nothing is deleted and nothing created."""
    ledger = applied(stack(resource("user", "old", user_name="svc")), instance)
    moved = with_lifecycle(resource("user", "new", user_name="svc"), previously="old")
    plan = planned(stack(moved), instance, ledger)
    assert [(str(each.address), each.action) for each in plan.changes] == [("user.new", Action.NO_OP)]
    assert list(applied(stack(moved), instance, ledger).entries) == [Address("user", "new")]


@pytest.mark.parametrize(
    ("held", "asked", "expected"),
    [("Jane", "Joan", Why.EDITED), ("Jo", "Jane", Why.DRIFTED), ("Jo", "Joan", Why.BOTH)],
)
def test_a_difference_says_which_side_moved(
    instance: PretendInstance, held: str, asked: str, expected: Why
) -> None:
    """Edited in the file, drifted on the instance, or both since the last apply."""
    ledger = applied(stack(resource("user", "jane.doe", first_name="Jane")), instance)
    instance.tables["sys_user"][JANE]["first_name"] = held
    change = change_of(
        planned(stack(resource("user", "jane.doe", first_name=asked)), instance, ledger), "user.jane.doe"
    )
    assert [each.why for each in change.attributes] == [expected]


def test_members_say_which_side_moved_too(instance: PretendInstance) -> None:
    """Somebody granted a role by hand."""
    ledger = applied(stack(resource("user", "jane.doe", roles=["itil"])), instance)
    admin = instance.put("sys_user_role", "b" * 32, name="admin")
    instance.put("sys_user_has_role", "c" * 32, user=JANE, role=admin, inherited="false", state="active")
    change = change_of(
        planned(stack(resource("user", "jane.doe", roles=["itil"])), instance, ledger), "user.jane.doe"
    )
    assert [each.why for each in change.members] == [Why.DRIFTED]


def test_a_half_made_record_is_owned(instance: PretendInstance) -> None:
    """Its grant was refused, the record exists: the next run must find it, and its removal too."""
    instance.refuses["sys_user_has_role"] = refusal()
    report = reported(stack(resource("user", "svc", roles=["itil"])), instance)
    assert report.outcomes[0].status is Status.FAILED
    assert report.ledger is not None
    assert report.ledger.entries[Address("user", "svc")].digests == {}


def test_a_record_that_was_refused_is_not_owned(instance: PretendInstance) -> None:
    """Nothing was made."""
    instance.refuses["sys_user_role:z"] = refusal()
    assert applied(stack(resource("role", "z")), instance).entries == {}


def test_masked_values_leave_no_trace_in_the_ledger(instance: PretendInstance) -> None:
    """Neither a digest nor a before-image of what looks like a secret."""
    instance.put("sys_properties", "5" * 32, name="x.slack.token", value="xoxb-1")
    ledger = applied(stack(resource("property", "x.slack.token", value="xoxb-2")), instance)
    entry = ledger.entries[Address("property", "x.slack.token")]
    assert ("value" in entry.digests, entry.before) == (False, {})


def test_fingerprints_of_secrets_are_kept_with_the_record(instance: PretendInstance) -> None:
    """What the keeper wrote down goes into the entry."""
    about = context(ledger=EMPTY)
    about.secrets.secrets["P"] = "hunter2"  # type: ignore[attr-defined]  # the pretended keeper's own
    desired = stack(resource("user", "svc", password={"env": "P"}))
    report = apply(make_plan(desired, instance, about), desired, instance, about)
    assert report.ledger is not None
    assert list(report.ledger.entries[Address("user", "svc")].secrets) == ["user_password"]


def test_an_absent_property_is_owned_no_more(instance: PretendInstance) -> None:
    """Once it is gone there is nothing to own; a protected one is refused."""
    ledger = applied(stack(resource("property", "glide.y", value="1")), instance)
    gone = stack(resource("property", "glide.y", _absent=True))
    assert applied(gone, instance, ledger).entries == {}
    shielded = applied(
        stack(with_lifecycle(resource("property", "glide.z", value="1"), prevent_delete=True)), instance
    )
    assert codes(planned(stack(resource("property", "glide.z", _absent=True)), instance, shielded)) == [
        "SNC221"
    ]


def test_entries_of_a_kind_nobody_knows_are_left(instance: PretendInstance) -> None:
    """A later version wrote them; this one does not touch what it does not understand."""
    ledger = applied(stack(resource("role", "z")), instance)
    strange = replace(ledger.entries[Address("role", "z")], address=Address("hologram", "z"))
    assert planned(stack(), instance, EMPTY.with_entry(strange)).changes == ()
