"""Courtrooms, and commands in this process on the small stack that the tests of the command line use."""

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from snowconf.policy.module import Library
from tests.cli.conftest import _plain_environment, at_terminal, run, stack
from tests.policy.courtroom import Courtroom
from tests.policy.oracle import Oracle, consulted, library
from tests.rotation.conftest import turner

__all__ = ["_plain_environment", "at_terminal", "run", "stack", "turner"]


@pytest.fixture
def court(tmp_path: Path) -> Courtroom:
    """An empty folder of policies, and regorus."""
    return Courtroom(tmp_path)


@pytest.fixture(scope="session")
def opa() -> Iterator[Oracle]:
    """OPA over the library; `opa.lock` has it for one platform."""
    _skip_without_opa()
    with consulted(library()) as oracle:
        yield oracle


@pytest.fixture(scope="session")
def bare_opa() -> Iterator[Oracle]:
    """OPA for policies that a test lays before it."""
    _skip_without_opa()
    with consulted(Library()) as oracle:
        yield oracle


def _skip_without_opa() -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("OPA is installed with a working copy on Linux x86_64 alone")
