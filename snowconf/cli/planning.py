"""A plan from its making to the page: with what policies say of it, kept and reported where that was asked for."""

from dataclasses import dataclass, replace

from snowconf.cli.concluding import of_plan
from snowconf.cli.documenting import document_of
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.foretelling import foretold
from snowconf.cli.options import PlanOptions
from snowconf.cli.picturing import pictures_of
from snowconf.cli.policing import review_plan
from snowconf.cli.publishing import check_places, home_of, publish, reporting
from snowconf.cli.reviewing import pin
from snowconf.cli.session import Session
from snowconf.cli.telling import begin_telling
from snowconf.cli.wiring import open_workspace
from snowconf.model.finding import Review
from snowconf.model.finding_json import review_document
from snowconf.model.plan import Plan
from snowconf.model.privilege import Privileges
from snowconf.report.events import plan_events, review_events
from snowconf.report.issues import Occasion, Subject, policy_sentence
from snowconf.report.page import stacked
from snowconf.report.terminal_plan import render_plan, summarise
from snowconf.report.terminal_policy import render_review


def show_plan(options: PlanOptions, session: Session) -> ExitCode:
    """Plan, ask the policies, keep the plan, show it all."""
    return show_plan_of(options, session).code


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A plan that was shown, what policies say of it, and what a command ends with that shows it."""

    plan: Plan
    review: Review | None
    code: ExitCode


def show_plan_of(options: PlanOptions, session: Session) -> Shown:
    """The same, for who goes on with it."""
    check_places(options, session, out=options.out, events=options.events)
    begin_telling(options.events, options.directory, session)
    with reporting(options, Occasion.PLAN, session):
        return _show(options, session)


def _show(options: PlanOptions, session: Session) -> Shown:
    with open_workspace(options, session) as workspace:
        made = foretold(workspace.plan(), workspace)
        review = review_plan(made, options, workspace)
        pinned = pin(made, options, workspace, is_denied=bool(review and review.is_denied))
        document = document_of(made, workspace)
        pictures = pictures_of(made, workspace) if options.html and options.with_access else ()
    session.tell(plan_events(made))
    session.tell(review_events(review))
    subject = _subject(made, review, pictures, session)
    publish(replace(subject, home=home_of(options.stack)), options, session)
    lines = stacked([render_plan(made, session.page), render_review(review, session.page)])
    session.show((*lines, *pinned.lines), {**document, **review_document(review), **pinned.document})
    code = of_plan(made, review, detailed=options.detailed_exitcode)
    return Shown(plan=made, review=review, code=code)


def _subject(
    plan: Plan, review: Review | None, pictures: tuple[Privileges, ...], session: Session
) -> Subject:
    said = [summarise(plan, folder=session.page.folder), *([policy_sentence(review)] if review else [])]
    return Subject(plan=plan, review=review, privileges=pictures, summary=" ".join(said))
