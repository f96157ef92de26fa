"""The shell steps of the action and of the template, run as a runner runs them, against a sandbox that is served."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.driving.commands import SNOWCONF, Ran, clean_environment
from tests.driving.serving import Reply, Request, served_sandbox, serving
from tests.pipelines import github

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


class Runner:
    """A fake runner: a workspace, its variables, and steps by name."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        (folder / "stack").mkdir()
        (folder / "stack" / "piped.toml").write_text(STACK.format(url=url), encoding="utf-8")
        (folder / "bin").mkdir()
        github.install(folder / "bin")
        self.github = github.GitHub(folder)
        self.environ = clean_environment(
            {
                "PATH": f"{folder / 'bin'}{os.pathsep}{SNOWCONF.parent}{os.pathsep}{os.environ['PATH']}",
                "PROD_PASSWORD": "admin",
                "PIPED_PASSWORD": SECRET,
                "GH_STATE": str(self.github.place),
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
        return self.act(_read("action.yml")["runs"]["steps"], name, inputs)

    def job(self, job: str, name: str, **inputs: str) -> Ran:
        """A step of a job of the example, the same way."""
        return self.act(_read("examples/pipelines/github.yml")["jobs"][job]["steps"], name, inputs)

    def act(self, steps: list[dict[str, Any]], name: str, inputs: Mapping[str, str]) -> Ran:
        """One of the steps."""
        (step,) = (each for each in steps if each.get("name") == name)
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


def _read(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text("utf-8"))


@pytest.fixture
def desk(tmp_path: Path) -> Runner:
    """A runner that needs no instance."""
    return Runner(tmp_path, "sandbox:")


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


def test_mistake_is_an_annotation_and_still_a_comment(desk: Runner) -> None:
    """A broken stack ends the step with 1, marks the line, and leaves a comment that says so."""
    (desk.folder / "stack" / "more.toml").write_text('[role.x]\ndescripton = "y"\n', encoding="utf-8")
    ended = run(desk, "plan")
    assert (ended.code, ended.out.startswith("::error file=stack/more.toml,line=2,")) == (1, True)
    assert (desk.outputs["verdict"], "plan_path" in desk.outputs) == ("failed", False)
    assert "SNC124" in (desk.folder / desk.outputs["comment_path"]).read_text("utf-8")


@pytest.mark.parametrize("command", ["destroy", '$(touch pwned) "; touch pwned; "'])
def test_other_commands_are_refused(desk: Runner, command: str) -> None:
    """An input is text and never a script."""
    ended = run(desk, command)
    assert (ended.code, (desk.folder / "pwned").exists()) == (1, False)


def _write_parts(folder: Path, parts: Sequence[str]) -> None:
    """A comment in so many files, and no more of them."""
    for number in range(1, 6):
        place = folder / ("comment.md" if number == 1 else f"comment-{number}.md")
        place.unlink(missing_ok=True)
        if number <= len(parts):
            marker = f"<!-- snowconf:plan:piped:prod:{number} -->"
            place.write_text(f"{marker}\n{parts[number - 1]}\n", encoding="utf-8")


def _comment(runner: Runner, *parts: str) -> Ran:
    """The action's step, for a comment in so many parts."""
    _write_parts(runner.folder, parts)
    said = {"steps.run.outputs.comment_path": "comment.md", "github.event.pull_request.number": "12"}
    return runner.step("Comment on the pull request", **said, **{"github.repository": "a/b"})


def test_comments_are_made_then_updated_and_taken_away_again(desk: Runner) -> None:
    """Each part finds its own by its marker, on whatever page it is; a part that is written no more is deleted."""
    others = [
        {"id": 1, "user": {"login": "jane"}, "body": "<!-- snowconf:plan:piped:prod:1 -->\nmine!"},
        {"id": 2, "user": {"login": github.ME}, "body": "<!-- snowconf:plan:piped:dev:1 -->\nof dev"},
        {"id": 3, "user": {"login": github.ME}, "body": "<!-- snowconf:drift:piped:prod:1 -->\ndrift"},
    ]
    desk.github.arrange(comments=others)
    said = []
    for parts in (("one", "two", "three"), ("1st", "2nd"), ("first",)):
        ended = _comment(desk, *parts)
        assert ended.code == 0, ended.said
        said.append([each.partition("\n")[2].strip() for each in desk.github.bodies()])
    kept = ["mine!", "of dev", "drift"]
    assert said == [[*kept, "one", "two", "three"], [*kept, "1st", "2nd"], [*kept, "first"]]


def test_without_a_comment_none_is_touched(desk: Runner) -> None:
    """A run that never came to write one leaves what is there."""
    assert _comment(desk).code == 0
    assert desk.github.held("comments") == []


def test_merge_fetches_the_plan_of_its_pull_request(desk: Runner) -> None:
    """The artifact of the run that planned the merged head, or nothing at all."""
    (desk.folder / "plan.json").write_text("{}", encoding="utf-8")
    step, env = "Fetch the plan that was reviewed", {"GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "f00"}
    desk.environ |= env | {"STACK": "stack"}
    missing = desk.job("apply", step)
    plan = str(desk.folder / "plan.json")
    desk.github.arrange(
        pulls=[{"head": {"sha": "abc"}}], runs=[{"databaseId": 7, "commit": "abc", "snowconf-plan": plan}]
    )
    found = desk.job("apply", step)
    assert (missing.code != 0, "no plan of a pull request" in missing.err, found.code) == (True, True, 0)
    assert (desk.folder / "stack/.snowconf/ci/plan.json").read_text("utf-8") == "{}"


def test_drift_opens_one_issue_and_goes_on_with_it(desk: Runner) -> None:
    """The second night changes the issue of the first."""
    (desk.folder / "drift.md").write_text("first night", encoding="utf-8")
    step, said = (
        "Open an issue, or go on with the open one",
        {"steps.snowconf.outputs.comment_path": "drift.md"},
    )
    first = desk.job("drift", step, **said)
    (desk.folder / "drift.md").write_text("second night", encoding="utf-8")
    second = desk.job("drift", step, **said)
    assert (first.code, second.code) == (0, 0), first.said + second.said
    assert [each["body"] for each in desk.github.held("issues")] == ["second night"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="GitLab's template fetches with curl")
def test_steps_of_the_gitlab_template_run(runner: Runner) -> None:
    """A merge request is checked and planned; its merge fetches that plan and applies it; then there is no drift."""
    jobs = _read("examples/pipelines/gitlab-ci.yml")
    rules = runner.folder / "rules"
    rules.mkdir()
    (rules / "main.rego").write_text(
        'package main\n\nimport rego.v1\n\ndeny contains "no" if false\n', encoding="utf-8"
    )
    asked: list[Request] = []
    kept = runner.folder / "kept.json"

    def gitlab(request: Request) -> Reply:
        asked.append(request)
        return Reply(status=200, body=kept.read_bytes())

    with serving(gitlab) as url:
        more = {"GITLAB_CI": "true", "CI": "true", "STACK": "stack", "TRUSTED_POLICIES": str(rules)}
        more |= {"CI_API_V4_URL": url, "CI_PROJECT_ID": "9", "CI_JOB_TOKEN": "t0ken"}
        more |= {"CI_COMMIT_MESSAGE": "Merge branch 'x' into 'main'\n\nSee merge request group/project!12"}
        for job in ("snowconf:check", "snowconf:plan", "snowconf:apply", "snowconf:drift"):
            ended = runner.bash("\n".join(jobs[job]["script"]), more)
            assert ended.code == 0, ended.said
            if job == "snowconf:plan":
                (runner.folder / "stack/.snowconf/ci/plan.json").rename(kept)
    (request,) = asked
    assert request.path.endswith(
        "/artifacts/refs%2Fmerge-requests%2F12%2Fhead/raw/stack/.snowconf/ci/plan.json"
    )
    assert ("JOB-TOKEN", "t0ken") in request.headers
    counts = json.loads((runner.folder / "stack/.snowconf/ci/terraform.json").read_text("utf-8"))
    assert counts == {"create": 2, "update": 0, "delete": 0}


class Notes:
    """The notes of a merge request, two on a page, and whose token asks."""

    def __init__(self) -> None:
        self.held: dict[int, tuple[int, str]] = {
            1: (8, "<!-- snowconf:plan:piped:prod:1 -->\nmine!"),
            2: (7, "<!-- snowconf:plan:piped:dev:1 -->\nof dev"),
        }

    def __call__(self, request: Request) -> Reply:
        """As GitLab answers."""
        assert ("private-token", "t0ken") in {(name.lower(), value) for name, value in request.headers}
        number = int(request.path.rpartition("/")[2]) if request.path[-1].isdigit() else len(self.held) + 10
        match request.verb:
            case "GET" if request.path == "/user":
                return Reply(status=200, body=b'{"id": 7}')
            case "GET":
                return self.page(int(request.target.rpartition("=")[2]))
            case "DELETE":
                del self.held[number]
                return Reply(status=204)
            case _:
                self.held[number] = (7, json.loads(request.body)["body"])
                return Reply(status=200, body=b"{}")

    def page(self, number: int) -> Reply:
        """Two notes, and where the others are."""
        listed = [
            {"id": key, "author": {"id": author}, "body": text} for key, (author, text) in self.held.items()
        ]
        shown, more = listed[2 * number - 2 : 2 * number], len(listed) > 2 * number
        headers = (("X-Next-Page", str(number + 1) if more else ""),)
        return Reply(status=200, body=json.dumps(shown).encode(), headers=headers)


def test_notes_of_a_merge_request_are_made_then_updated_and_taken_away_again(tmp_path: Path) -> None:
    """As the action does with comments; a name alone makes a note nobody's of ours."""
    (script,) = _read("examples/pipelines/gitlab-ci.yml")["snowconf:comment"]["script"]
    notes, said, runner = Notes(), [], Runner(tmp_path, "sandbox:")
    shelf = tmp_path / "stack/.snowconf/ci"
    shelf.mkdir(parents=True)
    more = {"STACK": "stack", "COMMENT_TOKEN": "t0ken", "CI_PROJECT_ID": "9", "CI_MERGE_REQUEST_IID": "12"}
    with serving(notes) as url:
        for parts in (("one", "two"), ("first",)):
            _write_parts(shelf, parts)
            ended = runner.bash(script, more | {"CI_API_V4_URL": url})
            assert ended.code == 0, ended.said
            said.append([text.partition("\n")[2].strip() for _, text in notes.held.values()])
    assert said == [["mine!", "of dev", "one", "two"], ["mine!", "of dev", "first"]]


class Threads:
    """The threads of a pull request of Azure DevOps."""

    def __init__(self) -> None:
        self.held: list[dict[str, Any]] = []
        self.add("<!-- snowconf:plan:piped:prod:1 -->\nmine!", "somebody")

    def add(self, text: str, author: str) -> None:
        """One thread with one comment."""
        comment = {"id": 1, "author": {"id": author}, "content": text}
        self.held.append({"id": len(self.held) + 1, "comments": [comment]})

    def __call__(self, request: Request) -> Reply:
        """As Azure DevOps answers; what is deleted stays, without its text."""
        assert ("authorization", "Bearer t0ken") in {(name.lower(), value) for name, value in request.headers}
        if request.path == "/_apis/connectionData":
            return Reply(status=200, body=b'{"authenticatedUser": {"id": "service"}}')
        assert request.target.endswith("?api-version=7.1")
        thread = re.search(r"/threads/(\d+)/comments/1", request.path)
        sent = json.loads(request.body or b"null")
        if thread:
            (comment,) = self.held[int(thread[1]) - 1]["comments"]
            comment |= sent or {"content": None, "isDeleted": True}
        elif sent:
            self.add(sent["comments"][0]["content"], "service")
        return Reply(status=200, body=json.dumps({"value": self.held}).encode())


def test_threads_of_azure_are_made_then_updated_and_taken_away_again(tmp_path: Path) -> None:
    """As the action does with comments."""
    (job,) = _read("examples/pipelines/azure-pipelines.yml")["stages"][0]["jobs"]
    (script,) = (each["bash"] for each in job["steps"] if "pull request" in each.get("displayName", ""))
    threads, said, runner = Threads(), [], Runner(tmp_path, "sandbox:")
    more = {"COMMENT": "comment.md", "SYSTEM_ACCESSTOKEN": "t0ken", "SYSTEM_TEAMPROJECTID": "p"}
    more |= {"BUILD_REPOSITORY_ID": "r", "SYSTEM_PULLREQUEST_PULLREQUESTID": "12"}
    with serving(threads) as url:
        for parts in (("one", "two"), ("first",), ("1st", "2nd")):
            _write_parts(tmp_path, parts)
            ended = runner.bash(script, more | {"SYSTEM_COLLECTIONURI": f"{url}/"})
            assert ended.code == 0, ended.said
            texts = (str(each["comments"][0]["content"]).partition("\n")[2] for each in threads.held)
            said.append([text.strip() for text in texts])
    assert said == [["mine!", "one", "two"], ["mine!", "first", ""], ["mine!", "1st", "", "2nd"]]


def test_steps_of_the_jenkinsfile_run(runner: Runner) -> None:
    """Plan, apply, and the drift of the night, in this order."""
    text = (ROOT / "examples/pipelines/Jenkinsfile").read_text("utf-8")
    scripts = re.findall(r"sh '([^']*)'", text)
    assert len(scripts) == 3
    for script in scripts:
        ended = runner.bash(script, {"JENKINS_URL": "http://jenkins", "STACK": "stack"})
        assert ended.code == 0, ended.said
