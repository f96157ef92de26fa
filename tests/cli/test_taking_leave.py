"""What is said of blocks that have left the files, of what goes back with them, and of long waits."""

import json
from pathlib import Path

import pytest

from snowconf.cli.progress import waiting
from snowconf.engine.port import Progress
from tests.cli.conftest import Run

HEAD = '[stack]\nname = "leaving"\n[instance.sandbox]\nurl = "sandbox:"\ndefault = true\n'


@pytest.fixture
def leaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of a stack, empty but for its head."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "s.toml"
    path.write_text(HEAD, encoding="utf-8")
    return path


def gone(path: Path, run: Run, block: str, instead: str = "") -> str:
    """The plan after a block was applied and has left the file, on single blanks."""
    path.write_text(HEAD + block, encoding="utf-8")
    applied = run("apply", "--auto-approve")
    assert applied.code == 0, applied
    path.write_text(HEAD + instead, encoding="utf-8")
    return " ".join(run("plan").out.split())


def test_a_block_that_is_gone_was_somewhere(leaving: Path, run: Run) -> None:
    """Its place is that of the past, and what stands there now is not quoted."""
    block = "[role.reader]\nlifecycle = { prevent_delete = true }\n"
    said = gone(leaving, run, block, "[role.something_else]\n")
    assert "- role.reader (was at s.toml:6)" in said
    assert "[SNC221] in role.reader (was at s.toml:6) 'reader' was applied" in said
    assert "6 |" not in said


def test_a_saved_plan_remembers_that_the_block_is_gone(leaving: Path, run: Run) -> None:
    """The apply of it says the same."""
    gone(leaving, run, "[role.reader]\n")
    assert run("plan", "--out", "plan.json").code == 0
    assert "(was at s.toml:6)" in run("apply", "plan.json").out


def test_what_goes_back_was_edited_by_nobody(leaving: Path, run: Run) -> None:
    """An adopted record is put back as it was."""
    said = gone(leaving, run, '[role.itil]\ndescription = "Ours"\n')
    assert "(put back)" in said
    assert "(edited)" not in said


def test_what_leaves_a_block_goes_back_too(leaving: Path, run: Run) -> None:
    """And is no drift."""
    said = gone(leaving, run, '[role.itil]\ndescription = "Ours"\n', "[role.itil]\n")
    assert "(put back)" in said
    assert run("drift").code == 0


def test_what_is_switched_off_was_on(leaving: Path, run: Run) -> None:
    """The plan shows what the record holds, and no (none)."""
    said = gone(leaving, run, '[oauth_app.app]\nlifecycle = { on_remove = "deactivate" }\n')
    assert "active true -> false" in said
    changes = json.loads(run("plan", "--json").out)["resource_changes"]
    assert [(each["change"]["before"], each["change"]["after"]) for each in changes] == [
        ({"active": True}, {"active": False})
    ]


def test_a_long_wait_says_what_for() -> None:
    """With the seconds, rounded up."""
    told: list[Progress] = []
    waiting(told.append)("sys_user abc was sent", 64.2)
    assert [(each.phase, each.total, each.subject) for each in told] == [
        ("waiting", 65, "sys_user abc was sent")
    ]
