"""Carrying out what was approved: counted, taken back where that was asked for, and never without a receipt."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from snowconf import __version__
from snowconf.cli.filing import keep_receipt
from snowconf.cli.gating import NOTES, Occasion, Permit, noted
from snowconf.cli.picking import Capture, capturing, need_of_capture
from snowconf.cli.refusals import UnusableFileError
from snowconf.cli.wiring import LockedWorkspace, Workspace
from snowconf.engine.apply.applying import Replan, carry_out
from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.apply.receipting import Circumstances, receipt_of
from snowconf.engine.apply.retreating import has_failed, retreat
from snowconf.engine.budgeting import Rationed, check_need
from snowconf.engine.context import Context
from snowconf.engine.port import Instance
from snowconf.ledger.holder import this_process
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Finding
from snowconf.model.finding_json import waived_of
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan import Plan
from snowconf.model.receipt import Receipt
from snowconf.model.receipt_json import digest_of_receipt, with_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done. `replan` tells afterwards what is left; `takes_back` is the digest of a receipt to undo.

    `waived` is what policies found and somebody has taken. `permit` is the change request that it is done under.
    """

    confirmed: Confirmed
    replan: Replan
    undo_on_failure: bool = False
    most_requests: int | None = None
    takes_back: str = ""
    waived: tuple[Finding, ...] = ()
    permit: Permit | None = None


def proceed(task: Task, workspace: LockedWorkspace) -> ApplyReport:
    """Do it. Whatever happens to the changes, the report says it, and a receipt is kept of each half.

    Raises:
        RequestsSpentError: more requests would be needed than may be sent; nothing was written.
        ChangeRefusedError: the change request does not take note of it; nothing was written.
        UpdateSetError: the update set cannot take it; no record of the stack was written.
    """
    plan = task.confirmed.plan
    _check_budget(task, workspace)
    with noted(Occasion(permit=task.permit, plan=plan, takes_back=task.takes_back), workspace) as entry:
        with workspace.watched() as context, capturing(plan, workspace) as capture:
            run = _Run(task=task, workspace=workspace, capture=capture)
            report, entry.receipt = _carried(run, context)
        report = workspace.keep(_saying(report, *capture.problems))
        report = _saying(report, *entry.conclude(report))
    return _counted(report, workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    task: Task
    workspace: LockedWorkspace
    capture: Capture


def _carried(run: _Run, context: Context) -> tuple[ApplyReport, Receipt | None]:
    """What was done, or taken back again, and the receipt of it; none where nothing was begun."""
    task, workspace = run.task, run.workspace
    instance = run.capture.through(rationed(task.most_requests, workspace))
    started = instant()
    report = carry_out(task.confirmed, task.replan, instance, context)
    interruptions = workspace.books.interruptions
    interruptions.tidy_up()
    if not report.attempted:
        return report, None
    receipt = _receipt(report, run, context, started, task.takes_back)
    receipt = replace(receipt, waived=waived_of(task.waived))
    report = _with_receipt(report, receipt, workspace)
    if task.undo_on_failure and has_failed(report) and not interruptions.came:
        interruptions.work_on()
        report = _retreated(report, receipt, run, context)
    return report, receipt


def _saying(report: ApplyReport, *more: Diagnostic) -> ApplyReport:
    return replace(report, diagnostics=(*report.diagnostics, *more))


def rationed(most: int | None, workspace: Workspace) -> Instance:
    """The instance, with a bound where there is one."""
    if most is None:
        return workspace.instance
    return Rationed(instance=workspace.instance, spent=lambda: spent(workspace), most=most)


def spent(workspace: Workspace) -> int:
    """Every request since the workspace was opened."""
    return sum(workspace.instance.counts.values())


def now() -> str:
    """UTC, as the platform writes it."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def instant() -> str:
    """The same with milliseconds: receipts are told apart and put in order by it."""
    moment = datetime.now(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"


def _check_budget(task: Task, workspace: Workspace) -> None:
    if task.most_requests is not None:
        more = need_of_capture(task.confirmed.plan, workspace) + (NOTES if task.permit else 0)
        check_need(_need(task.confirmed.plan) + more, spent(workspace), task.most_requests)


def _need(plan: Plan) -> int:
    """Each write, and one list for each table to look again."""
    tables = {write.table for change in plan.pending for write in change.writes}
    return plan.write_count + len(tables)


def _counted(report: ApplyReport, workspace: Workspace) -> ApplyReport:
    return replace(report, requests=workspace.instance.counts)


def _retreated(report: ApplyReport, receipt: Receipt, run: _Run, context: Context) -> ApplyReport:
    """Taken back, with a receipt of that too; no bound holds for it: half an apply helps nobody."""
    workspace = run.workspace
    started = instant()
    after = retreat(report, receipt, workspace.instance, context)
    workspace.books.interruptions.tidy_up()
    if after.undone is None or not after.undone.attempted:
        return after
    about = replace(context, ledger=report.ledger)
    back = _receipt(after.undone, run, about, started, digest_of_receipt(receipt))
    undone = _with_receipt(after.undone, back, workspace)
    return replace(after, undone=undone, ledger=undone.ledger)


def _receipt(report: ApplyReport, run: _Run, context: Context, started: str, takes_back: str) -> Receipt:
    workspace, permit = run.workspace, run.task.permit
    holder = this_process("apply", workspace.context.url)
    return receipt_of(
        _counted(report, workspace),
        context,
        Circumstances(
            started=started,
            ended=instant(),
            runner=holder.who,
            host=holder.host,
            who=workspace.who,
            version=__version__,
            takes_back=takes_back,
            change=permit.request.number if permit else "",
            update_set=run.capture.update_set,
        ),
    )


def _with_receipt(report: ApplyReport, receipt: Receipt, workspace: Workspace) -> ApplyReport:
    """Kept in a file and, in short, in the ledger. What was done is done: that it cannot be kept is only said."""
    ledger = with_receipt(report.ledger, receipt) if report.ledger else None
    report = replace(report, ledger=ledger)
    try:
        keep_receipt(receipt, workspace.folder)
    except (OSError, UnusableFileError) as error:
        return replace(report, diagnostics=(*report.diagnostics, _not_kept(error)))
    return report


def _not_kept(error: OSError | UnusableFileError) -> Diagnostic:
    why = error.detail if isinstance(error, UnusableFileError) else f"The system says: {error.strerror}."
    return Diagnostic(
        code="SNC267",
        summary="No receipt kept",
        detail=f"What was done is as the report says, and its receipt could not be written, so 'snowconf undo' cannot take "
        f"it back. {why}",
        severity=Severity.WARNING,
    )
