"""The embedded sandbox: an instance in this process, in a file beside the stack."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from snowconf.cli.places import check_database, database_of, private_folder
from snowconf.model.connection import InstanceSettings
from snowconf.sandbox import switches
from snowconf.sandbox.instance import ADMIN, Sandbox
from snowconf.servicenow.in_process import InProcessTransport

SWITCHES = {each.name: each.values for each in switches.SWITCHES}


@contextmanager
def embedded(settings: InstanceSettings, stack: Path) -> Iterator[InProcessTransport | None]:
    """The way into the stack's sandbox; None for an instance that is reached over the network.

    Without auth in its block the sandbox takes the caller for admin; with auth it asks for it as any instance does.
    """
    if not settings.is_sandbox:
        yield None
        return
    private_folder(stack)
    database = check_database(database_of(stack, settings.url))
    sandbox = Sandbox(database, switches.parse(settings.switches))
    with closing(sandbox):
        yield InProcessTransport(sandbox.exchange("" if settings.auth else ADMIN))
