from collections.abc import Callable
from dataclasses import replace

import pytest

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Plan
from snowconf.report.page import Page
from snowconf.report.styled import cells, to_ansi, to_plain
from snowconf.report.terminal_plan import render_plan

Golden = Callable[[str, str], None]


FOLDER = "examples/finout"
SOURCES = {"finout.toml": [*["# nothing"] * 12, 'identity = "machine" # of course']}


def drawn(plan: Plan, width: int) -> str:
    """The report as plain text."""
    return to_plain(render_plan(plan, Page(width=width, folder=FOLDER, sources=SOURCES)))


@pytest.mark.parametrize("width", [100, 60, 40])
def test_plan_reads_as_agreed(plan: Plan, golden: Golden, width: int) -> None:
    """A plan with everything in it looks as the golden file says, at each width."""
    golden(f"plan-{width}.txt", drawn(plan, width))


@pytest.mark.parametrize("width", [100, 40])
def test_a_plan_of_an_owner_reads_as_agreed(plan_of_owner: Plan, golden: Golden, width: int) -> None:
    """What is adopted, forgotten and gone from the files looks as the golden file says, with why things differ."""
    golden(f"plan-of-owner-{width}.txt", drawn(plan_of_owner, width))


@pytest.mark.parametrize("width", [100, 60, 40])
def test_no_line_is_wider_than_the_terminal(plan: Plan, width: int) -> None:
    """Ordinary names fit on the page, down to forty columns."""
    assert [each for each in drawn(plan, width).splitlines() if cells(each) > width] == []


def test_a_terminal_narrower_than_forty_columns_is_taken_for_one_of_forty(plan: Plan) -> None:
    """Below forty columns the terminal wraps, and the layout does not fall apart."""
    assert drawn(plan, 40) == drawn(plan, 7)


def test_colour_adds_nothing_but_colour(plan: Plan) -> None:
    """Symbols carry the meaning: the coloured text without its SGR sequences is the plain text."""
    page = Page(width=100, folder=FOLDER, sources=SOURCES)
    coloured = to_ansi(render_plan(plan, page))
    for sgr in ("0", "1", "2", "31", "32", "33", "1;31", "1;33"):
        coloured = coloured.replace(f"\x1b[{sgr}m", "")
    assert to_plain(render_plan(plan, page)) == "".join(
        f"{each.rstrip()}\n" for each in coloured.split("\n")[:-1]
    )


def test_plan_that_does_nothing_says_so(quiet_plan: Plan) -> None:
    """No changes: one sentence with what was compared and from where."""
    expected = "No changes. The instance holds what examples/finout asks for (2 resources compared).\n"
    assert expected == drawn(quiet_plan, 100)


def test_plan_with_errors_and_nothing_else_claims_no_agreement(quiet_plan: Plan, problem: Diagnostic) -> None:
    """Where something could not be compared, the report does not say that nothing changed."""
    text = drawn(replace(quiet_plan, diagnostics=(problem,)), 100)
    assert text.splitlines()[-1] == "No plan. Nothing can be applied until the errors above are mended."


def test_plan_with_changes_and_errors_says_that_it_cannot_be_applied(plan: Plan, problem: Diagnostic) -> None:
    """The changes are shown all the same."""
    text = drawn(replace(plan, diagnostics=(problem,)), 200)
    assert text.splitlines()[-1].endswith(
        "8 requests to apply. Nothing can be applied until the errors above are mended."
    )


def test_warnings_alone_do_not_refuse(plan: Plan, problem: Diagnostic) -> None:
    """A warning is printed, and the plan can be applied."""
    text = drawn(replace(plan, diagnostics=(replace(problem, severity=Severity.WARNING),)), 200)
    assert text.splitlines()[-1].endswith("8 requests to apply.")
