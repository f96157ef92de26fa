from collections.abc import Callable

import pytest

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.outcome import ApplyReport, ColumnVerdict, Outcome, Status, Verdict
from snowconf.model.plan import Plan
from snowconf.report.page import Page
from snowconf.report.styled import cells, to_plain
from snowconf.report.terminal_apply import render_apply

Golden = Callable[[str, str], None]


def drawn(report: ApplyReport, width: int = 100) -> str:
    """The report as plain text."""
    return to_plain(render_apply(report, Page(width=width, folder="examples/finout")))


@pytest.mark.parametrize("width", [100, 40])
def test_apply_reads_as_agreed(apply_report: ApplyReport, golden: Golden, width: int) -> None:
    """Outcomes, what was not held as sent, what still differs and the counts, as the golden file says."""
    golden(f"apply-{width}.txt", drawn(apply_report, width))


@pytest.mark.parametrize("width", [100, 40])
def test_no_line_is_wider_than_the_terminal(apply_report: ApplyReport, width: int) -> None:
    """Ordinary names fit on the page."""
    assert [each for each in drawn(apply_report, width).splitlines() if cells(each) > width] == []


def test_a_good_apply_is_short(plan: Plan, quiet_plan: Plan) -> None:
    """Done, observed again, and how many requests that took."""
    done = Outcome(change=plan.changes[0], status=Status.DONE)
    report = ApplyReport(plan=plan, outcomes=(done,), requests={"POST": 1}, after=quiet_plan)
    assert drawn(report) == (
        "Done (1)\n  + role.finout_reader\n\nObserved again: nothing differs.\n\n"
        "Applied: 1 done, 0 failed, 0 not attempted, 0 outcome unknown. 1 request (1 POST).\n"
    )


def test_an_apply_that_could_not_look_again_says_so(plan: Plan) -> None:
    """After writes that nobody could verify, the report claims nothing."""
    done = Outcome(change=plan.changes[0], status=Status.DONE)
    assert "The instance was not observed again." in drawn(ApplyReport(plan=plan, outcomes=(done,)))


def test_an_apply_that_was_stopped_before_its_first_write_says_so(plan: Plan, problem: Diagnostic) -> None:
    """What stopped it is shown, and that nothing was written."""
    kept = Outcome(change=plan.changes[0], status=Status.NOT_ATTEMPTED)
    text = drawn(ApplyReport(plan=plan, outcomes=(kept,), diagnostics=(problem,)))
    assert ("Nothing was written." in text, "[SNC404]" in text) == (True, True)


def test_an_apply_without_counts_claims_none(plan: Plan, quiet_plan: Plan) -> None:
    """No requests are made up."""
    report = ApplyReport(plan=plan, outcomes=(), after=quiet_plan)
    assert drawn(report).endswith("Applied: 0 done, 0 failed, 0 not attempted, 0 outcome unknown.\n")


def test_what_looks_like_a_secret_is_not_said_to_be_held(plan: Plan, quiet_plan: Plan) -> None:
    """That the instance took it otherwise is said, and neither what was sent nor what it holds."""
    verdict = ColumnVerdict(
        table="sys_properties",
        column="value",
        verdict=Verdict.COERCED,
        sent="s3cret",
        held="s3cr",
        sensitive=True,
    )
    done = Outcome(change=plan.changes[0], status=Status.DONE, verdicts=(verdict,))
    text = drawn(ApplyReport(plan=plan, outcomes=(done,), after=quiet_plan))
    assert "sys_properties.value  coerced  sent (sensitive)  holds something else (sensitive)" in text
    assert "s3cr" not in text
