import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli.pipelines import HandOver, Pipeline, pipeline_of

Run = Callable[..., Any]


@pytest.fixture
def ended_in(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What `ci` ends with in a pipeline that sets this variable."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(stack.parent / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(stack.parent / "summary"))

    def execute(variable: str, *arguments: str) -> Any:
        monkeypatch.setenv(variable, "1")
        return run("ci", *arguments)

    return execute


@pytest.mark.parametrize("pipeline", [*Pipeline])
def test_pipelines_are_told_apart(pipeline: Pipeline) -> None:
    """By the variable that each of them sets."""
    assert (pipeline_of({pipeline.value: "1"}), pipeline_of({})) == (pipeline, None)


def test_everything_is_left_in_the_folder_of_reports(stack: Path, run: Run) -> None:
    """At a desk, too: the plan, its reports, and the outputs as variables."""
    ended = run("ci")
    names = sorted(each.name for each in (stack / ".snowconf/ci").iterdir())
    assert names == ["comment.md", "junit.xml", "outputs.env", "plan.html", "plan.json", "snowconf.sarif"]
    assert (ended.code, "Plan: 3 to create" in ended.out) == (0, True)
    assert "SNOWCONF_CI_TO_CREATE=3\n" in (stack / ".snowconf/ci/outputs.env").read_text("utf-8")


def test_reports_can_go_elsewhere(stack: Path, run: Run) -> None:
    """All to another folder, and one of them to a place of its own."""
    run("ci", "--reports", "out", "--markdown", "mine.md")
    assert (stack / "mine.md").is_file()
    assert not (stack / "out/comment.md").exists()
    assert (stack / "out/plan.json").is_file()


def test_github_gets_summary_and_outputs(stack: Path, ended_in: Callable[..., Any]) -> None:
    """Where the runner named files for them."""
    assert ended_in("GITHUB_ACTIONS").code == 0
    outputs = dict(each.split("=", 1) for each in (stack.parent / "output").read_text("utf-8").splitlines())
    assert {name: outputs[name] for name in ("verdict", "changes", "to_create", "to_delete")} == {
        "verdict": "changes",
        "changes": "true",
        "to_create": "3",
        "to_delete": "0",
    }
    assert outputs["plan_path"] == ".snowconf/ci/plan.json"
    assert "snowconf plan of stack" in (stack.parent / "summary").read_text("utf-8")


def test_gitlab_gets_its_numbers(stack: Path, ended_in: Callable[..., Any]) -> None:
    """In the form that its merge requests show."""
    ended_in("GITLAB_CI")
    counts = json.loads((stack / ".snowconf/ci/terraform.json").read_text("utf-8"))
    assert counts == {"create": 3, "update": 0, "delete": 0}


def test_gitlab_gets_no_numbers_of_a_plan_that_failed(stack: Path, ended_in: Callable[..., Any]) -> None:
    """Nothing to do would be another thing; without its keys, a merge request shows a report that failed."""
    (stack / "more.toml").write_text('[role.x]\ndescripton = "y"\n', encoding="utf-8")
    assert ended_in("GITLAB_CI").code == 1
    assert json.loads((stack / ".snowconf/ci/terraform.json").read_text("utf-8")) == {}


def test_azure_gets_its_commands(stack: Path, ended_in: Callable[..., Any]) -> None:
    """On standard output, and the report beside it."""
    ended = ended_in("TF_BUILD")
    assert "##vso[task.setvariable variable=to_create;isOutput=true]3\n" in ended.out
    assert f"##vso[task.uploadsummary]{stack / '.snowconf/ci/comment.md'}\n" in ended.out
    assert ("Plan: 3 to create" in ended.out, "Plan: 3 to create" in ended.err) == (False, True)


def test_json_is_nothing_but_the_document(ended_in: Callable[..., Any]) -> None:
    """Commands for the pipeline then go to standard error."""
    ended = ended_in("TF_BUILD", "--json")
    assert len(json.loads(ended.out)["resource_changes"]) == 3
    assert "##vso[task.setvariable" in ended.err


@pytest.mark.parametrize("variable", ["GITHUB_ACTIONS", "JENKINS_URL"])
def test_broken_stack_fails_and_leaves_no_older_plan(
    stack: Path, ended_in: Callable[..., Any], variable: str
) -> None:
    """A plan of a run before must not pass for that of this one; comment and outputs say that it failed."""
    ended_in(variable)
    (stack / "more.toml").write_text('[role.x]\ndescripton = "y"\n', encoding="utf-8")
    ended = ended_in(variable)
    assert (ended.code, (stack / ".snowconf/ci/plan.json").exists()) == (1, False)
    assert "VERDICT=failed" in (stack / ".snowconf/ci/outputs.env").read_text("utf-8")
    assert "SNC124" in (stack / ".snowconf/ci/comment.md").read_text("utf-8")


def test_plan_that_cannot_be_applied_is_reported_and_not_kept(stack: Path, run: Run) -> None:
    """Its errors are what is told, not that it was not saved."""
    (stack / "more.toml").write_text('[user.x]\nroles = ["no_such_role"]\n', encoding="utf-8")
    ended = run("ci")
    assert (ended.code, (stack / ".snowconf/ci/plan.json").exists()) == (1, False)
    assert "no_such_role" in ended.out + ended.err
    assert "SNC259" not in ended.out + ended.err


def test_policy_that_says_no_ends_with_3(stack: Path, run: Run) -> None:
    """And the outputs say denied."""
    (stack / "policies").mkdir()
    rule = 'package main\n\nimport rego.v1\n\ndeny contains "never" if true\n'
    (stack / "policies/never.rego").write_text(rule, encoding="utf-8")
    assert run("ci", "--policies", "policies").code == 3
    assert "VERDICT=denied" in (stack / ".snowconf/ci/outputs.env").read_text("utf-8")


def test_no_secret_is_anywhere(stack: Path, ended_in: Callable[..., Any]) -> None:
    """Neither in what is printed nor in any file."""
    ended = ended_in("GITHUB_ACTIONS")
    files = [*(stack / ".snowconf/ci").iterdir(), stack.parent / "output", stack.parent / "summary"]
    said = ended.out + ended.err + "".join(each.read_text("utf-8") for each in files)
    assert "canary-s3cret-value" not in said


def test_summary_that_is_too_long_is_its_first_part(tmp_path: Path) -> None:
    """A page takes a mebibyte from a step; more would be dropped whole."""
    parts = (tmp_path / "comment.md", tmp_path / "comment-2.md")
    parts[0].write_text("first\n", encoding="utf-8")
    parts[1].write_text("x" * 1024 * 1024, encoding="utf-8")
    given = HandOver(outputs={"odd": "a\nb"}, comment=parts, shelf=tmp_path)
    environ = {"GITHUB_OUTPUT": str(tmp_path / "o"), "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    given.to(Pipeline.GITHUB, environ)
    assert (tmp_path / "s").read_text("utf-8") == "first\n"
    assert (tmp_path / "o").read_text("utf-8") == "odd=a b\n"
