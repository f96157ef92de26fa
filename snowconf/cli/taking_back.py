"""Receipts on the command line: listed, shown, and taken back."""

from typing import Any

from snowconf.cli.approving import approve, needs_approval
from snowconf.cli.carrying import Task, proceed, rationed
from snowconf.cli.concluding import of_diagnostics, unstarted
from snowconf.cli.conducting import conclude, draw
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.filing import find_receipt, read_receipts
from snowconf.cli.foretelling import with_left_out
from snowconf.cli.gating import ask_permit
from snowconf.cli.picking import put_back_leftover
from snowconf.cli.policing import pass_return
from snowconf.cli.receipt_options import ReceiptOptions, ReceiptsOptions, UndoOptions
from snowconf.cli.refusals import ForeignReceiptError
from snowconf.cli.session import Session
from snowconf.cli.wiring import LockedWorkspace, Workspace, lock_workspace
from snowconf.engine.apply.applying import Replan
from snowconf.engine.apply.confirming import Confirmed, confirm, reviewed
from snowconf.engine.apply.undoing import CONFLICT, make_undo_plan
from snowconf.engine.plan.weighing import weigh_return
from snowconf.engine.port import Instance
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan import Plan
from snowconf.model.receipt import Receipt
from snowconf.model.receipt_json import digest_of_receipt, receipt_document
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import paragraph, stacked
from snowconf.report.styled import Lines
from snowconf.report.terminal_receipt import render_receipt, render_receipts


def take_back(options: UndoOptions, session: Session) -> ExitCode:
    """Show the plan that goes back, get a yes, carry it out, and show what became of it.

    Raises:
        NoReceiptError: there is no such receipt.
        ForeignReceiptError: it is of another stack or instance.
        NotApprovedError: nobody said yes; nothing was sent.
        PolicyDeniedError: the policies say no.
        ChangeRefusedError: no change request allows it; nothing was written.
    """
    with lock_workspace(options, session, command="undo") as workspace:
        _, receipt = find_receipt(options.receipt, options.stack)
        _check_place(receipt, workspace)
        put_back_leftover(workspace, session)
        report = _taken_back(receipt, options, session, workspace)
    code = conclude(workspace.ended(report), session)
    conflicts = any(each.code == CONFLICT for each in report.plan.diagnostics)
    return ExitCode.IN_PART if conflicts and code is ExitCode.DONE else code


def list_receipts(options: ReceiptsOptions, session: Session) -> ExitCode:
    """All that can be read; the others are complained of."""
    filed = read_receipts(options.stack)
    sound = [(each.path.stem, each.receipt) for each in filed if each.receipt]
    document: dict[str, Any] = {"receipts": [{"name": name, **_brief(receipt)} for name, receipt in sound]}
    session.show(render_receipts(sound, session.page), document)
    problems = [each.problem for each in filed if each.problem]
    session.terminal.err.show(render_diagnostics(problems, session.page))
    return of_diagnostics(problems)


def show_receipt(options: ReceiptOptions, session: Session) -> ExitCode:
    """One receipt with every write."""
    _, receipt = find_receipt(options.receipt, options.stack)
    session.show(render_receipt(receipt, session.page), receipt_document(receipt))
    return ExitCode.DONE


def _taken_back(
    receipt: Receipt, options: UndoOptions, session: Session, workspace: LockedWorkspace
) -> ApplyReport:
    instance = rationed(options.max_requests, workspace)
    replan = _replan(receipt, instance)
    with workspace.watched() as context:
        made = weigh_return(replan(context), instance, context)
    if not made.pending:
        session.show(_nothing(made, session))
        return unstarted(made)
    draw(with_left_out(made, workspace), session)
    review = pass_return(made, options, session, workspace)
    if not needs_approval(made):
        return unstarted(made)
    permit = ask_permit(workspace, taking_back=receipt)
    approve(made, options, session)
    task = Task(
        permit=permit,
        waived=review.waived if review else (),
        confirmed=_confirmed(made, replan, options, workspace),
        replan=replan,
        most_requests=options.max_requests,
        takes_back=digest_of_receipt(receipt),
    )
    return proceed(task, workspace)


def _nothing(made: Plan, session: Session) -> Lines:
    """Where nothing goes back: what stands in the way, or that it has been taken back already."""
    if session.json:
        return ()
    said = "Nothing to take back: the instance holds nothing more of what this apply wrote."
    about = render_diagnostics(made.diagnostics, session.page)
    return stacked([about, paragraph(said, width=session.page.width)])


def _replan(receipt: Receipt, instance: Instance) -> Replan:
    return lambda context: make_undo_plan(receipt, instance, context)


def _confirmed(made: Plan, replan: Replan, options: UndoOptions, workspace: Workspace) -> Confirmed:
    """Whoever was asked has had time to think, and others to write."""
    if options.auto_approve:
        return Confirmed(plan=made)
    with workspace.watched() as context:
        return confirm(reviewed(made), replan(context))


def _check_place(receipt: Receipt, workspace: Workspace) -> None:
    context = workspace.context
    parts = (("stack", receipt.stack, workspace.desired.stack), ("url", receipt.url, context.url))
    for what, made_for, here in (*parts, ("instance", receipt.instance, context.instance_name)):
        if made_for != here:
            raise ForeignReceiptError(
                f"The receipt is of an apply for the {what} '{made_for}', and this is '{here}'. Nothing was changed. Choose "
                "what it was for (--directory, --instance)."
            )


def _brief(receipt: Receipt) -> dict[str, Any]:
    whole = receipt_document(receipt)
    return {name: value for name, value in whole.items() if name != "steps"}
