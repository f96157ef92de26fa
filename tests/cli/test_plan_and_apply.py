import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
NOTHING = "No changes. The instance holds what small asks for (3 resources compared)."


@pytest.fixture
def applied(stack: Path, run: Run) -> Path:
    """The stack after its first apply."""
    assert run("apply", "--auto-approve").code == 0
    return stack


def change(stack: Path, before: str, after: str) -> None:
    """Edit the stack's file."""
    path = stack / "small.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_plan_shows_and_writes_nothing(stack: Path, run: Run) -> None:
    """A plan is on standard output, ends with 0, and can be made again with the same words."""
    first, second = run("plan"), run("plan")
    assert (first.code, first.err, first.out) == (0, "", second.out)
    assert "Plan: 3 to create, 0 to update, 0 to delete; 0 unchanged. 5 requests to apply." in first.out
    assert (stack / ".snowconf" / "sandbox.db").exists()


@pytest.mark.usefixtures("stack")
def test_detailed_exit_code_tells_changes(run: Run) -> None:
    """2 before the apply, 0 after it."""
    before = run("plan", "--detailed-exitcode").code
    run("apply", "--auto-approve")
    assert (before, run("plan", "--detailed-exitcode").code) == (2, 0)


@pytest.mark.usefixtures("stack")
def test_detailed_exit_code_can_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNOWCONF_DETAILED_EXITCODE is the option for pipelines."""
    monkeypatch.setenv("SNOWCONF_DETAILED_EXITCODE", "1")
    assert run("plan").code == 2


@pytest.mark.usefixtures("applied")
def test_second_apply_has_nothing_to_do(run: Run) -> None:
    """It says so, asks nothing and ends with 0."""
    ended = run("apply")
    assert (ended.code, ended.out) == (0, f"{NOTHING}\n")


@pytest.mark.usefixtures("stack")
def test_apply_shows_plan_progress_and_report(run: Run) -> None:
    """Plan and report are results; a line for each change goes to standard error."""
    ended = run("apply", "--auto-approve")
    assert ended.out.index("Plan: 3 to create") < ended.out.index("Applied: 3 done")
    assert [each.split(":")[0] for each in ended.err.splitlines()] == [
        "Writing 1/3",
        "Writing 2/3",
        "Writing 3/3",
    ]


@pytest.mark.usefixtures("stack")
def test_apply_without_a_terminal_needs_auto_approve(run: Run) -> None:
    """Nobody can be asked, so it says what to do and changes nothing."""
    ended = run("apply")
    assert (ended.code, "[SNC002]" in ended.err, "--auto-approve" in ended.err) == (1, True, True)
    assert "3 to create" in run("plan").out


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("y\n", 1), ("", 1), ("no\n", 1)])
def test_only_yes_is_yes(at_terminal: Run, run: Run, answer: str, code: int) -> None:
    """A person is asked with the number of requests, and any other answer changes nothing."""
    ended = at_terminal("apply", answer=answer)
    assert ended.code == code
    assert "Apply this to sandbox (sandbox:) with 5 requests? Only 'yes' counts: " in ended.err
    assert (NOTHING in run("plan").out) == (code == 0)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("option", ["--no-input", "--json"])
def test_options_that_forbid_questions(at_terminal: Run, option: str) -> None:
    """At a terminal, too, nothing is asked when that was said."""
    assert at_terminal("apply", option, answer="yes\n").code == 1


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("variable", ["CI", "GITLAB_CI", "SNOWCONF_NO_INPUT"])
def test_pipelines_are_not_asked(at_terminal: Run, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """In continuous integration nobody answers, whatever the streams look like."""
    monkeypatch.setenv(variable, "true")
    assert at_terminal("apply", answer="yes\n").code == 1


@pytest.mark.usefixtures("stack")
def test_approval_can_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNOWCONF_AUTO_APPROVE is what --auto-approve would be."""
    monkeypatch.setenv("SNOWCONF_AUTO_APPROVE", "true")
    assert run("apply").code == 0


@pytest.mark.usefixtures("stack")
def test_target_limits_the_work_to_what_it_needs(run: Run) -> None:
    """The user and the role that it refers to, and not the property."""
    out = run("plan", "--target", "user.svc_small").out
    assert ("+ user.svc_small" in out, "+ role.reader" in out, "property" in out) == (True, True, False)


@pytest.mark.usefixtures("stack")
def test_targets_can_be_several(run: Run) -> None:
    """The option is repeatable."""
    out = run("plan", "-t", "role.reader", "-t", "property.acme.small.enabled").out
    assert "Plan: 2 to create" in out


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("option", ["--target", "--rewrite-secrets"])
def test_unknown_address_is_refused(run: Run, option: str) -> None:
    """With a guess at what was meant."""
    ended = run("plan", option, "user.svc_smal")
    assert (ended.code, "Did you mean 'user.svc_small'?" in ended.err) == (1, True)


@pytest.mark.usefixtures("applied")
def test_secrets_can_be_written_again(run: Run) -> None:
    """Only when asked, and only those of the named resource."""
    out = run("plan", "--rewrite-secrets", "user.svc_small").out
    assert ("(sensitive, from env SMALL_PASSWORD)" in out, "1 to update" in out) == (True, True)
    assert run("apply", "--rewrite-secrets", "user.svc_small", "--auto-approve").code == 0


@pytest.mark.usefixtures("stack")
def test_instance_is_chosen_by_option_or_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that cannot be logged in to fails before anything is sent."""
    by_option = run("plan", "--instance", "prod")
    monkeypatch.setenv("SNOWCONF_INSTANCE", "prod")
    by_environment = run("plan")
    assert (by_option.code, by_environment.code) == (1, 1)
    assert "PROD_PASSWORD" in by_option.err
    assert "PROD_PASSWORD" in by_environment.err


def test_env_file_gives_variables(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not in the environment is taken from the file, which can be named by a variable."""
    monkeypatch.delenv("SMALL_PASSWORD")
    (stack / "vars").write_text("SMALL_PASSWORD=from-the-file\n", encoding="utf-8")
    missing = run("apply", "--auto-approve")
    assert (missing.code, "[SNC301]" in missing.out, "Nothing was written." in missing.out) == (1, True, True)
    monkeypatch.setenv("SNOWCONF_ENV_FILE", "vars")
    assert run("apply", "--auto-approve").code == 0


@pytest.mark.usefixtures("applied")
def test_environment_wins_over_the_file(stack: Path, run: Run) -> None:
    """A variable that is set is not replaced: the secret is still the one last written."""
    (stack / "vars").write_text("SMALL_PASSWORD=another\n", encoding="utf-8")
    assert NOTHING in run("plan", "--env-file", "vars").out


@pytest.mark.usefixtures("stack")
def test_parallelism_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One request at a time gives the same plan."""
    monkeypatch.setenv("SNOWCONF_PARALLELISM", "1")
    assert run("plan").out == run("plan", "--parallelism", "8").out


@pytest.mark.usefixtures("stack")
def test_plan_as_json(run: Run) -> None:
    """The document alone is on standard output, with a mask for the secret."""
    document = json.loads(run("plan", "--json").out)
    user = next(each for each in document["resource_changes"] if each["type"] == "user")
    assert document["summary"]["create"] == 3
    assert (user["change"]["after"]["password"], user["change"]["after_sensitive"]) == (
        None,
        {"password": True},
    )


@pytest.mark.usefixtures("stack")
def test_json_can_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNOWCONF_JSON is what --json would be."""
    monkeypatch.setenv("SNOWCONF_JSON", "1")
    assert json.loads(run("plan").out)["errored"] is False


@pytest.mark.usefixtures("stack")
def test_apply_as_json(run: Run) -> None:
    """One document for an apply, and one for an apply that has nothing to do."""
    first = json.loads(run("apply", "--json", "--auto-approve").out)
    second = json.loads(run("apply", "--json", "--auto-approve").out)
    assert (first["summary"]["done"], first["remaining"]) == (3, [])
    assert (second["summary"]["done"], second["remaining"]) == (0, [])


def test_invalid_stack_stops_every_verb(stack: Path, run: Run) -> None:
    """Diagnostics with their count go to standard error, and nothing is asked of the instance."""
    change(stack, 'roles = ["reader"]', 'rolles = ["reader"]')
    ended = run("plan")
    assert (ended.code, ended.out, ended.err.endswith("1 error.\n")) == (1, "", True)
    assert not (stack / ".snowconf").exists()


def test_invalid_stack_as_json_is_a_document(stack: Path, run: Run) -> None:
    """Machines get the problems on standard output."""
    change(stack, 'roles = ["reader"]', 'rolles = ["reader"]')
    document = json.loads(run("plan", "--json").out)
    assert [each["code"] for each in document["diagnostics"]] == ["SNC124"]


def test_plan_with_errors_ends_with_1_and_cannot_be_applied(stack: Path, run: Run) -> None:
    """A reference to nothing is found at plan time; apply says so, sends nothing and ends with 1."""
    change(stack, 'roles = ["reader"]', 'roles = ["reader", "admim"]')
    planned, applied = run("plan", "--detailed-exitcode"), run("apply", "--auto-approve")
    assert (planned.code, applied.code) == (1, 1)
    assert "Did you mean 'admin'?" in planned.out
    assert (applied.err, "Applied" in applied.out) == ("", False)


def test_plan_with_errors_as_json(stack: Path, run: Run) -> None:
    """The document of a refused apply has the errors and no outcomes."""
    change(stack, 'roles = ["reader"]', 'roles = ["reader", "admim"]')
    document = json.loads(run("apply", "--json", "--auto-approve").out)
    assert (document["outcomes"], document["diagnostics"][0]["code"]) == ([], "SNC206")


@pytest.mark.usefixtures("stack")
def test_interrupt_at_the_question_ends_with_130(at_terminal: Run, ctrl_c: object) -> None:
    """Ctrl-C is no error: nothing is explained, and nothing was changed."""
    ended = at_terminal("apply", answer=ctrl_c)
    assert (ended.code, ended.err.endswith("\nInterrupted.\n"), "Error" in ended.err) == (130, True, False)


@pytest.mark.usefixtures("stack")
def test_terminal_has_one_live_line(at_terminal: Run) -> None:
    """While it reads and writes one line is redrawn, and it is gone at the end."""
    ended = at_terminal("apply", "--auto-approve")
    assert "\r\x1b[2KReading " in ended.err
    assert "\r\x1b[2KWriting 3/3: " in ended.err
    assert (ended.err.endswith("\r\x1b[2K"), "\n" in ended.err) == (True, False)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(("variable", "value"), [("TERM", "dumb"), ("CI", "1")])
def test_nothing_is_redrawn_where_that_cannot_be(
    at_terminal: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """A dumb terminal and a pipeline's log get a line for each change."""
    monkeypatch.setenv(variable, value)
    ended = at_terminal("apply", "--auto-approve")
    assert [each.split(":")[0] for each in ended.err.splitlines()] == [
        "Writing 1/3",
        "Writing 2/3",
        "Writing 3/3",
    ]


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(
    ("options", "variables", "escapes"),
    [
        ((), {}, 1),
        ((), {"NO_COLOR": "1"}, 0),
        ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, 0),
        ((), {"TERM": "dumb"}, 0),
        (("--no-color",), {"FORCE_COLOR": "1"}, 0),
        (("--color",), {"NO_COLOR": "1"}, 1),
    ],
)
def test_colour_at_a_terminal(
    at_terminal: Run,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    variables: dict[str, str],
    escapes: int,
) -> None:
    """The option decides, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert min(at_terminal("plan", *options).out.count("\x1b[32m"), 1) == escapes


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("variable", ["FORCE_COLOR", "CLICOLOR_FORCE"])
def test_colour_in_a_file_only_when_forced(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A pipe gets no colour unless somebody asks for it."""
    before = run("plan").out
    monkeypatch.setenv(variable, "1")
    assert ("\x1b[" in before, "\x1b[" in run("plan").out) == (False, True)


@pytest.mark.usefixtures("stack")
def test_width_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS is believed, so that a report can be made as narrow as it will be read."""
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, run("plan").out.splitlines())) <= 40
