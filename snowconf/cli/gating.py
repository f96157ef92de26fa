"""The change request that a run is done under: asked before, told of the plan before and of the receipt after."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from snowconf.cli.wiring import LockedWorkspace, Workspace
from snowconf.engine.apply.consulting import Gate, moment_of
from snowconf.errors import InstanceError, SnowconfError
from snowconf.ledger.holder import this_process
from snowconf.model.change_control import ChangeRequest, ChangeSettings
from snowconf.model.change_failures import ChangeRefusedError, NoChangeError, NotNotedError
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.fingerprinting import checksum
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.plan import Action, Plan
from snowconf.model.receipt import Receipt
from snowconf.model.receipt_json import digest_of_receipt

# Requests that a change request takes besides the question whether it allows the run.
NOTES = 2
HOW = "Name one with --change CHG0030001, or in SNOWCONF_CHANGE."


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A change request that allows the run, as it was when it was asked."""

    gate: Gate
    request: ChangeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What is to be done under a permit, where one is needed; `takes_back` is the digest of a receipt."""

    permit: Permit | None
    plan: Plan
    takes_back: str = ""


@dataclass(slots=True, kw_only=True)
class Entry:
    """What the change request is told at the end, once; `about` says of what, and `receipt` is known late."""

    permit: Permit | None
    about: str
    workspace: LockedWorkspace
    receipt: Receipt | None = None
    noted: bool = False

    def conclude(self, report: ApplyReport) -> tuple[Diagnostic, ...]:
        """Note how it ended, in one request; what to say when that failed, or when the request allows it no more."""
        return self.end(_outcome(report, self.receipt))

    def end(self, how: str) -> tuple[Diagnostic, ...]:
        """The same in words. What was done is done."""
        self.noted = True
        if self.permit is None:
            return ()
        text = self.workspace.terminal.out.redact(f"{how} This was {self.about}.")
        try:
            after = self.permit.gate.note(self.permit.request, text)
        except NotNotedError as error:
            return (_unnoted(self.permit, error, text),)
        return _overrun(self.permit, after, self.workspace) if self.receipt else ()

    def break_off(self, error: BaseException) -> None:
        """Note that there will be no report; nobody is told when that fails."""
        match error:
            case SnowconfError():
                why = error.summary
            case KeyboardInterrupt():
                why = "interrupted"
            case _:
                why = type(error).__name__
        with suppress(InstanceError):
            self.end(f"snowconf broke off ({why}).{_kept(self.receipt)}")


def ask_permit(workspace: Workspace, *, taking_back: Receipt | None = None) -> Permit | None:
    """The change request that allows the run now, in one request; None where none is needed, and none named.

    Raises:
        ChangeRefusedError: none is named, or it does not allow it; nothing was written.
    """
    settings, number = workspace.control.change, (workspace.number or "").strip()
    if not number:
        if settings and settings.is_required:
            earlier = taking_back.change if taking_back else ""
            raise NoChangeError(
                f"Nothing is applied to {workspace.context.instance_name} without a change request, and none was named. "
                f"{HOW}{f' It was applied under {earlier}.' if earlier else ''} Nothing was written.",
                settings.origin,
            )
        return None
    gate = Gate(settings=settings or ChangeSettings(), instance=workspace.instance)
    request = gate.find(number)
    gate.pass_through(request, _now(workspace))
    return Permit(gate=gate, request=request)


def foretell_gate(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What an apply would be refused for, were it now; one request where a change request is named."""
    try:
        ask_permit(workspace)
    except ChangeRefusedError as error:
        said = error.detail.removesuffix(" Nothing was written.")
        return (
            Diagnostic(
                code=error.code,
                summary=error.summary,
                detail=f"{said} An apply would be refused now.",
                severity=Severity.WARNING,
                origin=error.origin,
            ),
        )
    return ()


@contextmanager
def noted(occasion: Occasion, workspace: LockedWorkspace) -> Iterator[Entry]:
    """Tell the change request of the plan before anything is written, in one request, and of the end whatever it is.

    Raises:
        ChangeRefusedError: it cannot be told, or does not allow the run any more; nothing else was written.
    """
    entry = Entry(permit=occasion.permit, about=f"the plan {checksum(occasion.plan)}", workspace=workspace)
    try:
        _announce(entry, occasion)
        yield entry
    except BaseException as error:
        workspace.books.interruptions.tidy_up()
        if not entry.noted:
            entry.break_off(error)
        raise


def _announce(entry: Entry, occasion: Occasion) -> None:
    """With the answer the instance tells the change request as it is now, and its own clock."""
    permit, workspace = entry.permit, entry.workspace
    if permit is None:
        return
    text = workspace.terminal.out.redact(_announcement(occasion, workspace))
    try:
        after = permit.gate.note(permit.request, text)
    except NotNotedError:
        entry.noted = True
        raise
    entry.permit = Permit(gate=permit.gate, request=after)
    try:
        permit.gate.pass_through(after, moment_of(after) or _now(workspace))
    except ChangeRefusedError as error:
        entry.end(f"snowconf wrote nothing: {error.detail}")
        raise


def _now(workspace: Workspace) -> datetime:
    """By the instance's clock, as far as it has told the time."""
    return workspace.instance.moment or datetime.now(UTC)


def _announcement(occasion: Occasion, workspace: Workspace) -> str:
    plan, holder = occasion.plan, this_process("apply", workspace.context.url)
    counts = [f"{plan.count(each)} to {each.value}" for each in Action if each is not Action.NO_OP]
    account = f" as {workspace.who}" if workspace.who else ""
    back = f" It takes back the receipt sha256:{occasion.takes_back}." if occasion.takes_back else ""
    return (
        f"snowconf begins to apply the stack '{plan.stack}' to {plan.instance} ({plan.url}): {', '.join(counts)}.{back} "
        f"Plan {checksum(plan)}. Run by {holder.who} on {holder.host}{account}."
    )


def _outcome(report: ApplyReport, receipt: Receipt | None) -> str:
    ends = [each.status for each in report.outcomes]
    counts = ", ".join(f"{ends.count(each)} {each.value}" for each in Status)
    back = " What was done was taken back." if report.undone else ""
    stopped = " It was interrupted." if report.interrupted else ""
    return f"snowconf has ended: {counts}.{stopped}{back}{_kept(receipt) if receipt else ' Nothing was written.'}"


def _kept(receipt: Receipt | None) -> str:
    return f" Receipt sha256:{digest_of_receipt(receipt)}." if receipt else " There is no receipt."


def _overrun(permit: Permit, after: ChangeRequest, workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Whatever changed in the middle stopped nothing: half an apply would be worse."""
    against = permit.gate.objections(after, moment_of(after) or _now(workspace))
    if not against:
        return ()
    said = (
        f"{after.number} allowed it when it began, and not to its end. {against} What was begun was finished."
    )
    return (
        Diagnostic(
            code="SNC706",
            summary="The change request ended first",
            detail=said,
            severity=Severity.WARNING,
            origin=permit.gate.settings.origin,
        ),
    )


def _unnoted(permit: Permit, error: NotNotedError, text: str) -> Diagnostic:
    return Diagnostic(
        code="SNC705",
        summary="End not noted in the change request",
        detail=f"{error.detail} What was done is done. Write this into {permit.request.number} by hand: {text}",
        severity=Severity.WARNING,
        origin=error.origin,
    )
