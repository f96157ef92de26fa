"""One stack for each test, with a secret in every place that can hold one."""

from pathlib import Path

import pytest

from tests.secrecy.keeping import Keeper


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """On the embedded sandbox until a test writes another instance."""
    made = Keeper(tmp_path / "quiet")
    made.write()
    return made
