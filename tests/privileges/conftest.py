"""An empty instance for each test, and commands in this process."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import _plain_environment, run, stack
from tests.privileges.registry import Registry

__all__ = ["_plain_environment", "run", "stack"]


@pytest.fixture
def registry() -> Iterator[Registry]:
    """With two roles and a user who has none."""
    registry = Registry()
    registry.role("itil")
    registry.role("asset")
    yield registry
    registry.store.close()
