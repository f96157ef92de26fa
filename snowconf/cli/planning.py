"""A plan from its making to the page: with what policies say of it, kept where that was asked for."""

from snowconf.cli.concluding import of_plan
from snowconf.cli.documenting import document_of
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.options import PlanOptions
from snowconf.cli.policing import review_plan
from snowconf.cli.reviewing import pin
from snowconf.cli.session import Session
from snowconf.cli.wiring import open_workspace
from snowconf.model.finding_json import review_document
from snowconf.report.page import stacked
from snowconf.report.terminal_plan import render_plan
from snowconf.report.terminal_policy import render_review


def show_plan(options: PlanOptions, session: Session) -> ExitCode:
    """Plan, ask the policies, keep the plan, show it all."""
    with open_workspace(options, session) as workspace:
        made = workspace.plan()
        review = review_plan(made, options, workspace)
        pinned = pin(made, options, workspace)
        document = document_of(made, workspace)
    lines = stacked([render_plan(made, session.page), render_review(review, session.page)])
    session.show((*lines, *pinned.lines), {**document, **review_document(review), **pinned.document})
    return of_plan(made, review, detailed=options.detailed_exitcode)
