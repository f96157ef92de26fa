"""A stack with thirty different mistakes: all of them in one run, each at its line."""

import shutil
from pathlib import Path

import pytest

from snowconf.config.loading import load
from snowconf.model.diagnostic import Diagnostic

HERE = Path(__file__).parent / "thirty_mistakes"


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    """What loading says of a copy of the stack, seen from its own folder."""
    shutil.copytree(HERE, tmp_path / "stack")
    monkeypatch.chdir(tmp_path / "stack")
    return load(Path(), environ={}).diagnostics


def test_thirty_mistakes_are_told_as_the_golden_list_has_them(found: tuple[Diagnostic, ...]) -> None:
    """Code, place, summary and every word, in the order of files and lines."""
    told = [f"{each.code} {each.origin} {each.summary}\n    {each.detail}\n" for each in found]
    assert "".join(told) == (HERE / "golden.txt").read_text("utf-8")


def test_thirty_mistakes_are_thirty_problems(found: tuple[Diagnostic, ...]) -> None:
    """None is lost, and none is told twice."""
    assert len({(each.code, each.origin) for each in found}) == len(found) == 30


def test_no_literal_secret_is_in_what_is_told(found: tuple[Diagnostic, ...]) -> None:
    """The stack has passwords written out, and no problem repeats one."""
    assert "CANARY" in "".join(path.read_text("utf-8") for path in HERE.glob("*.toml"))
    assert "CANARY" not in repr(found)
