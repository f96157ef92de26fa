import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.clients.site import Site


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Site]:
    """The command that people type, until the tests are done; what it prints says how to reach and trust it."""
    program = str(Path(sys.executable).with_name("snowconf"))
    command = [program, "sandbox", "serve", "--demo", "--port", "0", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"https?://[\w.]+:\d+", process.stdout.readline())
        assert found is not None
        lines = [process.stdout.readline() for _ in range(4 if "--tls" in options else 0)]
        told = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        yield Site(url=found[0], environment=told)
        process.terminate()


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("served"), "--tls") as site:
        yield site


@pytest.fixture
def tls(_served: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A sandbox with demo data behind TLS, and the environment that it says its clients need."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in _served.environment.items():
        monkeypatch.setenv(name, value)
    return _served


@pytest.fixture(scope="session")
def _plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("plain")) as site:
        yield site


@pytest.fixture
def plain(_plain: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A sandbox with demo data without TLS."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return _plain


@pytest.fixture(scope="session")
def pysnc() -> ModuleType:
    """ServiceNow's own client for Python, which says nothing of its types."""
    return import_module("pysnc")


@pytest.fixture(scope="session")
def pysnow() -> ModuleType:
    """A client that warns of libraries it would rather have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("pysnow")
