"""Which files were formatted, or would be, and how."""

from collections.abc import Iterator, Sequence

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.formatted import Formatted
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, stacked
from snowconf.report.styled import Line, Lines, Style, line

STYLES = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.MUTED}


def render_formatting(
    files: Sequence[Formatted], diagnostics: Sequence[Diagnostic], page: Page, *, written: bool
) -> Lines:
    """Each problem, a line and a diff for each file that differs, and how many there are; `written` says they are mended."""
    differing = [each for each in files if each.differs]
    verb = "Formatted" if written else "Would format"
    shown = tuple(row for each in differing for row in (line(f"{verb} {each.file}"), *_diff(each)))
    return stacked(
        [render_diagnostics(diagnostics, page), shown, _sum(files, len(diagnostics), written=written)]
    )


def _diff(formatted: Formatted) -> Iterator[Line]:
    for row in formatted.diff:
        yield line(f"  {row}", STYLES.get(row[:1], Style.PLAIN))


def _sum(files: Sequence[Formatted], wrong: int, *, written: bool) -> Lines:
    differing = sum(each.differs for each in files)
    kept = len(files) - differing
    parts = [
        f"{counted(differing, 'file')} {'formatted' if written else 'to format'}" if differing else "",
        f"{counted(kept, 'file')} in order" if kept else "",
        f"{counted(wrong, 'file')} left alone, for what is said above" if wrong else "",
    ]
    return (line(f"{', '.join(filter(None, parts))}."),)
