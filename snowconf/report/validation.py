"""What checking the files found, or one line when they are in order."""

from collections.abc import Sequence

from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.report.diagnostics import render_diagnostics, tally
from snowconf.report.page import Page, counted, paragraph, stacked
from snowconf.report.styled import Lines, Style


def render_validation(diagnostics: Sequence[Diagnostic], page: Page, *, resources: int, files: int) -> Lines:
    """Every problem, how many there are, and `Valid: 12 resources in 2 files.` when none is an error."""
    valid = f"Valid: {counted(resources, 'resource')} in {counted(files, 'file')}."
    verdict = () if has_errors(diagnostics) else paragraph(valid, width=page.width, style=Style.STRONG)
    return stacked([render_diagnostics(diagnostics, page), tally(diagnostics), verdict])
