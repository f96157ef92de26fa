"""An apply from its plan to its report: shown, approved, done, looked at again."""

from snowconf.cli.approving import approve, needs_approval
from snowconf.cli.concluding import of_apply, unstarted
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.options import ApplyOptions
from snowconf.cli.session import Session
from snowconf.cli.wiring import open_workspace
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan_json import apply_document
from snowconf.report.styled import BLANK
from snowconf.report.terminal_apply import render_apply
from snowconf.report.terminal_plan import render_plan


def conduct(options: ApplyOptions, session: Session) -> ExitCode:
    """Show the plan, get a yes, carry it out, and show what became of it.

    Raises:
        NotApprovedError: nobody said yes; nothing was sent.
    """
    with open_workspace(options, session) as workspace:
        made = workspace.plan()
        if not session.json:
            session.show(render_plan(made, session.page))
        if not needs_approval(made):
            return _conclude(unstarted(made), session, shown=True)
        approve(made, options, session)
        report = workspace.apply(made)
    return _conclude(report, session, shown=False)


def _conclude(report: ApplyReport, session: Session, *, shown: bool) -> ExitCode:
    """The report, unless the plan above says it all."""
    lines = () if shown else (BLANK, *render_apply(report, session.page))
    session.show(lines, apply_document(report))
    return of_apply(report)
