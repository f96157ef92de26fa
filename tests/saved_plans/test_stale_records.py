"""What moved between review and apply is refused with all that depends on it; the rest is done."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from snowconf.engine.apply.applying import apply_confirmed
from snowconf.engine.apply.confirming import BEHIND_STALE, STALE, Confirmed, confirm, reviewed
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.plan import Action, Plan
from snowconf.model.state import Desired
from tests.driving.shared import ITIL, JANE, KIM, Owner, Shared, outcome_of
from tests.engine.building import resource, stack

Happening = Callable[[Shared], None]


def people() -> Desired:
    """Two users to adopt, and one to create that has a role to create."""
    return stack(
        resource("role", "z"),
        resource("user", "jane.doe", first_name="Joan", roles=["itil"]),
        resource("user", "kim.lee", first_name="Kimberly"),
        resource("user", "svc", roles=["z"]),
    )


def confirmed(owner: Owner, desired: Desired, plan: Plan) -> Confirmed:
    """The plan held against today."""
    pending = frozenset(each.address for each in plan.pending)
    today = make_plan(desired, owner.instance, replace(owner.context, targets=pending))
    return confirm(reviewed(plan), today)


def applied_after(happening: Happening, desired: Desired, owner: Owner | None = None) -> ApplyReport:
    """An apply of a plan that was made before something happened."""
    owner = owner or Owner()
    plan = owner.plan(desired)
    happening(owner.instance)
    again = confirmed(owner, desired, plan)
    return apply_confirmed(again, desired, owner.instance, owner.context)


def statuses(report: ApplyReport) -> dict[str, Status]:
    """How each change ended."""
    return {str(each.change.address): each.status for each in report.outcomes}


def problem_of(report: ApplyReport, address: str) -> Diagnostic:
    """Why a change was refused."""
    problem = outcome_of(report, address).problem
    assert problem is not None
    return problem


def test_nothing_moved_and_all_is_done() -> None:
    """Nobody wrote: every change is confirmed."""
    report = applied_after(lambda _: None, people())
    assert set(statuses(report).values()) == {Status.DONE}


def test_an_edited_record_is_refused_and_the_others_are_done() -> None:
    """The person's value stays, and the report says whose it is, when, and which column."""
    owner = Owner()
    report = applied_after(lambda there: there.edit("sys_user", JANE, first_name="Janet"), people(), owner)
    assert statuses(report) == {
        "role.z": Status.DONE,
        "user.jane.doe": Status.NOT_ATTEMPTED,
        "user.kim.lee": Status.DONE,
        "user.svc": Status.DONE,
    }
    problem = problem_of(report, "user.jane.doe")
    assert problem.code == STALE
    assert "kim.lee, 2026-11-20 14:02:11 UTC" in problem.detail
    assert "revision went from 0 to 1; first_name moved" in problem.detail
    assert owner.instance.tables["sys_user"][JANE]["first_name"] == "Janet"


def test_an_edit_of_another_column_counts_too() -> None:
    """A record of another revision is another record to whoever reviewed it."""
    report = applied_after(lambda there: there.edit("sys_user", KIM, last_name="Li"), people())
    assert statuses(report)["user.kim.lee"] is Status.NOT_ATTEMPTED


def remove_kim(there: Shared) -> None:
    """Somebody deletes a user that is to be changed."""
    there.remove("sys_user", KIM)


def make_svc(there: Shared) -> None:
    """Somebody makes the user that is to be made."""
    there.put("sys_user", "e" * 32, user_name="svc")


def rename_kim(there: Shared) -> None:
    """Somebody has done what the plan would do."""
    there.edit("sys_user", KIM, first_name="Kimberly")


def grant_jane(there: Shared) -> None:
    """Somebody gives a role that the plan does not know of; the record itself stays as it is."""
    there.put("sys_user_has_role", "f" * 32, user=JANE, role="9" * 32, inherited="false", state="active")


def double_kim(there: Shared) -> None:
    """A second record of one name: today's plan cannot tell which is meant."""
    there.put("sys_user", "e" * 32, user_name="kim.lee")


@pytest.mark.parametrize(
    ("happening", "address", "words"),
    [
        (remove_kim, "user.kim.lee", "it is no longer there"),
        (make_svc, "user.svc", "it is there now"),
        (rename_kim, "user.kim.lee", "its revision went from 0 to 1"),
        (grant_jane, "user.jane.doe", "its members moved"),
        (double_kim, "user.kim.lee", "2 records called 'kim.lee'"),
    ],
)
def test_whatever_happened_is_said(happening: Happening, address: str, words: str) -> None:
    """Deleted, created, changed likewise, given a role, doubled: each in its own words, and nothing of it is written."""
    report = applied_after(happening, people())
    assert statuses(report)[address] is Status.NOT_ATTEMPTED
    assert words in problem_of(report, address).detail


def test_what_somebody_has_already_done_is_said_to_be_so() -> None:
    """For a record of the stack's own, nothing is left to do."""
    owner = Owner()
    owner.apply(people())
    edited = stack(
        *people().resources[:2], resource("user", "kim.lee", first_name="K."), people().resources[3]
    )

    def likewise(there: Shared) -> None:
        there.edit("sys_user", KIM, first_name="K.")

    report = applied_after(likewise, edited, owner)
    assert "Somebody has already made it so (kim.lee, " in problem_of(report, "user.kim.lee").detail


def test_what_refers_to_a_stale_record_waits() -> None:
    """The role was made by somebody meanwhile, so neither it nor the user that gets it is touched."""

    def make_role(there: Shared) -> None:
        there.put("sys_user_role", "d" * 32, name="z")

    report = applied_after(make_role, people())
    assert statuses(report)["user.svc"] is Status.NOT_ATTEMPTED
    assert problem_of(report, "user.svc").code == BEHIND_STALE
    assert "refers to role.z" in problem_of(report, "user.svc").detail
    assert statuses(report)["user.kim.lee"] is Status.DONE


def test_what_was_never_reviewed_is_not_done() -> None:
    """A role that was there has been deleted: making it anew was in nobody's plan, nor giving it then."""
    owner = Owner()
    owner.apply(stack(resource("role", "z")))
    role = owner.ledger.entries[Address("role", "z")].sys_id
    report = applied_after(lambda there: there.remove("sys_user_role", role), people(), owner)
    assert "role.z" not in statuses(report)
    assert role not in owner.instance.tables["sys_user_role"]
    assert statuses(report)["user.svc"] is Status.NOT_ATTEMPTED
    assert statuses(report)["user.jane.doe"] is Status.DONE


def test_a_departure_waits_for_what_referred_to_it() -> None:
    """A user that leaves and was edited is not deleted, and the role it has is not either."""
    owner = Owner()
    owner.apply(people())
    svc = owner.ledger.entries[Address("user", "svc")].sys_id
    less = stack(*people().resources[1:3])
    report = applied_after(lambda there: there.edit("sys_user", svc, first_name="Used"), less, owner)
    assert statuses(report) == {"user.svc": Status.NOT_ATTEMPTED, "role.z": Status.NOT_ATTEMPTED}


def test_an_error_of_today_that_belongs_to_nothing_reviewed_stops_all() -> None:
    """What stands against the whole plan stands against what is left of it."""
    owner = Owner()
    plan = owner.plan(people())
    trouble = Diagnostic(code="SNC000", summary="Trouble", detail="Everywhere.")
    again = confirm(reviewed(plan), replace(plan, diagnostics=(trouble,)))
    report = apply_confirmed(again, people(), owner.instance, owner.context)
    assert set(statuses(report).values()) == {Status.NOT_ATTEMPTED}
    assert report.diagnostics == (trouble,)


def test_what_nothing_asks_for_any_more_is_said() -> None:
    """A change that today's plan lacks, without a word about it."""
    plan = Owner().plan(people())
    again = confirm(reviewed(plan), replace(plan, changes=plan.changes[1:]))
    assert "Nothing asks for this record" in again.refused[plan.changes[0].address].detail


def test_a_plan_that_would_do_something_else_is_said_to() -> None:
    """The record is the same, and what the ledger would say of it is not."""
    plan = Owner().plan(people())
    jane = next(each for each in plan.changes if each.address.label == "jane.doe")
    assert jane.owned is not None
    other = replace(jane, owned=replace(jane.owned, prevent_delete=True))
    today = replace(plan, changes=tuple(other if each is jane else each for each in plan.changes))
    assert "is something else" in confirm(reviewed(plan), today).refused[jane.address].detail


def test_no_ops_are_remembered_all_the_same() -> None:
    """What needs nothing is in the plan that is carried out, so that the ledger keeps it."""
    owner = Owner()
    owner.apply(people())
    desired = stack(*people().resources, resource("role", "new"))
    plan = owner.plan(desired)
    whole = make_plan(desired, owner.instance, owner.context)
    again = confirm(reviewed(plan), whole)
    assert [each.action for each in again.plan.changes].count(Action.NO_OP) == len(people().resources)


def test_the_revision_is_compared_after_each_write() -> None:
    """Somebody who wrote at the same moment is noticed by the step that the revision took."""
    owner = Owner()
    raced = False

    def race(table: str, sys_id: str) -> None:
        nonlocal raced
        if sys_id == JANE and not raced:
            raced = True
            owner.instance.edit(table, sys_id, last_name="Roe")

    owner.instance.before_write = race
    report = applied_after(lambda _: None, people(), owner)
    noted = {str(each.change.address) for each in report.outcomes if each.notes}
    assert noted == {"user.jane.doe"}
    assert "went from 0 to 2" in outcome_of(report, "user.jane.doe").notes[0]
    assert owner.instance.tables["sys_user"][JANE]["last_name"] == "Roe"


def test_a_role_that_is_there_is_no_stranger() -> None:
    """The platform's own role is referred to and not declared; it never makes a change wait."""
    owner = Owner()
    owner.instance.edit("sys_user_role", ITIL, description="Edited")
    report = applied_after(
        lambda there: there.edit("sys_user_role", ITIL, description="Again"), people(), owner
    )
    assert statuses(report)["user.jane.doe"] is Status.DONE
