import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def add(stack: Path, text: str) -> None:
    """Write a second file into the stack."""
    (stack / "more.toml").write_text(text, encoding="utf-8")


def test_valid_stack_is_counted(stack: Path, run: Run) -> None:
    """One sentence with the number of resources and files."""
    add(stack, '[role.other]\ndescription = "x"\n')
    ended = run("validate")
    assert (ended.code, ended.out, ended.err) == (0, "Valid: 4 resources in 2 files.\n", "")


def test_every_problem_is_reported_with_its_line(stack: Path, run: Run) -> None:
    """All problems at once, each with its place and its line, and how many there are."""
    add(stack, '[role.other]\ndescripton = "x"\n\n[user.svc]\nactive = "yes"\n')
    ended = run("validate")
    assert ended.code == 1
    assert "  on more.toml:2, in role.other\n  2 | descripton = " in ended.out
    assert "  on more.toml:5, in user.svc\n" in ended.out
    assert ended.out.endswith("2 errors.\n")


def test_secret_written_out_is_not_repeated(stack: Path, run: Run) -> None:
    """Neither the message nor the quoted line holds a literal secret, even under a misspelt name."""
    add(stack, '[user.svc]\npassword = "hunter2-literal"\n\n[user.other]\npasword = "hunter3-literal"\n')
    ended = run("validate")
    assert (ended.code, "hunter" in ended.out + ended.err) == (1, False)


def test_json_document_lists_the_same(stack: Path, run: Run) -> None:
    """Machines get every diagnostic with its place."""
    add(stack, "[role.other]\ndescription = 1\n")
    document = json.loads(run("validate", "--json").out)
    assert document["valid"] is False
    assert [(each["code"], each["origin"]["line"]) for each in document["diagnostics"]] == [("SNC125", 2)]


def test_nothing_but_files_is_needed(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither secrets nor a choice among instances is missed."""
    monkeypatch.delenv("SMALL_PASSWORD")
    text = (stack / "small.toml").read_text("utf-8")
    (stack / "small.toml").write_text(text.replace("default = true\n", ""), encoding="utf-8")
    assert run("validate").code == 0


def test_chosen_instance_must_exist(stack: Path, run: Run) -> None:
    """With --instance the files are checked for that instance."""
    assert stack.is_dir()
    ended = run("validate", "--instance", "prd")
    assert (ended.code, "prod" in ended.out) == (1, True)


@pytest.mark.parametrize(
    "arguments", [["small"], ["-C", "small"], ["--directory", "."], ["-C", "small", "."]]
)
def test_folder_is_an_argument_or_an_option(stack: Path, run: Run, arguments: list[str]) -> None:
    """The stack is found by either way of naming it."""
    inside = arguments == ["--directory", "."]
    with pytest.MonkeyPatch.context() as where:
        where.chdir(stack if inside else stack.parent)
        assert run("validate", *arguments).out == "Valid: 3 resources in 1 file.\n"


def test_directory_can_come_from_the_environment(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SNOWCONF_DIRECTORY is what --directory would be."""
    monkeypatch.chdir(stack.parent)
    monkeypatch.setenv("SNOWCONF_DIRECTORY", "small")
    assert run("validate").code == 0


def test_lines_of_the_env_file_are_checked(stack: Path, run: Run) -> None:
    """A broken line of a file of variables is reported without being shown."""
    (stack / "vars").write_text("THIS IS hunter2\n", encoding="utf-8")
    ended = run("validate", "--env-file", "vars")
    assert (ended.code, "vars:1" in ended.out, "hunter2" in ended.out) == (1, True, False)
