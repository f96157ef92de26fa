"""Courtrooms, and commands in this process on the small stack that the tests of the command line use."""

from pathlib import Path

import pytest

from tests.cli.conftest import _plain_environment, at_terminal, run, stack
from tests.policy.courtroom import Courtroom
from tests.rotation.conftest import turner

__all__ = ["_plain_environment", "at_terminal", "run", "stack", "turner"]


@pytest.fixture
def court(tmp_path: Path) -> Courtroom:
    """An empty folder of policies, and regorus."""
    return Courtroom(tmp_path)
