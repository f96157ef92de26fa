from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli.initialising import stack_name

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_first_stack_can_be_planned_applied_and_planned_again(run: Run) -> None:
    """What init writes works as its hints say, without any further set-up."""
    run("init", "first")
    ends = [
        run("validate", "first").code,
        run("plan", "first", "--env-file", "first/.env.example", "--detailed-exitcode").code,
        run("apply", "first", "--env-file", "first/.env.example", "--auto-approve").code,
        run("plan", "first", "--env-file", "first/.env.example", "--detailed-exitcode").code,
    ]
    assert ends == [0, 2, 0, 0]


def test_init_prints_what_it_wrote_and_what_comes_next(run: Run) -> None:
    """The files on standard output, the next commands beside it."""
    ended = run("init", "first")
    assert ended.out.splitlines() == [
        "Wrote first/snowconf.toml",
        "Wrote first/.env.example",
        "Wrote first/.gitignore",
    ]
    assert "    cd first\n    snowconf validate\n    snowconf plan --env-file .env.example\n" in ended.err


def test_hints_are_not_printed_in_automation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNOWCONF_IN_AUTOMATION drops what is said to a person."""
    monkeypatch.setenv("SNOWCONF_IN_AUTOMATION", "1")
    assert run("init", "first").err == ""


def test_init_works_in_the_folder_one_stands_in(run: Run, tmp_path: Path) -> None:
    """Without a folder the stack is written here, and nobody is told to change folders."""
    ended = run("init")
    assert ("    cd " in ended.err, (tmp_path / "snowconf.toml").exists()) == (False, True)


def test_stack_is_ready_for_the_schema(run: Run, tmp_path: Path) -> None:
    """The first line leads editors to the schema that `schema --write` keeps."""
    run("init")
    assert (tmp_path / "snowconf.toml").read_text("utf-8").startswith("#:schema .snowconf/schema.json\n")


@pytest.mark.parametrize("name", ["snowconf.toml", ".env.example", "pyproject.toml"])
def test_nothing_is_overwritten(run: Run, tmp_path: Path, name: str) -> None:
    """Where a file of the same name is, or one that would become part of the stack, nothing is written."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    ended = run("init")
    assert (ended.code, "[SNC003]" in ended.err) == (1, True)
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    """A path that is a file is refused."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert "Name a folder" in run("init", "taken").err


def test_gitignore_keeps_its_lines(run: Run, tmp_path: Path) -> None:
    """What git ignores already stays, and only what is missing is added."""
    (tmp_path / ".gitignore").write_text(".env\n*.log", encoding="utf-8")
    run("init")
    assert (tmp_path / ".gitignore").read_text("utf-8") == ".env\n*.log\n.snowconf/\n"


@pytest.mark.parametrize(
    ("folder", "name"),
    [("Finout EU", "finout-eu"), ("2026", "stack-2026"), ("...", "stack"), ("a" * 60, "a" * 40)],
)
def test_stack_is_named_after_its_folder(folder: str, name: str) -> None:
    """The name is made of what a stack's name may hold."""
    assert stack_name(Path("/nowhere") / folder) == name
