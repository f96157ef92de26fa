from pathlib import Path

import pytest

from tests.hazards.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A fresh instance on which access controls may be written."""
    return Bench(tmp_path)
