"""An instance for each test."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.ledger.box import Box


@pytest.fixture
def box() -> Iterator[Box]:
    """A fresh one."""
    with closing(Sandbox(None, parse({}))) as sandbox:
        yield Box(sandbox)
