"""Where the parts meet: files become desired state, a URL becomes an instance, and the engine is given both."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from snowconf.cli.options import ReadingOptions, ShowOptions
from snowconf.cli.places import memory_of
from snowconf.cli.progress import watching
from snowconf.cli.reading import Stack, read_stack
from snowconf.cli.refusals import InvalidStackError, UnknownAddressError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.terminal import Terminal
from snowconf.engine import applying, planning, showing
from snowconf.engine.context import Context
from snowconf.errors import InstanceError
from snowconf.ledger.keeping import FileKeeper
from snowconf.model.address import Address
from snowconf.model.connection import InstanceSettings
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.holding import Holding
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan import Plan
from snowconf.model.state import Desired
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.table_api import TableApi

@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A stack and the instance it is for, ready for the engine's verbs."""

    desired: Desired
    instance: TableApi
    context: Context
    terminal: Terminal
    warnings: tuple[Diagnostic, ...]

    def plan(self) -> Plan:
        """What would be done; what loading warned of stands first among its diagnostics."""
        with self._watched() as context:
            made = planning.make_plan(self.desired, self.instance, context)
        return replace(made, diagnostics=(*self.warnings, *made.diagnostics))

    def apply(self, plan: Plan) -> ApplyReport:
        """Do it, and count every request since the workspace was opened."""
        with self._watched() as context:
            report = applying.apply(plan, self.desired, self.instance, context)
        return replace(report, requests=self.instance.counts)

    def show(self) -> Holding:
        """What is there."""
        with self._watched() as context:
            return showing.show(self.desired, self.instance, context)

    @contextmanager
    def _watched(self) -> Iterator[Context]:
        with watching(self.terminal) as watch:
            yield replace(self.context, watch=watch)


@contextmanager
def open_workspace(options: ReadingOptions | ShowOptions, session: Session) -> Iterator[Workspace]:
    """Everything that a command needs that looks at an instance; closed at the end.

    Raises:
        InvalidStackError: the files have errors, or no instance can be reached with what they say.
        UnknownAddressError: an address on the command line is none of the stack's.
    """
    stack = read_stack(options, session)
    desired, settings = stack.loaded.desired, stack.loaded.settings
    if desired is None or settings is None or has_errors(stack.diagnostics):
        raise InvalidStackError(stack.diagnostics)
    context = _context(options, stack, desired, settings)
    with (
        _naming(settings),
        _transport_to(settings, options.stack) as transport,
        open_instance(
            settings, stack.secrets.resolve, transport=transport, redactor=stack.secrets.redactor
        ) as instance,
    ):
        yield Workspace(
            desired=desired,
            instance=instance,
            context=context,
            terminal=session.terminal,
            warnings=stack.diagnostics,
        )


def _transport_to(
    settings: InstanceSettings, stack: Path
) -> AbstractContextManager[InProcessTransport | None]:
    """The way into the embedded sandbox, which is long to import, so only who uses it does; None for the network."""
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
    options: ReadingOptions | ShowOptions, stack: Stack, desired: Desired, settings: InstanceSettings
) -> Context:
    memory = memory_of(options.stack, settings.name)
    return Context(
        instance_name=settings.name,
        url=settings.url,
        secrets=FileKeeper(memory, settings.url, stack.secrets.resolve),
        targets=_addresses(options.target or (), desired),
        rewrite_secrets=_addresses(options.rewritten, desired),
        elevation=settings.elevation,
        parallelism=options.parallelism,
    )


def _addresses(texts: Iterable[str], desired: Desired) -> frozenset[Address]:
    known = {str(each.address): each.address for each in desired.resources}
    for text in texts:
        if text not in known:
            raise UnknownAddressError(f"The stack has no resource '{text}'.{did_you_mean(text, known)}")
    return frozenset(known[text] for text in texts)
