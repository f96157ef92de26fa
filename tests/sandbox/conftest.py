from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.sandbox.caller import Caller


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a fresh instance in it, made once for all tests."""
    path = tmp_path_factory.mktemp("seeded") / "sandbox.db"
    sandbox = Sandbox(path, parse({}))
    sandbox.reset()
    sandbox.close()
    return path


@pytest.fixture
def start(seeded: Path, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Starts fresh sandboxes with the switches named, which raise their own mistakes."""
    sandboxes: list[Sandbox] = []

    def begin(**switches: str) -> Sandbox:
        path = tmp_path / f"{len(sandboxes)}.db"
        copyfile(seeded, path)
        sandboxes.append(Sandbox(path, parse({"internal_errors": "raise"} | switches)))
        return sandboxes[-1]

    yield begin
    for sandbox in sandboxes:
        sandbox.close()


@pytest.fixture
def sandbox(start: Callable[..., Sandbox]) -> Sandbox:
    """A fresh sandbox of the test's own."""
    return start()


@pytest.fixture
def admin(sandbox: Sandbox) -> Caller:
    """The user who may do everything."""
    return Caller(sandbox)


@pytest.fixture
def nobody(admin: Caller) -> Caller:
    """A user without any role."""
    admin.post("sys_user", {"user_name": "nobody", "last_name": "Nobody"})
    return Caller(admin.sandbox, "nobody")
