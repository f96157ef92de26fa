from dataclasses import replace

import pytest

from snowconf.cli.concluding import of_apply
from snowconf.cli.exit_codes import ExitCode
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.outcome import ApplyReport, ColumnVerdict, Outcome, Status, Verdict
from snowconf.model.plan import Action, Change, Plan

CHANGE = Change(
    address=Address("role", "x"),
    action=Action.CREATE,
    table="sys_user_role",
    sys_id="0" * 32,
    origin=Origin("a.toml", 1),
)
PLAN = Plan(stack="s", instance="i", url="u", changes=(CHANGE,))
QUIET = replace(PLAN, changes=())
ERROR = Diagnostic(code="SNC404", summary="x", detail="y")
APPLIED = ColumnVerdict(table="t", column="c", verdict=Verdict.APPLIED)
DROPPED = ColumnVerdict(table="t", column="c", verdict=Verdict.DROPPED)


def report(*outcomes: tuple[Status, tuple[ColumnVerdict, ...]], after: Plan | None = QUIET) -> ApplyReport:
    """A report with these outcomes."""
    listed = tuple(Outcome(change=CHANGE, status=status, verdicts=verdicts) for status, verdicts in outcomes)
    return ApplyReport(plan=PLAN, outcomes=listed, after=after)


DONE = (Status.DONE, ())
FAILED = (Status.FAILED, ())
KEPT = (Status.NOT_ATTEMPTED, ())
UNKNOWN = (Status.UNKNOWN, ())


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (report(DONE, DONE), ExitCode.DONE),
        (report(), ExitCode.DONE),
        (report(DONE, after=None), ExitCode.DONE),
        (report((Status.DONE, (APPLIED,))), ExitCode.DONE),
        (report((Status.DONE, (DROPPED,))), ExitCode.IN_PART),
        (report(DONE, after=PLAN), ExitCode.IN_PART),
        (report(DONE, FAILED), ExitCode.IN_PART),
        (report(DONE, KEPT), ExitCode.IN_PART),
        (report((Status.FAILED, (APPLIED,)), KEPT), ExitCode.IN_PART),
        (report(FAILED, KEPT), ExitCode.FAILED),
        (report(DONE, FAILED, UNKNOWN), ExitCode.UNKNOWN),
        (replace(report(DONE, UNKNOWN), interrupted=True), ExitCode.INTERRUPTED),
        (replace(report(KEPT, after=None), diagnostics=(ERROR,)), ExitCode.FAILED),
        (replace(report(DONE, after=None), diagnostics=(ERROR,)), ExitCode.DONE),
    ],
)
def test_the_worst_that_happened_decides(ended: ApplyReport, code: ExitCode) -> None:
    """Interrupted, then an unknown outcome, then in part, then nothing at all."""
    assert of_apply(ended) is code
