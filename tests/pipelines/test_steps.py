"""The shell steps of the action and of the template, run as a runner runs them, against a sandbox that is served."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.driving.commands import SNOWCONF, Ran, clean_environment
from tests.driving.serving import served_sandbox

ROOT = Path(__file__).resolve().parents[2]
SECRET = "canary-s3cret-of-the-pipeline"
STACK = """\
[stack]
name = "piped"

[instance.prod]
url = "{url}"
auth = {{ username = "admin", password = {{ env = "PROD_PASSWORD" }} }}

[role.piped]
description = "Made in a pipeline"

[user.svc_piped]
password = {{ env = "PIPED_PASSWORD" }}
roles = ["piped"]
"""
# Keeps what it is told, and knows of one comment when it is asked to.
GH = """\
#!/bin/bash
printf '%s\\n' "$*" >> "$GH_LOG"
if [[ "$*" == *--paginate* ]]; then printf '%s' "${GH_FOUND:-}"; fi
"""


class Runner:
    """A fake runner: a workspace, its variables, and steps by name."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        (folder / "stack").mkdir()
        (folder / "stack" / "piped.toml").write_text(STACK.format(url=url), encoding="utf-8")
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(GH, encoding="utf-8")
        (folder / "bin" / "gh").chmod(0o755)
        self.environ = clean_environment(
            {
                "PATH": f"{folder / 'bin'}{os.pathsep}{SNOWCONF.parent}{os.pathsep}{os.environ['PATH']}",
                "PROD_PASSWORD": "admin",
                "PIPED_PASSWORD": SECRET,
                "GH_LOG": str(folder / "gh.log"),
            }
        )

    def bash(self, script: str, more: Mapping[str, str]) -> Ran:
        """As GitHub's runner starts bash for a `run:` of a composite action."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.environ | dict(more),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    def step(self, name: str, **inputs: str) -> Ran:
        """A step of action.yml; expressions are what the inputs say, and nothing where they say nothing."""
        steps: list[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"][
            "steps"
        ]
        (step,) = (each for each in steps if each["name"] == name)
        assert "${{" not in step["run"]
        env = {
            key: re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: inputs.get(found[1], ""), value)
            for key, value in step["env"].items()
        }
        files = {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary"}
        places = {key: str(self.folder / value) for key, value in files.items()}
        return self.bash(step["run"], {"GITHUB_ACTIONS": "true", "CI": "true", **places, **env})

    @property
    def outputs(self) -> dict[str, str]:
        """What the steps have handed on."""
        lines = (self.folder / "output").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """A runner and its instance."""
    with served_sandbox(tmp_path) as url:
        yield Runner(tmp_path, url)


def run(runner: Runner, command: str, **more: str) -> Ran:
    """The action's main step."""
    return runner.step("Run snowconf", **{"inputs.command": command, "inputs.path": "stack", **more})


def test_plan_is_reviewed_and_then_applied_as_it_was(runner: Runner) -> None:
    """The plan of the pull request is handed on as a file, applied by the same action, and nothing is left to do."""
    planned = run(runner, "plan")
    first = runner.outputs
    assert (planned.code, first["verdict"], first["to_create"], first["exit_code"]) == (
        0,
        "changes",
        "2",
        "0",
    )
    assert "snowconf:plan:piped:prod" in (runner.folder / "summary").read_text("utf-8")
    applied = run(runner, "apply", **{"inputs.plan": ".snowconf/ci/plan.json"})
    assert applied.code == 0, applied.said
    run(runner, "plan")
    assert (runner.outputs["verdict"], runner.outputs["changes"]) == ("nothing to do", "false")
    kept = [each for each in runner.folder.rglob("*") if each.is_file() and each.suffix != ".db"]
    assert [each.name for each in kept if SECRET.encode() in each.read_bytes()] == []
    assert SECRET not in planned.said + applied.said


def test_checksum_of_another_plan_applies_nothing(runner: Runner) -> None:
    """What was not reviewed is not applied, and the step fails with the code for it."""
    ended = run(runner, "apply", **{"inputs.checksum": "sha256:0"})
    assert (ended.code, runner.outputs["exit_code"]) == (4, "4")


def test_drift_is_reported_and_told_by_its_code(runner: Runner) -> None:
    """A stack that was never applied differs; the report is there for an issue."""
    ended = run(runner, "drift")
    assert (ended.code, runner.outputs["exit_code"]) == (2, "2")
    assert "drift" in (runner.folder / runner.outputs["comment_path"]).read_text("utf-8")


def test_mistake_is_an_annotation_and_still_a_comment(runner: Runner) -> None:
    """A broken stack ends the step with 1, marks the line, and leaves a comment that says so."""
    (runner.folder / "stack" / "more.toml").write_text('[role.x]\ndescripton = "y"\n', encoding="utf-8")
    ended = run(runner, "plan")
    assert (ended.code, ended.out.startswith("::error file=stack/more.toml,line=2,")) == (1, True)
    assert (runner.outputs["verdict"], "plan_path" in runner.outputs) == ("failed", False)
    assert "SNC124" in (runner.folder / runner.outputs["comment_path"]).read_text("utf-8")


@pytest.mark.parametrize("command", ["destroy", '$(touch pwned) "; touch pwned; "'])
def test_other_commands_are_refused(runner: Runner, command: str) -> None:
    """An input is text and never a script."""
    ended = run(runner, command)
    assert (ended.code, (runner.folder / "pwned").exists()) == (1, False)


@pytest.mark.parametrize(("found", "method"), [("", "POST"), ("4711", "PATCH")])
def test_comment_is_written_once_and_then_updated(runner: Runner, found: str, method: str) -> None:
    """A comment with the same marker is replaced; without one it is made."""
    (runner.folder / "comment.md").write_text(
        "<!-- snowconf:plan:piped:prod:1 -->\nhello\n", encoding="utf-8"
    )
    runner.environ["GH_FOUND"] = found
    said = {"steps.run.outputs.comment_path": "comment.md", "github.event.pull_request.number": "12"}
    ended = runner.step("Comment on the pull request", **said, **{"github.repository": "a/b"})
    assert ended.code == 0, ended.said
    last = (runner.folder / "gh.log").read_text("utf-8").splitlines()[-1]
    place = f"repos/a/b/issues/comments/{found}" if found else "repos/a/b/issues/12/comments"
    assert last == f"api --silent --method {method} {place} --field body=@comment.md"


def test_steps_of_the_gitlab_template_run(runner: Runner) -> None:
    """The scripts for checking and planning end well in GitLab's variables, and leave its widget's numbers."""
    jobs = yaml.safe_load((ROOT / "examples/pipelines/gitlab-ci.yml").read_text("utf-8"))
    rules = runner.folder / "rules"
    rules.mkdir()
    (rules / "main.rego").write_text(
        'package main\n\nimport rego.v1\n\ndeny contains "no" if false\n', encoding="utf-8"
    )
    more = {"GITLAB_CI": "true", "CI": "true", "STACK": "stack", "TRUSTED_POLICIES": str(rules)}
    for job in ("snowconf:check", "snowconf:plan"):
        ended = runner.bash("\n".join(jobs[job]["script"]), more)
        assert ended.code == 0, ended.said
    counts = json.loads((runner.folder / "stack/.snowconf/ci/terraform.json").read_text("utf-8"))
    assert counts == {"create": 2, "update": 0, "delete": 0}
