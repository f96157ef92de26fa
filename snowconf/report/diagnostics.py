"""A problem as text: what, where, the line itself, and what to do."""

from collections.abc import Iterable

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.report.page import Page, counted, indented, paragraph, stacked
from snowconf.report.quoting import quote
from snowconf.report.styled import Lines, Span, Style

STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}


def render_diagnostic(diagnostic: Diagnostic, page: Page, *, indent: int = 0) -> Lines:
    """`Error: summary [code]`, the place, the quoted line, the detail wrapped to the page."""
    word = diagnostic.severity.value.capitalize()
    style = STYLES[diagnostic.severity]
    title = paragraph(
        f"{word}: {diagnostic.summary} [{diagnostic.code}]", width=page.width, indent=indent, style=style
    )
    place = paragraph(_place(diagnostic), width=page.width, indent=indent + 2, style=Style.MUTED)
    quoted = tuple(indented(each, indent) for each in quote(diagnostic, page))
    detail = paragraph(diagnostic.detail, width=page.width, indent=indent + 2)
    return (*title, *(place if _place(diagnostic) else ()), *quoted, *detail)


def render_diagnostics(diagnostics: Iterable[Diagnostic], page: Page) -> Lines:
    """Each problem, an empty line between them."""
    return stacked(render_diagnostic(each, page) for each in diagnostics)


def tally(diagnostics: Iterable[Diagnostic]) -> Lines:
    """`2 errors, 1 warning.` on one line, or nothing."""
    severities = [each.severity for each in diagnostics]
    counts = [(severities.count(each), each) for each in Severity]
    words = ", ".join(counted(number, severity.value) for number, severity in counts if number)
    return ((Span(f"{words}."),),) if words else ()


def _place(diagnostic: Diagnostic) -> str:
    origin = diagnostic.origin
    what = f"in {diagnostic.address}" if diagnostic.address else ""
    if origin is not None and origin.gone:
        return f"{what} ({origin.place})".strip()
    return ", ".join(filter(None, (f"on {origin}" if origin else "", what)))
