from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from snowconf.sandbox.seed import seed
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import Switches
from tests.sandbox_platform.desk import Desk


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a fresh instance in it, seeded once for all tests."""
    path = tmp_path_factory.mktemp("seeded") / "sandbox.db"
    store = Store(path)
    seed(store, Switches(), "admin")
    store.close()
    return path


@pytest.fixture
def desk(seeded_file: Path, tmp_path: Path) -> Iterator[Desk]:
    """A fresh instance of the test's own."""
    path = tmp_path / "sandbox.db"
    copyfile(seeded_file, path)
    store = Store(path)
    yield Desk(store)
    store.close()
