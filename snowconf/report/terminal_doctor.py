"""A checkup as a person reads it: one line a check, its state in a word, and a sentence at the end."""

from snowconf.model.checkup import Check, Checkup, State
from snowconf.report.page import Page, counted, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style

STYLES = {
    State.GOOD: Style.ADDED,
    State.WARNED: Style.WARNING,
    State.BAD: Style.ERROR,
    State.SKIPPED: Style.MUTED,
}
STATE_WIDTH = 9
NAME_WIDTH = 16


def render_checkup(checkup: Checkup, page: Page) -> Lines:
    """State, name and what was seen, which hangs beside them."""
    rows = tuple(each for check in checkup.checks for each in _row(check, page))
    said = paragraph(_summary(checkup, page), width=page.width, style=Style.STRONG)
    return stacked([rows, said])


def _row(check: Check, page: Page) -> Lines:
    hang = STATE_WIDTH + NAME_WIDTH
    code = f" [{check.code}]" if check.code else ""
    first, *rest = paragraph(check.said + code, width=max(page.width, hang + 30), indent=hang)
    head: Line = (
        Span(f"{check.state.value:<{STATE_WIDTH}}", STYLES[check.state]),
        Span(f"{check.name:<{NAME_WIDTH}}", Style.STRONG),
        # Without the indent, in place of which state and name stand.
        *first[1:],
    )
    return (head, *rest)


def _summary(checkup: Checkup, page: Page) -> str:
    where = f"{checkup.instance} ({checkup.url})" if checkup.instance else "no instance"
    parts = [f"{counted(checkup.count(State.BAD), 'check')} failed"] if checkup.count(State.BAD) else []
    parts += [counted(checkup.count(State.WARNED), "warning")] if checkup.count(State.WARNED) else []
    verdict = ", ".join(parts) or "all is well"
    return f"{page.folder} on {where}: {verdict}."
