"""The update set that takes what a run writes: chosen for the run, watched while it writes, put back after it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from snowconf.cli.session import Session
from snowconf.cli.wiring import LockedWorkspace, Workspace
from snowconf.engine.port import Instance
from snowconf.engine.travel.capturing import captured, left_out
from snowconf.engine.travel.choosing import Choice, Loan
from snowconf.engine.travel.tracing import Strays, Traced
from snowconf.errors import InstanceError, SnowconfError
from snowconf.model.change_control import CaptureSettings
from snowconf.model.change_failures import NotChosenError, UpdateSetError
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Plan
from snowconf.model.receipt import UpdateSetName
from snowconf.report.page import counted, paragraph

# How many are named before the rest is only counted.
NAMED = 12
# Who runs, the set, the preference twice, two writes of it, the first capture and all of them.
REQUESTS = 8


@dataclass(slots=True, kw_only=True)
class Capture:
    """A run whose writes land in the set, as far as there is one; `problems` are known when it is over."""

    traced: Traced | None = None
    update_set: UpdateSetName | None = None
    problems: list[Diagnostic] = field(default_factory=list)

    def through(self, instance: Instance) -> Instance:
        """The way that writes are to take."""
        if self.traced is None:
            return instance
        self.traced.instance = instance
        return self.traced


@contextmanager
def capturing(plan: Plan, workspace: LockedWorkspace) -> Iterator[Capture]:
    """Have what the plan writes land in the stack's update set, if any of it is captured; `REQUESTS` in all, and one more to make the set.

    Raises:
        UpdateSetError: the set cannot be used or not be chosen; no record of the stack was written.
    """
    settings = workspace.control.capture
    if settings is None or not captured(plan):
        yield Capture()
        return
    choice = Choice.of(settings, workspace.instance, plan.stack)
    chosen = choice.find_set(may_create=True)
    loan = _borrowed(choice, chosen, workspace)
    traced = Traced(instance=workspace.instance, asks=workspace.instance, chosen=chosen, since=loan.since)
    capture = Capture(traced=traced, update_set=UpdateSetName(name=settings.name, sys_id=chosen))
    try:
        yield capture
        capture.problems += _missed(traced, settings)
    finally:
        workspace.books.interruptions.tidy_up()
        capture.problems += _put_back(choice, loan)


def _borrowed(choice: Choice, chosen: str, workspace: LockedWorkspace) -> Loan:
    """Borrowed for certain, or not at all: who is interrupted in it, or gets no answer, may have it all the same."""
    try:
        return choice.borrow(chosen)
    except NotChosenError:
        raise
    except (InstanceError, KeyboardInterrupt):
        workspace.books.interruptions.tidy_up()
        with suppress(SnowconfError):
            if loan := choice.leftover():
                choice.give_back(loan)
        raise


def need_of_capture(plan: Plan, workspace: Workspace) -> int:
    """How many requests `capturing` sends."""
    return REQUESTS if workspace.control.capture and captured(plan) else 0


def put_back_leftover(workspace: LockedWorkspace, session: Session) -> None:
    """Put back what a run of this stack had chosen that died; two requests where none did, and then one to write.

    Raises:
        LockHeldError: the run lives.
    """
    settings = workspace.control.capture
    if settings is None:
        return
    choice = Choice.of(settings, workspace.instance, workspace.desired.stack)
    loan = choice.leftover()
    if loan is None:
        return
    if not workspace.books.is_locked:
        workspace.books.take()
    left = choice.give_back(loan)
    put_back = left or "The one before was put back."
    said = f"A run of this stack that died had chosen an update set for the account. {put_back}"
    session.terminal.err.show(paragraph(said, width=session.page.width))


def foretell_capture(plan: Plan, settings: CaptureSettings) -> tuple[Diagnostic, ...]:
    """What the set will not take; no request."""
    taken, outside = captured(plan), left_out(plan)
    if not outside:
        return ()
    named = [f"{address} ({', '.join(tables)})" for address, tables in outside.items()]
    rest = f", and {counted(len(named) - NAMED, 'more resource')}" if len(named) > NAMED else ""
    return (
        Diagnostic(
            code="SNC715",
            summary="Not captured",
            detail=f"The update set '{settings.name}' takes {len(taken)} of {counted(plan.write_count, 'write')}. Data and "
            f"private properties are captured by none: {', '.join(named[:NAMED])}{rest}. Apply the stack where they are "
            "needed as well.",
            severity=Severity.WARNING,
            origin=settings.origin,
        ),
    )


def foretell_set(plan: Plan, workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What an apply would be refused for; one request."""
    settings = workspace.control.capture
    if settings is None or not captured(plan):
        return ()
    choice = Choice(settings=settings, instance=workspace.instance, stack=plan.stack, user="")
    try:
        choice.find_set(may_create=False)
    except (UpdateSetError, InstanceError) as error:
        said = error.detail.removesuffix(" Nothing was written.")
        return (
            Diagnostic(
                code=error.code,
                summary=error.summary,
                detail=f"{said} An apply would be refused now.",
                severity=Severity.WARNING,
                origin=settings.origin,
            ),
        )
    return ()


def _put_back(choice: Choice, loan: Loan) -> Iterator[Diagnostic]:
    try:
        said = choice.give_back(loan)
    except SnowconfError as error:
        said = f"The one before this run could not be put back: {error.detail} The next apply of this stack tries it again."
    if said:
        yield Diagnostic(
            code="SNC714",
            summary="Update set not put back",
            detail=said,
            severity=Severity.WARNING,
            origin=choice.settings.origin,
        )


def _missed(traced: Traced, settings: CaptureSettings) -> Iterator[Diagnostic]:
    try:
        strays = traced.strays()
    except InstanceError as error:
        said = f"Whether '{settings.name}' took everything could not be seen: {error.detail}"
        yield _stray(said, settings, Severity.WARNING)
        return
    yield from _named(strays, settings)


def _named(strays: Strays, settings: CaptureSettings) -> Iterator[Diagnostic]:
    if strays.elsewhere:
        said = (
            f"{_listed(strays.elsewhere)} landed in another update set than '{settings.name}': another run with the same "
            "account has chosen one meanwhile, somebody has completed the set, or the record belongs to another application. "
            "Move the rows of sys_update_xml, and give each pipeline an account of its own."
        )
        yield _stray(said, settings, Severity.ERROR)
    if strays.nowhere:
        said = (
            f"{_listed(strays.nowhere)} did not land in '{settings.name}', nor in another update set, as far as the account "
            "sees: the write changed nothing, the table is not tracked there, or the account may not read sys_update_xml."
        )
        yield _stray(said, settings, Severity.WARNING)


def _stray(said: str, settings: CaptureSettings, severity: Severity) -> Diagnostic:
    summary = "Not in the update set"
    return Diagnostic(code="SNC713", summary=summary, detail=said, severity=severity, origin=settings.origin)


def _listed(names: tuple[str, ...]) -> str:
    rest = f" and {counted(len(names) - NAMED, 'more record')}" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{rest}"
