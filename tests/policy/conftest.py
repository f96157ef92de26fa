from pathlib import Path

import pytest

from tests.policy.courtroom import Courtroom


@pytest.fixture
def court(tmp_path: Path) -> Courtroom:
    """An empty folder of policies, and regorus."""
    return Courtroom(tmp_path)
