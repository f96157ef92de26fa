"""An apply from its plan to its report: shown, approved, held against today, done, looked at again."""

from dataclasses import replace

from snowconf.cli.approving import approve, needs_approval
from snowconf.cli.carrying import Task, proceed, rationed
from snowconf.cli.concluding import of_apply, unstarted
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.foretelling import with_left_out
from snowconf.cli.gating import Permit, ask_permit
from snowconf.cli.options import ApplyOptions
from snowconf.cli.picking import put_back_leftover
from snowconf.cli.policing import pass_policies
from snowconf.cli.refusals import MisusedError, UnusableFileError
from snowconf.cli.reviewing import Asking, check_checksum, read, review_of
from snowconf.cli.session import Session, diagnostic_of
from snowconf.cli.telling import begin_telling
from snowconf.cli.wiring import LockedWorkspace, approach_workspace
from snowconf.engine.apply.confirming import Confirmed, Reviewed, reviewed
from snowconf.model.address import Address
from snowconf.model.finding import Review
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan import Plan
from snowconf.model.plan_json import apply_document
from snowconf.report.events import apply_events, plan_events
from snowconf.report.styled import BLANK
from snowconf.report.terminal_apply import render_apply
from snowconf.report.terminal_plan import render_plan


def conduct(options: ApplyOptions, session: Session) -> ExitCode:
    """Show the plan, get a yes, carry it out, and show what became of it. A saved plan has had its yes.

    Raises:
        NotApprovedError: nobody said yes; nothing was sent.
        PolicyDeniedError: the policies say no.
        ChangeRefusedError: no change request allows it; nothing was written.
        PlanFileError: a saved plan, or a checksum, does not fit what is here.
    """
    begin_telling(options.events, options.directory, session)
    with approach_workspace(options, session, command="apply") as way:
        if options.plan_file:
            way.books.take()
            workspace = way.open()
            put_back_leftover(workspace, session)
            report = _apply_saved(options, session, workspace)
        else:
            workspace, made = way.plan()
            put_back_leftover(workspace, session)
            report = _apply(made, options, session, workspace)
    return conclude(workspace.ended(report), session)


def draw(plan: Plan, session: Session) -> None:
    """The plan, for whoever reads it before the report."""
    session.tell(plan_events(plan))
    if not session.json:
        session.show(render_plan(plan, session.page))


def conclude(report: ApplyReport, session: Session) -> ExitCode:
    """The report, unless the plan above it says it all. That it cannot be printed changes nothing of what was done."""
    lines = (BLANK, *render_apply(report, session.page)) if report.outcomes else ()
    session.tell(apply_events(report, told=session.told))
    try:
        session.show(lines, apply_document(report))
    except OSError as error:
        why = f"The report could not be printed ({error.strerror}). The exit code says what became of it all the same."
        session.complain(diagnostic_of(UnusableFileError(why)))
    return of_apply(report)


def _apply(made: Plan, options: ApplyOptions, session: Session, workspace: LockedWorkspace) -> ApplyReport:
    if options.checksum:
        check_checksum(made, options.checksum)
    draw(with_left_out(made, workspace), session)
    review = pass_policies(made, options, session, workspace)
    if not needs_approval(made):
        return workspace.note(made)
    permit = ask_permit(workspace)
    approve(made, options, session)
    asking = _asking(reviewed(made), workspace.context.rewrite_secrets, options, workspace)
    # Whoever was asked has had time to think, and others to write.
    confirmed = Confirmed(plan=made) if options.auto_approve else asking.confirmed()
    return proceed(_task(confirmed, asking, options, (review, permit)), workspace)


def _apply_saved(options: ApplyOptions, session: Session, workspace: LockedWorkspace) -> ApplyReport:
    assert options.plan_file is not None, options
    if options.target or options.rewritten or options.checksum or options.without_elevated:
        raise MisusedError(
            f"{options.plan_file} is a saved plan, and says itself what is to be done. Leave out --target, "
            "--rewrite-secrets, --checksum and --without-elevated."
        )
    saved = read(options.plan_file, workspace)
    asking = replace(_asking(review_of(saved), saved.rewritten, options, workspace), today=True)
    confirmed = asking.confirmed()
    draw(with_left_out(confirmed.plan, workspace), session)
    # What policies said when the plan was saved is no word on what they say today.
    review = pass_policies(confirmed.plan, options, session, workspace)
    if not confirmed.plan.pending:
        return unstarted(confirmed.plan)
    return proceed(_task(confirmed, asking, options, (review, ask_permit(workspace))), workspace)


def _asking(
    review: Reviewed, rewritten: frozenset[Address], options: ApplyOptions, workspace: LockedWorkspace
) -> Asking:
    instance = rationed(options.max_requests, workspace)
    return Asking(review=review, rewritten=rewritten, workspace=workspace, instance=instance)


def _task(
    confirmed: Confirmed, asking: Asking, options: ApplyOptions, passed: tuple[Review | None, Permit | None]
) -> Task:
    """`passed` is what let the plan through: policies, and a change request."""
    review, permit = passed
    return Task(
        permit=permit,
        waived=review.waived if review else (),
        confirmed=confirmed,
        replan=asking.replan,
        undo_on_failure=options.undo_on_failure,
        most_requests=options.max_requests,
    )
