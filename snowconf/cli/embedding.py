"""The embedded sandbox: an instance in this process, in a file beside the stack."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from snowconf.cli.places import check_database, database_of, private_folder
from snowconf.cli.refusals import NoDatabaseError, NotServedError
from snowconf.cli.sandbox_options import SandboxOptions
from snowconf.model.connection import InstanceSettings
from snowconf.sandbox import switches
from snowconf.sandbox.instance import ADMIN, Sandbox
from snowconf.servicenow.in_process import InProcessTransport, Ways


@contextmanager
def embedded(settings: InstanceSettings, stack: Path) -> Iterator[Ways]:
    """The ways into the stack's sandbox.

    Without auth in its block the sandbox takes the caller for admin; with auth it asks for it as any instance does.

    Raises:
        NotServedError: a switch is not understood.
    """
    private_folder(stack)
    database = check_database(database_of(stack, settings.url))
    sandbox = Sandbox(database, parse_switches(settings.switches))
    with closing(sandbox):
        yield Ways(
            runner=InProcessTransport(sandbox.exchange("" if settings.auth else ADMIN)),
            visitors=InProcessTransport(sandbox.exchange()),
        )


def parse_switches(chosen: Mapping[str, str]) -> switches.Switches:
    """The switches of an instance on which these are set.

    Raises:
        NotServedError: a name or a value is not known.
    """
    try:
        return switches.parse(chosen)
    except ValueError as error:
        raise NotServedError(str(error)) from None


@contextmanager
def opened(options: SandboxOptions, chosen: Mapping[str, str] | None = None) -> Iterator[Sandbox]:
    """The sandbox in a file: the one that is named, or the stack's embedded one. Only with switches it may be new.

    Raises:
        NoDatabaseError: there is no such file, or it is something else.
        NotServedError: a switch is not known.
    """
    path = find_database(options)
    if chosen is None and not path.exists():
        raise NoDatabaseError(
            f"There is no sandbox in {path} yet. Name its file by --db; 'snowconf sandbox serve --db FILE' makes one."
        )
    with closing(Sandbox(path, parse_switches(chosen or {}))) as sandbox:
        yield sandbox


def find_database(options: SandboxOptions) -> Path:
    """The file that is meant.

    Raises:
        NoDatabaseError: it is something else, or its folder is missing.
    """
    return check_database(options.database or database_of(options.directory, "sandbox:"))
