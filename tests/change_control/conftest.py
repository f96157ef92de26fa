"""An office of its own for each test, on a copy of one fresh instance."""

from pathlib import Path

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.change_control.office import Office
from tests.driving.stage import Time, sandbox_like


@pytest.fixture(scope="module")
def template() -> Sandbox:
    """A fresh instance, to be copied."""
    return sandbox_like(None, Time())


@pytest.fixture
def office(tmp_path: Path, template: Sandbox) -> Office:
    """Nothing is applied yet, and there is no change request."""
    time = Time()
    return Office(
        folder=tmp_path / "office", sandbox=sandbox_like(template, time), time=time, trusted="admin"
    )
