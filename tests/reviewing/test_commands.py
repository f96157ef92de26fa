"""Reports on the command line: of plans, of drift, of what was kept, and of runs that fail."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from errno import ENOSPC
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from snowconf.cli.terminal import Stream
from tests.cli.conftest import SECRET, _plain_environment, at_terminal, run, stack
from tests.driving.commands import SNOWCONF
from tests.reviewing.shapes import faults

__all__ = ["_plain_environment", "at_terminal", "run", "stack"]

Run = Callable[..., Any]
FILES = (
    "--markdown",
    "c.md",
    "--html",
    "p.html",
    "--sarif",
    "s.sarif",
    "--junit",
    "j.xml",
    "--annotations",
    "a.txt",
)


def test_a_plan_writes_what_is_asked_for(stack: Path, run: Run) -> None:
    """Each to its file; what people read is as without them, and no secret is in any."""
    ended = run("plan", *FILES, "--events", "e.ndjson", "--with-access")
    events = [json.loads(each) for each in (stack / "e.ndjson").read_text("utf-8").splitlines()]
    written = {each.name: each.read_text("utf-8") for each in stack.iterdir() if each.is_file()}
    assert (ended.code, "3 to create" in ended.out) == (0, True)
    assert written["c.md"].startswith("<!-- snowconf:plan:small:sandbox:1 -->\n")
    assert "data:image/svg+xml;base64," in written["p.html"]
    assert json.loads(written["s.sarif"])["version"] == "2.1.0"
    assert ET.fromstring(written["j.xml"]).attrib["failures"] == "0"
    assert {each["type"] for each in events} >= {"version", "progress", "planned_change", "change_summary"}
    assert [name for name, text in written.items() if SECRET in text] == []


@pytest.mark.usefixtures("stack")
def test_what_is_printed_stands_alone_on_standard_output(run: Run) -> None:
    """The report for people goes to the other stream."""
    ended = run("plan", "--junit", "-")
    assert ET.fromstring(ended.out).tag == "testsuites"
    assert "3 to create" in ended.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--junit", "-", "--events", "-"),
        ("--html", "a", "--sarif", "./a"),
        ("--out", "a", "--html", "a"),
        ("--out", "-"),
        ("--html", "small.toml"),
        ("--events", "small.toml"),
        ("--html", "."),
        ("--json", "--html", "-"),
        ("--json", "--events", "-"),
    ],
)
@pytest.mark.usefixtures("stack")
def test_a_report_without_a_place_is_refused_at_once(run: Run, wrong: tuple[str, ...]) -> None:
    """Before anything is asked of the instance."""
    ended = run("plan", *wrong)
    assert (ended.code, "[SNC660]" in ended.err, "create" in ended.out) == (1, True, False)


def test_a_plan_that_fails_writes_its_reports_all_the_same(stack: Path, run: Run) -> None:
    """The comment of an earlier plan would be believed otherwise; it is found by the same marker."""
    run("plan", *FILES)
    path = stack / "small.toml"
    path.write_text(path.read_text("utf-8").replace('roles = ["reader"]', "rolls = []"), encoding="utf-8")
    ended = run("plan", *FILES, "--events", "e.ndjson")
    comment = (stack / "c.md").read_text("utf-8")
    assert ended.code == 1
    assert comment.startswith("<!-- snowconf:plan:small:sandbox:1 -->\n")
    assert "failed" in comment.splitlines()[1]
    assert "::error file=small.toml,line=" in (stack / "a.txt").read_text("utf-8")
    assert '"type":"diagnostic"' in (stack / "e.ndjson").read_text("utf-8")
    assert ET.parse(stack / "j.xml").getroot().attrib["failures"] == "1"


def test_parts_of_an_earlier_run_are_taken_away_and_nothing_else(stack: Path, run: Run) -> None:
    """A pipeline would post them again; a file that only has such a name is somebody's."""
    (stack / "c-2.md").write_text("<!-- snowconf:plan:small:sandbox:2 -->\nfrom before", encoding="utf-8")
    (stack / "c-3.md").write_text("my third chapter", encoding="utf-8")
    run("plan", "--markdown", "c.md")
    assert [(stack / each).exists() for each in ("c.md", "c-2.md", "c-3.md")] == [True, False, True]


def test_a_part_takes_the_place_of_nothing_that_is_somebody_s(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run fails before the file is lost."""
    monkeypatch.setattr("snowconf.cli.publishing.render_markdown", lambda *_: ("one", "two"))
    (stack / "c-2.md").write_text("my second chapter", encoding="utf-8")
    ended = run("plan", "--markdown", "c.md")
    assert (ended.code, "[SNC660]" in ended.err) == (1, True)
    assert (stack / "c-2.md").read_text("utf-8") == "my second chapter"


@pytest.mark.parametrize(("name", "folds"), [("GITLAB_CI", True), ("BITBUCKET_BUILD_NUMBER", False)])
def test_the_pipeline_says_whose_comment_it_is(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, *, folds: bool
) -> None:
    """Unless --markdown-for does."""
    monkeypatch.setenv(name, "1")
    run("plan", "--markdown", "c.md")
    chosen = run("plan", "--markdown", "-", "--markdown-for", "github").out
    assert ("<details>" in (stack / "c.md").read_text("utf-8"), "<details>" in chosen) == (folds, True)


def test_drift_is_reported_too(stack: Path, run: Run) -> None:
    """What is missing fails the tests of a nightly run, and is kept for later."""
    ended = run("drift", *FILES)
    assert (ended.code, ET.parse(stack / "j.xml").getroot().attrib["failures"]) == (2, "3")
    assert "snowconf drift of stack `small`" in (stack / "c.md").read_text("utf-8")
    (stack / "drift.json").write_text(run("drift", "--json").out, encoding="utf-8")
    kept = run("report", "drift.json", "--markdown", "again.md")
    assert (kept.code, "Drift: 3 resources of 3 differ." in kept.out) == (0, True)
    assert "| missing |" in (stack / "again.md").read_text("utf-8")


@pytest.mark.parametrize("form", ["out", "json"])
def test_a_kept_plan_is_shown_and_reported_again(stack: Path, run: Run, form: str) -> None:
    """From either document; the comment is the one that the plan itself would have written."""
    run("plan", "--markdown", "first.md", "--out", "plan.json")
    if form == "json":
        (stack / "plan.json").write_text(run("plan", "--json").out, encoding="utf-8")
    ended = run("report", "plan.json", "--markdown", "again.md")
    assert (ended.code, "3 to create" in ended.out) == (0, True)
    first, again = ((stack / each).read_text("utf-8").split("####")[0] for each in ("first.md", "again.md"))
    assert again.splitlines()[6:] == first.splitlines()[6:]


def test_a_kept_plan_is_a_document_again(stack: Path, run: Run) -> None:
    """With --json it is printed as it is."""
    run("plan", "--out", "plan.json")
    assert json.loads(run("report", "plan.json", "--json").out) == json.loads(
        (stack / "plan.json").read_text()
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format_version": "1.0", "resource_changes": [1]}'])
def test_what_is_no_plan_is_not_reported(stack: Path, run: Run, text: str) -> None:
    """A sentence, and no report."""
    (stack / "x.json").write_text(text, encoding="utf-8")
    ended = run("report", "x.json", "--html", "p.html")
    assert (ended.code, "[SNC651]" in ended.err, (stack / "p.html").exists()) == (1, True, False)


def test_a_document_of_another_major_version_says_so(stack: Path, run: Run) -> None:
    """Nobody looks for a mistake in a file that is only newer."""
    text = run("plan", "--json").out.replace('"format_version": "1.0"', '"format_version": "2.1"')
    (stack / "x.json").write_text(text, encoding="utf-8")
    assert "has format_version 2.1" in " ".join(run("report", "x.json").err.split())


def test_a_device_stays_one_and_so_does_a_link(stack: Path, run: Run) -> None:
    """Whoever names /dev/stdout or a link to a file elsewhere finds it there afterwards."""
    (stack / "link.md").symlink_to("real.md")
    os.mkfifo(stack / "pipe")
    reader = os.open(stack / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        ended = run("plan", "--markdown", "link.md", "--junit", "pipe")
        told = os.read(reader, 5)
    finally:
        os.close(reader)
    assert (ended.code, told, (stack / "link.md").is_symlink()) == (0, b"<?xml", True)
    assert (stack / "real.md").read_text("utf-8").startswith("<!-- snowconf:plan:")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ((), "apply p.json"),
        (("--directory", "../stack of mine"), "apply --directory '../stack of mine' p.json"),
        (("../stack of mine",), "apply --directory '../stack of mine' ../small/p.json"),
        (
            ("--instance", "sandbox", "--env-file", "../my .env"),
            "apply --instance sandbox --env-file '../my .env' p.json",
        ),
    ],
)
def test_the_command_that_is_named_for_a_saved_plan_takes_it(
    stack: Path, run: Run, where: tuple[str, ...], said: str
) -> None:
    """Typed where the plan was made, wherever stack and plan are."""
    (stack.parent / "stack of mine").mkdir()
    shutil.copy(stack / "small.toml", stack.parent / "stack of mine")
    (stack.parent / "my .env").write_text("", "utf-8")
    line = run("plan", "--out", "p.json", *where).out.splitlines()[-1]
    assert line == f"Saved. To apply exactly this: snowconf {said}"
    assert run("apply", *shlex.split(said)[1:]).code == 0


def test_a_saved_plan_that_is_denied_says_when_it_can_be_applied(stack: Path, run: Run) -> None:
    """It is kept all the same: an apply asks the policies again."""
    (stack / "no.rego").write_text('package main\n\nimport rego.v1\n\ndeny contains "no"\n', encoding="utf-8")
    ended = run("plan", "--out", "p.json", "--policies", "no.rego")
    last = ended.out.splitlines()[-1]
    assert (ended.code, last) == (
        3,
        "Saved. To apply exactly this once policies allow it: snowconf apply p.json",
    )


def test_bytes_that_are_no_text_are_not_reported(stack: Path, run: Run) -> None:
    """Nor is a file that is not there."""
    (stack / "x.json").write_bytes(b"\xff\xfe")
    assert "[SNC651]" in run("report", "x.json").err
    assert run("report", "nowhere.json").code == 1


def test_a_tampered_plan_is_not_reported(stack: Path, run: Run) -> None:
    """A reviewer would see something else than what is applied."""
    run("plan", "--out", "plan.json")
    path = stack / "plan.json"
    path.write_text(path.read_text("utf-8").replace("Reads", "Writes"), encoding="utf-8")
    assert "[SNC251]" in run("report", "plan.json").err


@pytest.mark.usefixtures("stack")
def test_an_apply_tells_what_happens(run: Run) -> None:
    """On standard output alone, from the version to the sum; each change is told when it ends, and once."""
    ended = run("apply", "--auto-approve", "--events", "-")
    events = [json.loads(each) for each in ended.out.splitlines()]
    types = [each["type"] for each in events]
    assert (ended.code, types[0], types[-1]) == (0, "version", "change_summary")
    assert (types.count("planned_change"), types.count("apply_complete")) == (3, 3)
    ends = [at for at, each in enumerate(types) if each == "apply_complete"]
    assert [events[at + 1].get("subject") for at in ends] == [events[at]["outcome"]["address"] for at in ends]
    assert events[-1]["changes"]["done"] == 3


class Full(StringIO):
    """A file on a disk that takes three lines."""

    def __init__(self) -> None:
        super().__init__()
        self.room = 3

    def write(self, text: str) -> int:
        """The next line, as long as there is room."""
        self.room -= 1
        if self.room < 0:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        return super().write(text)


@pytest.mark.usefixtures("stack")
def test_an_apply_goes_on_when_its_events_find_no_room(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so once, does everything, and ends as it would have."""
    file = Full()
    monkeypatch.setattr("snowconf.cli.telling._stream", lambda *_: Stream(file, colour=False, redact=str))
    ended = run("apply", "--auto-approve", "--events", "e.ndjson")
    assert (ended.code, ended.err.count("[SNC661]"), len(file.getvalue().splitlines())) == (0, 1, 3)
    assert run("plan", "--detailed-exitcode").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that takes nothing")
def test_an_apply_goes_on_when_nobody_can_be_told_of_it(stack: Path, run: Run) -> None:
    """Standard error on a full disk breaks nothing off; events that cannot even begin do, before anything is written."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        refused = run("apply", "--auto-approve", "--events", "/dev/full")
        command = [str(SNOWCONF), "apply", "--auto-approve"]
        done = subprocess.run(
            command, cwd=stack, stdout=subprocess.DEVNULL, stderr=full, check=False, timeout=100
        )
    assert (refused.code, refused.err.count("No space left on device")) == (1, 1)
    assert (done.returncode, run("plan", "--detailed-exitcode").code) == (0, 0)


@pytest.mark.usefixtures("stack")
def test_a_report_that_cannot_be_printed_does_not_make_an_apply_fail(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is about the instance; what is wrong with the output is said on standard error."""

    def full(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("snowconf.cli.session.Session.show", full)
        ended = run("apply", "--auto-approve", "--json")
    assert (ended.code, "The report could not be printed" in ended.err) == (0, True)
    assert run("plan", "--detailed-exitcode").code == 0


def test_the_schema_of_a_plan_is_printed_and_kept(stack: Path, run: Run) -> None:
    """And a plan fits it."""
    schema = json.loads(run("schema", "--plan").out)
    document = json.loads(run("plan", "--json").out)
    assert list(faults(document, schema, schema)) == []
    assert run("schema", "--plan", "--write").out == "Wrote .snowconf/plan-schema.json\n"
    assert json.loads((stack / ".snowconf" / "plan-schema.json").read_text("utf-8")) == schema
