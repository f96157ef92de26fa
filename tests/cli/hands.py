"""Somebody who works on a stack's sandbox, and not through snowconf."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.table_api import TableApi
from tests.servicenow.wire import secret_of, settings


@contextmanager
def by_hand(stack: Path) -> Iterator[TableApi]:
    """Somebody else who works on the stack's sandbox."""
    with closing(Sandbox(stack / ".snowconf" / "sandbox.db", parse({}))) as sandbox:
        yield open_instance(settings(), secret_of, transport=InProcessTransport(sandbox.exchange("admin")))
