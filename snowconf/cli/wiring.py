"""Where the parts meet: files become desired state, a URL becomes an instance, and the engine is given both."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from snowconf.cli.approving import needs_approval
from snowconf.cli.concluding import unstarted
from snowconf.cli.ledgers import Books, Place, opened, place_of
from snowconf.cli.options import AimedOptions, ReadingOptions
from snowconf.cli.progress import waiting, watching
from snowconf.cli.reading import Stack, read_stack
from snowconf.cli.refusals import InvalidStackError, UnknownAddressError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.terminal import Terminal
from snowconf.config.secrets import Secrets
from snowconf.engine.apply.settling import settle
from snowconf.engine.context import Context
from snowconf.engine.plan import planning, showing
from snowconf.errors import InstanceError
from snowconf.kinds import kind_of
from snowconf.kinds.attributes import Secret
from snowconf.ledger.keeping import Declared, LedgerKeeper, NoSecretJournal
from snowconf.model.address import Address
from snowconf.model.change_control import ChangeControl
from snowconf.model.connection import InstanceSettings
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.finding import PolicySettings, Waiver
from snowconf.model.holding import Holding
from snowconf.model.limits import Allowances
from snowconf.model.outcome import ApplyReport
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.state import Desired
from snowconf.model.value import SecretSource
from snowconf.servicenow.entering import InstanceDoor
from snowconf.servicenow.in_process import Ways
from snowconf.servicenow.introducing import introduce
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.table_api import TableApi


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A stack and the instance it is for, ready for the engine's verbs; `who` is the user there, as far as known."""

    folder: Path
    who: str
    desired: Desired
    instance: TableApi
    context: Context
    keeper: LedgerKeeper
    terminal: Terminal
    warnings: tuple[Diagnostic, ...]
    door: InstanceDoor
    policies: PolicySettings | None
    waivers: tuple[Waiver, ...]
    control: ChangeControl
    # Of the change request; None for a command that none is asked for.
    number: str | None

    def not_writing(self) -> "Workspace":
        """The same for a run that writes nothing: what REST may not write is then nothing against a plan."""
        return replace(self, context=replace(self.context, elevation=False))

    def plan(self) -> Plan:
        """What would be done; what loading warned of stands first among its diagnostics."""
        self.keeper.compare_ahead(self._secrets(), workers=self.context.parallelism)
        with self.watched() as context:
            made = planning.make_plan(self.desired, self.instance, context)
        return replace(made, diagnostics=(*self.warnings, *made.diagnostics))

    def show(self) -> Holding:
        """What is there."""
        with self.watched() as context:
            return showing.show(self.desired, self.instance, context)

    def _secrets(self) -> Iterator[Declared]:
        """Every secret of a record that is owned already: comparing one is slow on purpose."""
        for resource in self.desired.resources:
            owned = self.keeper.ledger.entries.get(resource.address)
            for attribute in kind_of(resource).of_type(Secret) if owned else ():
                located = resource.attributes.get(attribute.name)
                if owned and located and isinstance(located.value, SecretSource):
                    yield resource.address, attribute.column, located.value, owned.sys_id

    @contextmanager
    def watched(self) -> Iterator[Context]:
        """What a run is told, with somebody who watches it."""
        with watching(self.terminal) as watch:
            self.instance.tell_waits(waiting(watch))
            yield replace(self.context, watch=watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedWorkspace(Workspace):
    """A workspace that holds the lock, so that it may write."""

    books: Books
    secrets: Secrets

    def is_settled(self, plan: Plan) -> bool:
        """Does the plan leave nothing to write, neither of a record nor in the ledger?"""
        return not needs_approval(plan) and self._noted(plan) in (None, self.books.stored)

    def note(self, plan: Plan) -> ApplyReport:
        """The report of a plan that has nothing to do: what it found in order is owned from now on."""
        return self.keep(replace(unstarted(plan), ledger=self._noted(plan)))

    def _noted(self, plan: Plan) -> Ledger | None:
        ledger = self.context.ledger
        return settle(ledger, plan, (), {}) if ledger and not has_errors(plan.diagnostics) else None

    def keep(self, report: ApplyReport) -> ApplyReport:
        """The report, once what is owned after an apply is stored; it says so when that failed."""
        unsaved = self.books.keep(report.ledger) if report.ledger else None
        return replace(report, diagnostics=(*report.diagnostics, unsaved)) if unsaved else report

    def ended(self, report: ApplyReport) -> ApplyReport:
        """The report once the lock was let go of: with all requests, and with what came meanwhile."""
        lost = self.books.lost
        more = (Diagnostic(code=lost.code, summary=lost.summary, detail=lost.detail),) if lost else ()
        requests = self.instance.counts if report.requests else {}
        report = replace(report, requests=requests, diagnostics=(*report.diagnostics, *more))
        return replace(report, interrupted=report.interrupted or self.books.interruptions.came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An instance that a stack is for, and the place of the stack's ledger."""

    stack: Stack
    settings: InstanceSettings
    instance: TableApi
    place: Place
    ways: Ways | None

    def door(self) -> InstanceDoor:
        """The way in for identities of the stack; close it."""
        return InstanceDoor(
            self.settings,
            self.stack.secrets.resolve,
            transport=self.ways.visitors if self.ways else None,
            redactor=self.stack.secrets.redactor,
        )


@contextmanager
def reach(stack: Stack, folder: Path) -> Iterator[Reached]:
    """The way to the chosen instance, whatever is wrong with the blocks of the files; closed at the end.

    Raises:
        InvalidStackError: the files do not say what the stack is called, or no instance can be reached with what they say.
    """
    settings, name = stack.loaded.settings, stack.loaded.stack
    if settings is None or not name:
        raise InvalidStackError(stack.diagnostics)
    with (
        _naming(settings),
        _ways_to(settings, folder) as ways,
        open_instance(
            settings,
            stack.secrets.resolve,
            transport=ways.runner if ways else None,
            redactor=stack.secrets.redactor,
        ) as instance,
    ):
        place = place_of(name, stack.loaded.ledger, settings, folder=folder, records=instance)
        yield Reached(stack=stack, settings=settings, instance=instance, place=place, ways=ways)


@contextmanager
def telling_waits(reached: Reached, session: Session) -> Iterator[None]:
    """Nobody sits before a silent screen, from the first request on: a lock may be waited for as well."""
    with watching(session.terminal) as watch:
        reached.instance.tell_waits(waiting(watch))
        yield


@contextmanager
def open_workspace(options: ReadingOptions | AimedOptions, session: Session) -> Iterator[Workspace]:
    """Everything that a command needs that compares an instance with the files, and writes nothing.

    Raises:
        InvalidStackError: the files have errors, or no instance can be reached with what they say.
        UnknownAddressError: an address on the command line is none of the stack's.
    """
    stack, desired = _read_sound(options, session)
    with reach(stack, options.stack) as reached, reached.door() as door, telling_waits(reached, session):
        keeper = LedgerKeeper(reached.place.read(), NoSecretJournal(), stack.secrets.resolve)
        yield Workspace(
            folder=options.stack,
            who=introduce(reached.settings).user_name,
            desired=desired,
            instance=reached.instance,
            context=_context(options, reached, desired, keeper),
            keeper=keeper,
            terminal=session.terminal,
            warnings=stack.diagnostics,
            door=door,
            policies=stack.loaded.policies,
            waivers=stack.loaded.waivers,
            control=stack.loaded.control,
            number=number_of(options, stack),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """The way of a command that may write: its books are open, and whether it needs the lock is its to say."""

    options: ReadingOptions | AimedOptions
    session: Session
    reached: Reached
    desired: Desired
    door: InstanceDoor
    books: Books

    def open(self) -> LockedWorkspace:
        """The workspace with the ledger as it is now, and with what dead runs left."""
        stack, books = self.reached.stack, self.books
        secrets = stack.secrets
        keeper = LedgerKeeper(books.load(), books.journal, secrets.resolve, ensure=secrets.ensure)
        context = _context(self.options, self.reached, self.desired, keeper)
        return LockedWorkspace(
            folder=self.options.stack,
            who=introduce(self.reached.settings).user_name,
            desired=self.desired,
            instance=self.reached.instance,
            context=replace(context, journal=books.journal),
            keeper=keeper,
            terminal=self.session.terminal,
            warnings=stack.diagnostics,
            door=self.door,
            policies=stack.loaded.policies,
            waivers=stack.loaded.waivers,
            control=stack.loaded.control,
            number=number_of(self.options, stack),
            books=books,
            secrets=stack.secrets,
        )

    def plan(self) -> tuple[LockedWorkspace, Plan]:
        """A plan, with the lock in hand where it leaves anything to do: an apply without changes writes nothing.

        Raises:
            LockHeldError: somebody else is at work.
        """
        if self.books.may_look_first:
            workspace = self.open()
            if not self.reached.place.store.is_locked:
                made = workspace.plan()
                if workspace.is_settled(made) or self.books.take_as_loaded():
                    return workspace, made
        if not self.books.is_locked:
            self.books.take()
        workspace = self.open()
        return workspace, workspace.plan()


@contextmanager
def approach_workspace(
    options: ReadingOptions | AimedOptions, session: Session, *, command: str
) -> Iterator[Approach]:
    """The way to a workspace, for a command that may find nothing to write.

    Raises:
        InvalidStackError: as `open_workspace`.
        LockHeldError: somebody else is at work in this folder.
    """
    stack, desired = _read_sound(options, session)
    with (
        reach(stack, options.stack) as reached,
        reached.door() as door,
        telling_waits(reached, session),
        opened(reached.place, command, session) as books,
    ):
        yield Approach(
            options=options, session=session, reached=reached, desired=desired, door=door, books=books
        )


@contextmanager
def lock_workspace(
    options: ReadingOptions | AimedOptions, session: Session, *, command: str
) -> Iterator[LockedWorkspace]:
    """The same for a command that writes: it holds the lock, and has the ledger with what dead runs left.

    Raises:
        InvalidStackError: as `open_workspace`.
        LockHeldError: somebody else is at work.
    """
    with approach_workspace(options, session, command=command) as way:
        way.books.take()
        yield way.open()


def number_of(options: ReadingOptions | AimedOptions, stack: Stack) -> str | None:
    """The number of the change request that the command was told, by the file of --env-file too; None for one that takes none."""
    if not hasattr(options, "change"):
        return None
    return options.change or stack.environ.get("SNOWCONF_CHANGE")


def _read_sound(options: ReadingOptions | AimedOptions, session: Session) -> tuple[Stack, Desired]:
    stack = read_stack(options, session)
    if stack.loaded.desired is None or has_errors(stack.diagnostics):
        raise InvalidStackError(stack.diagnostics)
    return stack, stack.loaded.desired


def _ways_to(settings: InstanceSettings, stack: Path) -> AbstractContextManager[Ways | None]:
    """The ways into the embedded sandbox, which is long to import, so only who uses it does; None for the network."""
    if not settings.is_sandbox:
        return nullcontext()
    from snowconf.cli.embedding import embedded

    return embedded(settings, stack)


@contextmanager
def _naming(settings: InstanceSettings) -> Iterator[None]:
    """Note on what goes wrong which instance it was: most stacks have several, and their errors look alike."""
    try:
        yield
    except InstanceError as error:
        error.add_note(f"This is about the instance {settings.name} at {settings.url} ({settings.origin}).")
        raise


def _context(
    options: ReadingOptions | AimedOptions, reached: Reached, desired: Desired, keeper: LedgerKeeper
) -> Context:
    settings = reached.settings
    return Context(
        instance_name=settings.name,
        url=settings.url,
        secrets=keeper,
        ledger=keeper.ledger,
        owners=reached.place.store.owners_of,
        targets=_addresses(options.target or (), desired, keeper.ledger),
        rewrite_secrets=_addresses(options.rewritten, desired),
        limits=reached.stack.loaded.limits,
        allowances=options.allowances or Allowances(),
        foresees=options.allowances is not None,
        elevation=settings.elevation,
        parallelism=options.parallelism,
    )


def _addresses(texts: Iterable[str], desired: Desired, ledger: Ledger | None = None) -> frozenset[Address]:
    """Resources of the files, and with a ledger also those that have left the files and are still owned."""
    owned = ledger.entries if ledger else ()
    known = {str(each): each for each in (*(each.address for each in desired.resources), *owned)}
    for text in texts:
        if text not in known:
            raise UnknownAddressError(f"The stack has no resource '{text}'.{did_you_mean(text, known)}")
    return frozenset(known[text] for text in texts)
