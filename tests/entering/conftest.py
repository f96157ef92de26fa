from pathlib import Path

import pytest

from tests.entering.doorstep import Doorstep


@pytest.fixture
def step(tmp_path: Path) -> Doorstep:
    """A fresh instance, and nobody before the door."""
    return Doorstep(tmp_path)
