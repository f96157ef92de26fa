from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.switches import parse
from tests.sandbox_identity.site import Site
from tests.sandbox_platform.desk import Desk, FakeClock


@pytest.fixture(scope="session")
def fresh_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a fresh instance in it, made once for all tests."""
    path = tmp_path_factory.mktemp("fresh") / "sandbox.db"
    sandbox = Sandbox(path, parse({}))
    sandbox.reset()
    sandbox.close()
    return path


@pytest.fixture
def site(fresh_instance: Path, tmp_path: Path) -> Iterator[Site]:
    """A sandbox of the test's own, whose clock stands still."""
    path = tmp_path / "sandbox.db"
    copyfile(fresh_instance, path)
    clock, switches = FakeClock(), parse({"internal_errors": "raise"})
    sandbox = Sandbox(path, switches, clock=clock)
    yield Site(sandbox, Desk(sandbox.store, clock, switches))
    sandbox.close()


@pytest.fixture
def joe(site: Site) -> Row:
    """A user with a password."""
    return site.desk.user("joe", password="pw")
