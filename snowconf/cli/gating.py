"""The change request that a run is done under: asked before, told of the plan before and of the receipt after."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from snowconf.cli.wiring import Workspace
from snowconf.engine.consulting import Gate, moment_of
from snowconf.errors import InstanceError
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


@dataclass(slots=True, kw_only=True)
class Entry:
    """What the change request is told at the end; `text` is the last that it was to be told."""

    permit: Permit | None
    about: str
    noted: bool = False

    def conclude(self, report: ApplyReport, receipt: Receipt | None) -> tuple[Diagnostic, ...]:
        """Note how it ended, in one request; what to say when that failed. What was done is done."""
        return self.end(_outcome(report, receipt))

    def end(self, how: str) -> tuple[Diagnostic, ...]:
        """The same in words."""
        self.noted = True
        if self.permit is None:
            return ()
        text = f"{how} This was {self.about}."
        try:
            self.permit.gate.note(self.permit.request, text)
        except NotNotedError as error:
            return (_unnoted(self.permit, error, text),)
        return ()


def ask_permit(workspace: Workspace) -> Permit | None:
    """The change request that allows the run now, in one request; None where none is needed, and none named.

    Raises:
        ChangeRefusedError: none is named, or it does not allow it; nothing was written.
    """
    settings, number = workspace.control.change, (workspace.number or "").strip()
    if not number:
        if settings and settings.is_required:
            raise NoChangeError(
                f"Nothing is applied to {workspace.context.instance_name} without a change request, and none was named. "
                f"{HOW} Nothing was written.",
                settings.origin,
            )
        return None
    gate = Gate(settings=settings or ChangeSettings(), instance=workspace.instance)
    request = gate.find(number)
    gate.pass_through(request, workspace.instance.moment or datetime.now(UTC))
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
def noted(permit: Permit | None, plan: Plan, workspace: Workspace) -> Iterator[Entry]:
    """Tell the change request of the plan before anything is written, in one request, and of the end whatever it is.

    Raises:
        ChangeRefusedError: it cannot be told, or does not allow the run any more; nothing else was written.
    """
    entry = Entry(permit=_announced(permit, plan, workspace), about=f"the plan {checksum(plan)}")
    try:
        yield entry
    except BaseException as error:
        if not entry.noted:
            with suppress(InstanceError):
                entry.end(f"snowconf ended without a receipt ({type(error).__name__}).")
        raise


def _announced(permit: Permit | None, plan: Plan, workspace: Workspace) -> Permit | None:
    """With the answer the instance tells the change request as it is now, and its own clock."""
    if permit is None:
        return None
    after = permit.gate.note(permit.request, _announcement(plan, workspace))
    held = Permit(gate=permit.gate, request=after)
    try:
        permit.gate.pass_through(after, moment_of(after) or workspace.instance.moment or datetime.now(UTC))
    except ChangeRefusedError as error:
        Entry(permit=held, about=f"the plan {checksum(plan)}").end(f"snowconf wrote nothing: {error.detail}")
        raise
    return held


def _announcement(plan: Plan, workspace: Workspace) -> str:
    holder = this_process("apply", workspace.context.url)
    counts = [f"{plan.count(each)} to {each.value}" for each in Action if each is not Action.NO_OP]
    account = f" as {workspace.who}" if workspace.who else ""
    return (
        f"snowconf begins to apply the stack '{plan.stack}' to {plan.instance} ({plan.url}): {', '.join(counts)}. "
        f"Plan {checksum(plan)}. Run by {holder.who} on {holder.host}{account}."
    )


def _outcome(report: ApplyReport, receipt: Receipt | None) -> str:
    ends = [each.status for each in report.outcomes]
    counts = ", ".join(f"{ends.count(each)} {each.value}" for each in Status)
    kept = f" Receipt sha256:{digest_of_receipt(receipt)}." if receipt else " Nothing was written."
    back = " What was done was taken back." if report.undone else ""
    stopped = " It was interrupted." if report.interrupted else ""
    return f"snowconf has ended: {counts}.{stopped}{back}{kept}"


def _unnoted(permit: Permit, error: NotNotedError, text: str) -> Diagnostic:
    return Diagnostic(
        code="SNC705",
        summary="End not noted in the change request",
        detail=f"{error.detail} What was done is done. Write this into {permit.request.number} by hand: {text}",
        severity=Severity.WARNING,
        origin=error.origin,
    )
