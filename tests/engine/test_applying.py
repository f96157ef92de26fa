"""Applying: what is sent in which order, what is reported, what is never doubled."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Progress
from snowconf.errors import NotFoundError, OutcomeUnknownError
from snowconf.model.address import Address
from snowconf.model.outcome import ApplyReport, Status, Verdict
from snowconf.model.plan import Action
from snowconf.model.state import Desired
from tests.engine.building import context, resource, stack
from tests.engine.pretend import PretendInstance, PretendKeeper, refusal

ITIL = "282bf1fac6112285017366cb5f867469"
JANE = "5137153cc611227c000bbd1bd8cd2005"


@pytest.fixture
def instance() -> PretendInstance:
    """With rows in every table, so that nothing is taken for hidden."""
    pretend = PretendInstance()
    pretend.put("sys_user_role", ITIL, name="itil")
    pretend.put("sys_user", JANE, user_name="jane.doe", first_name="Jane")
    pretend.put("sys_user_has_role", "a" * 32, user=JANE, role=ITIL, inherited="false", state="active")
    pretend.put("sys_properties", "6" * 32, name="glide.x", value="1")
    return pretend


def run(desired: Desired, instance: PretendInstance, keeper: PretendKeeper | None = None) -> ApplyReport:
    """Plan and apply, as the command does."""
    about = context(keeper)
    return apply(make_plan(desired, instance, about), desired, instance, about)


def statuses(report: ApplyReport) -> dict[str, Status]:
    """How each change ended."""
    return {str(each.change.address): each.status for each in report.outcomes}


def test_after_an_apply_nothing_differs(instance: PretendInstance) -> None:
    """What was created is observed again and is what the files ask for."""
    report = run(stack(resource("role", "z"), resource("user", "svc", roles=["z", "itil"])), instance)
    assert statuses(report) == {"role.z": Status.DONE, "user.svc": Status.DONE}
    assert report.after is not None
    assert report.after.pending == ()


def test_a_second_apply_sends_no_write(instance: PretendInstance) -> None:
    """Applying is idempotent, passwords included."""
    desired = stack(resource("user", "svc", roles=["itil"], password={"env": "P"}))
    keeper = PretendKeeper({"P": "hunter2"})
    run(desired, instance, keeper)
    instance.requests.clear()
    report = run(desired, instance, keeper)
    assert set(instance.requests) == {"GET"}
    assert report.outcomes == ()


def test_the_password_goes_alone_and_hashed(instance: PretendInstance) -> None:
    """After the record, in its own request with display input (wire-contract.md 6.5)."""
    run(stack(resource("user", "svc", password={"env": "P"})), instance, PretendKeeper({"P": "hunter2"}))
    (_, _, first), (_, _, second) = instance.log
    assert "user_password" not in first
    assert {name: value for name, value in second.items() if name != "sys_id"} == {
        "user_password": "hunter2",
        "display": "yes",
    }


def test_a_missing_secret_stops_everything_before_the_first_write(instance: PretendInstance) -> None:
    """All missing ones are named, and nothing was sent."""
    desired = stack(*(resource("user", name, password={"env": name}) for name in ("a", "b")))
    report = run(desired, instance)
    assert [each.code for each in report.diagnostics if each.code == "SNC301"] == ["SNC301", "SNC301"]
    assert set(statuses(report).values()) == {Status.NOT_ATTEMPTED}
    assert instance.log == []


def test_a_plan_with_errors_is_not_begun(instance: PretendInstance) -> None:
    """One bad reference and nothing at all is written."""
    report = run(stack(resource("user", "svc", roles=["nobody"]), resource("role", "z")), instance)
    assert instance.log == []
    assert report.diagnostics[0].code == "SNC206"


def test_independent_work_goes_on_after_a_failure(instance: PretendInstance) -> None:
    """What depends on the failed change is not attempted; the rest is done."""
    instance.refuses["sys_user_role:z"] = refusal()
    desired = stack(resource("role", "z"), resource("user", "a", roles=["z"]), resource("user", "b"))
    report = run(desired, instance)
    assert statuses(report) == {
        "role.z": Status.FAILED,
        "user.a": Status.NOT_ATTEMPTED,
        "user.b": Status.DONE,
    }


def test_a_failure_names_the_block(instance: PretendInstance) -> None:
    """The refusal is reported at the line that asked for it."""
    instance.refuses["sys_user_role:z"] = refusal()
    report = run(stack(resource("role", "z", line=9)), instance)
    problem = report.outcomes[0].problem
    assert problem is not None
    assert (problem.code, str(problem.origin)) == ("SNC404", "stack.toml:9")


def test_a_half_made_change_says_how_far_it_came(instance: PretendInstance) -> None:
    """The record was created and its grant refused."""
    instance.refuses["sys_user_has_role"] = refusal()
    report = run(stack(resource("user", "svc", roles=["itil"])), instance)
    assert (report.outcomes[0].status, report.outcomes[0].sent) == (Status.FAILED, 1)


def test_the_next_run_finishes_a_half_made_change(instance: PretendInstance) -> None:
    """Nothing is doubled: the record is found and only the grant is added."""
    instance.refuses["sys_user_has_role"] = refusal()
    desired = stack(resource("user", "svc", roles=["itil"]))
    run(desired, instance)
    instance.refuses.clear()
    instance.log.clear()
    run(desired, instance)
    assert [(verb, table) for verb, table, _ in instance.log] == [("POST", "sys_user_has_role")]


def test_a_password_that_was_not_confirmed_is_written_by_the_next_run(instance: PretendInstance) -> None:
    """A run that ended between record and password leaves a user who cannot log in, not for ever."""
    desired = stack(resource("user", "svc", password={"env": "P"}))
    keeper = PretendKeeper({"P": "hunter2"})
    about = context(keeper)
    plan = make_plan(desired, instance, about)
    (insert, _) = plan.pending[0].writes
    keeper.intend(plan.pending[0].address, "user_password", insert.sys_id)
    instance.put("sys_user", insert.sys_id, **insert.columns)
    run(desired, instance, keeper)
    assert [sorted(columns) for _, _, columns in instance.log] == [["display", "sys_id", "user_password"]]


def test_an_unknown_outcome_is_reported_as_such(instance: PretendInstance) -> None:
    """Neither done nor failed: nobody knows."""
    instance.refuses["sys_user_role:z"] = OutcomeUnknownError("no answer came")
    assert statuses(run(stack(resource("role", "z")), instance)) == {"role.z": Status.UNKNOWN}


def test_trap_02_a_column_that_was_not_taken_is_a_verdict(instance: PretendInstance) -> None:
    """200 and nothing happened: the column is `dropped`, and observing again still sees the difference."""
    instance.drops.add(("sys_user", "email"))
    report = run(stack(resource("user", "svc", email="a@example.com")), instance)
    (mismatch,) = report.outcomes[0].mismatches
    assert (mismatch.column, mismatch.verdict) == ("email", Verdict.DROPPED)
    assert report.after is not None
    assert [each.action for each in report.after.pending] == [Action.UPDATE]


def test_an_update_that_was_ignored_is_dropped_too(instance: PretendInstance) -> None:
    """The instance still holds what it held before."""
    instance.drops.add(("sys_user", "first_name"))
    report = run(stack(resource("user", "jane.doe", first_name="Joan")), instance)
    (mismatch,) = report.outcomes[0].mismatches
    assert (mismatch.verdict, mismatch.sent, mismatch.held) == (Verdict.DROPPED, "Joan", "Jane")


def test_a_column_that_cannot_be_read_back_is_said(instance: PretendInstance) -> None:
    """Sent, accepted, and not shown."""
    instance.unreadable.add(("sys_user", "email"))
    report = run(stack(resource("user", "svc", email="a@example.com")), instance)
    assert Verdict.UNREADABLE in {each.verdict for each in report.outcomes[0].verdicts}


def test_a_sys_id_the_instance_does_not_take_is_followed(instance: PretendInstance) -> None:
    """Later writes name the record that exists, not the one that was asked for."""
    instance.renumbers.add("sys_user")
    run(stack(resource("user", "svc", roles=["itil"])), instance)
    given = next(key for key, row in instance.tables["sys_user"].items() if row["user_name"] == "svc")
    grants = [columns["user"] for verb, table, columns in instance.log if table == "sys_user_has_role"]
    assert grants == [given]


def test_deletions_are_sent(instance: PretendInstance) -> None:
    """A property that must be absent is removed."""
    report = run(stack(resource("property", "glide.x", _absent=True)), instance)
    assert statuses(report) == {"property.glide.x": Status.DONE}
    assert instance.tables["sys_properties"] == {}


def test_progress_is_told(instance: PretendInstance) -> None:
    """Whoever watches hears of every table read and every change done."""
    seen: list[Progress] = []
    about = context(watch=seen.append)
    desired = stack(resource("role", "z"))
    apply(make_plan(desired, instance, about), desired, instance, about)
    assert Progress(phase="writing", done=1, total=1, subject="role.z") in seen
    assert {each.phase for each in seen} == {"reading", "writing"}


def test_what_is_finished_side_by_side_is_counted_in_its_order() -> None:
    """A watcher that is slow with the first hears of the others afterwards."""
    seen: list[int] = []

    def watch(progress: Progress) -> None:
        time.sleep(0.05 if progress.done == 1 else 0)
        seen.append(progress.done)

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(context(watch=watch).counting("reading", 4), "abcd"))
    assert seen == [1, 2, 3, 4]


def interrupting(after: int) -> Callable[[Progress], None]:
    """A watcher that presses Ctrl-C after some changes."""

    def watch(progress: Progress) -> None:
        if progress.phase == "writing" and progress.done == after:
            raise KeyboardInterrupt

    return watch


def test_an_interrupt_lets_requests_in_flight_finish_and_tells_the_truth(instance: PretendInstance) -> None:
    """What was sent is done in the report, what was not begun is not attempted, and nothing is in between."""
    desired = stack(*(resource("role", f"r{number:02}") for number in range(20)))
    about = context(watch=interrupting(3))
    report = apply(make_plan(desired, instance, about), desired, instance, about)
    done = {address for address, status in statuses(report).items() if status is Status.DONE}
    held = {f"role.{row['name']}" for row in instance.tables["sys_user_role"].values()} - {"role.itil"}
    assert report.interrupted
    assert done == held
    assert Status.NOT_ATTEMPTED in statuses(report).values()


def test_observing_again_may_fail_without_hiding_what_was_done(instance: PretendInstance) -> None:
    """The report keeps the outcomes and says that the second look was refused."""
    desired = stack(resource("role", "z"))
    about = context()
    plan = make_plan(desired, instance, about)

    instance.closed = NotFoundError("closed", status=404)
    report = apply(plan, desired, instance, about)
    assert statuses(report) == {"role.z": Status.DONE}
    assert report.after is None
    assert [each.code for each in report.diagnostics] == ["SNC405"]


class FullDisk(PretendKeeper):
    """Secrets that nothing can be remembered of."""

    def intend(self, address: Address, column: str, sys_id: str) -> None:
        """No room."""
        raise OSError(28, "No space left on device", f"{address}/{column}/{sys_id}")


def test_a_secret_that_cannot_be_remembered_fails_its_own_change(instance: PretendInstance) -> None:
    """Nothing of that record is sent, and everything else is done."""
    desired = stack(resource("role", "z"), resource("user", "svc", password={"env": "P"}))
    report = run(desired, instance, FullDisk({"P": "hunter2"}))
    assert statuses(report) == {"role.z": Status.DONE, "user.svc": Status.FAILED}
    assert [table for _, table, _ in instance.log] == ["sys_user_role"]
    problem = next(each.problem for each in report.outcomes if each.status is Status.FAILED)
    assert problem is not None
    assert "user_password" in problem.detail
    assert "No space left on device" in problem.detail
