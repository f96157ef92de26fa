"""Stacks in a folder of their own."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from snowconf.config.instances import Switches
from snowconf.config.loading import Loaded, load
from snowconf.model.state import Resource
from tests.config.stacks import BASE, Load, Only, Told, tell, write


@pytest.fixture
def load_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load these files."""
    monkeypatch.chdir(tmp_path)

    def run(
        files: Mapping[str, str | bytes],
        *,
        instance: str | None = None,
        environ: Mapping[str, str] | None = None,
        switches: Switches | None = None,
    ) -> Loaded:
        write(tmp_path, files)
        return load(tmp_path, instance=instance, environ=environ or {}, switches=switches)

    return run


@pytest.fixture
def problems(load_files: Load) -> Told:
    """What is wrong with a text in `s.toml`, beside a file that names stack and instance."""
    return lambda text: [
        tell(each) for each in load_files({"base.toml": BASE, "s.toml": text.lstrip("\n")}).diagnostics
    ]


@pytest.fixture
def only(load_files: Load) -> Only:
    """The one resource of such a text, which has no mistakes."""

    def run(text: str) -> Resource:
        loaded = load_files({"base.toml": BASE, "s.toml": text.lstrip("\n")})
        assert [tell(each) for each in loaded.diagnostics] == []
        assert loaded.desired is not None
        (resource,) = loaded.desired.resources
        return resource

    return run
