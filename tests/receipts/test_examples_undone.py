"""Undo of each example's apply returns the sandbox to what it was, record by record."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.driving.databases import tables_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if any(path.glob("*.toml")))
Run = Callable[..., Any]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_applied_and_taken_back(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table holds what it held before the apply; then everything is asked for again."""
    ignored = shutil.ignore_patterns(".snowconf", ".env")
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=ignored))
    monkeypatch.chdir(folder)
    env, database = ("--env-file", ".env.example"), folder / ".snowconf" / "sandbox.db"
    first = run("plan", *env)
    before = tables_of(database)
    applied = run("apply", *env, "--auto-approve")
    assert (first.code, applied.code, tables_of(database) == before) == (0, 0, False)
    undone = run("undo", "last", *env, "--auto-approve")
    assert undone.code == 0, undone.out + undone.err
    assert tables_of(database) == before
    assert run("plan", *env).out.splitlines()[-1] == first.out.splitlines()[-1]
