"""What an apply did, as a person reads it: first what went wrong, then what the instance did not take, then the counts."""

from collections.abc import Iterable

from snowconf.model.outcome import ApplyReport, ColumnVerdict, Outcome, Status, Verdict
from snowconf.model.plan import Plan
from snowconf.report.diagnostics import render_diagnostic, render_diagnostics
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Lines, Span, Style, line
from snowconf.report.values import fitted_pair

INDENT = 6
TITLES = {
    Status.DONE: ("Done", Style.ADDED),
    Status.FAILED: ("Failed", Style.ERROR),
    Status.NOT_ATTEMPTED: ("Not attempted", Style.WARNING),
    Status.UNKNOWN: ("Outcome unknown", Style.ERROR),
}


def render_apply(report: ApplyReport, page: Page) -> Lines:
    """Outcomes by how they ended, columns not held as sent, what still differs, and the summary line last."""
    return stacked(
        [
            *(_group(status, report, page) for status in Status),
            _mismatches(report.outcomes, page),
            _noticed(report.outcomes, page),
            render_diagnostics(report.diagnostics, page),
            _after(report, page) if report.undone is None else (),
            _interrupted(report, page),
            paragraph(summarise_apply(report), width=page.width, style=Style.STRONG),
            _undone(report.undone, page),
        ]
    )


def summarise_apply(report: ApplyReport) -> str:
    """The counts of outcomes and of requests."""
    counts = ", ".join(f"{_count(report, status)} {status.value}" for status in Status)
    if not report.requests:
        return f"Applied: {counts}."
    total = counted(sum(report.requests.values()), "request")
    methods = ", ".join(f"{number} {method}" for method, number in sorted(report.requests.items()))
    return f"Applied: {counts}. {total} ({methods})."


def _count(report: ApplyReport, status: Status) -> int:
    return sum(each.status is status for each in report.outcomes)


def _group(status: Status, report: ApplyReport, page: Page) -> Lines:
    outcomes = [each for each in report.outcomes if each.status is status]
    if not outcomes:
        return ()
    title, style = TITLES[status]
    heading = line(f"{title} ({len(outcomes)})", style)
    if status is Status.DONE:
        names = [line(f"{each.change.action.glyph} {each.change.address}") for each in outcomes]
        return (heading, *flow(names, width=page.width, indent=2, hang=0))
    return (heading, *(each for outcome in outcomes for each in _trouble(outcome, page)))


def _trouble(outcome: Outcome, page: Page) -> Lines:
    change = outcome.change
    head = [
        line(f"{change.action.glyph} {change.address}", Style.STRONG),
        line(f"({change.origin.place})", Style.MUTED),
    ]
    problem = render_diagnostic(outcome.problem, page, indent=INDENT) if outcome.problem else ()
    return (*flow(head, width=page.width, indent=2), *problem)


def _undone(undone: ApplyReport | None, page: Page) -> Lines:
    """How the run was taken back: what was done, and below it what came of that."""
    if undone is None:
        return ()
    said = paragraph("Some of it failed, so this run was taken back:", width=page.width, style=Style.WARNING)
    about = render_diagnostics(undone.plan.diagnostics, page)
    if not undone.outcomes:
        nothing = paragraph("There was nothing to take back.", width=page.width)
        return stacked([said, about, nothing])
    return stacked([said, about, render_apply(undone, page)])


def _noticed(outcomes: Iterable[Outcome], page: Page) -> Lines:
    blocks = [
        (
            line(f"  {outcome.change.address}", Style.STRONG),
            *(each for note in outcome.notes for each in paragraph(note, width=page.width, indent=INDENT)),
        )
        for outcome in outcomes
        if outcome.notes
    ]
    if not blocks:
        return ()
    return (line("Noticed", Style.WARNING), *(each for block in blocks for each in block))


def _mismatches(outcomes: Iterable[Outcome], page: Page) -> Lines:
    blocks = [
        (line(f"  {outcome.change.address}", Style.STRONG), *_verdicts(outcome, page))
        for outcome in outcomes
        if outcome.mismatches
    ]
    if not blocks:
        return ()
    return (line("Not held as sent", Style.WARNING), *(each for block in blocks for each in block))


def _verdicts(outcome: Outcome, page: Page) -> Lines:
    return tuple(each for verdict in outcome.mismatches for each in _verdict(verdict, page))


def _verdict(verdict: ColumnVerdict, page: Page) -> Lines:
    sent, held = _both(verdict, page.width - INDENT - 10)
    kept = "could not be read back" if verdict.verdict is Verdict.UNREADABLE else f"holds {held}"
    pieces = [
        line(f"{verdict.table}.{verdict.column}"),
        line(verdict.verdict.value, Style.WARNING),
        (Span("sent "), Span(sent)),
        line(kept),
    ]
    return flow(pieces, width=page.width, indent=INDENT)


def _both(verdict: ColumnVerdict, room: int) -> tuple[str, str]:
    if verdict.sensitive:
        return "(sensitive)", "something else (sensitive)"
    return fitted_pair(verdict.sent, verdict.held, room)


def _after(report: ApplyReport, page: Page) -> Lines:
    if report.after is None:
        was_written = any(each.status is not Status.NOT_ATTEMPTED for each in report.outcomes)
        text = "The instance was not observed again." if was_written else "Nothing was written."
        return paragraph(text, width=page.width, style=Style.WARNING)
    return stacked([render_diagnostics(report.after.diagnostics, page), _left(report.after, page)])


def _left(after: Plan, page: Page) -> Lines:
    if not after.pending:
        return paragraph("Observed again: nothing differs.", width=page.width)
    heading = f"Observed again: {counted(len(after.pending), 'resource')} not as asked for"
    names = [line(f"{each.action.glyph} {each.address}") for each in after.pending]
    said = paragraph(heading, width=page.width, style=Style.WARNING)
    return (*said, *flow(names, width=page.width, indent=2, hang=0))


def _interrupted(report: ApplyReport, page: Page) -> Lines:
    if not report.interrupted:
        return ()
    is_cut_short = any(each.status is not Status.DONE for each in report.outcomes)
    rest = (
        "requests under way were finished, the rest was not attempted"
        if is_cut_short
        else "all had been done"
    )
    return paragraph(f"Interrupted: {rest}.", width=page.width, style=Style.WARNING)
