"""Receipts on the command line: kept, listed, shown, and taken back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SECRET

Run = Callable[..., Any]


@pytest.fixture
def applied(stack: Path, run: Run) -> Path:
    """The stack after its first apply."""
    assert run("apply", "--auto-approve").code == 0
    return stack


def receipts(stack: Path) -> list[Path]:
    """The files, oldest first."""
    return sorted((stack / ".snowconf" / "receipts").glob("*.json"))


def edit(stack: Path, before: str, after: str) -> None:
    """Change the stack's file."""
    path = stack / "small.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_an_apply_leaves_a_receipt(applied: Path) -> None:
    """Named by when and by its digest, for its owner alone, without the secret that was sent."""
    (path,) = receipts(applied)
    document = json.loads(path.read_text("utf-8"))
    assert path.stem.endswith(f"Z-{document['digest'][:8]}")
    assert (path.stat().st_mode & 0o077, SECRET in path.read_text("utf-8")) == (0, False)
    assert (document["who"], document["summary"]["done"]) == ("admin", 3)


def test_nothing_to_do_leaves_none(applied: Path, run: Run) -> None:
    """Only an apply that did something has something to tell."""
    run("apply", "--auto-approve")
    assert len(receipts(applied)) == 1


def test_receipts_are_listed_and_shown(applied: Path, run: Run) -> None:
    """A line each, and all writes of one."""
    name = receipts(applied)[0].stem
    listed, shown = run("receipts", "list"), run("receipts", "show", name)
    assert (listed.code, listed.out.startswith(name), "3 done" in listed.out) == (0, True, True)
    assert (shown.code, "+ user.svc_small  done" in shown.out) == (0, True)
    assert "user_password  (sensitive, from env SMALL_PASSWORD)" in shown.out


def test_receipts_are_documents_for_machines(applied: Path, run: Run) -> None:
    """The list without the steps, one receipt with them."""
    listed = json.loads(run("receipts", "list", "--json").out)
    shown = json.loads(run("receipts", "show", "last", "--json").out)
    assert [each["name"] for each in listed["receipts"]] == [receipts(applied)[0].stem]
    assert "steps" not in listed["receipts"][0]
    assert len(shown["steps"]) == 3


@pytest.mark.usefixtures("stack")
def test_no_receipts_is_a_sentence(run: Run) -> None:
    """Nothing was applied yet."""
    assert run("receipts", "list").out == "There are no receipts here.\n"


@pytest.mark.usefixtures("stack")
def test_a_group_alone_shows_its_commands(run: Run) -> None:
    """Who types receipts is told what there is."""
    ended = run("receipts")
    assert (ended.code, "list" in ended.out, "show" in ended.out) == (0, True, True)


def test_a_damaged_receipt_is_complained_of(applied: Path, run: Run) -> None:
    """The others are listed all the same, and nothing is undone by it."""
    (path,) = receipts(applied)
    path.write_text(path.read_text("utf-8").replace("admin", "somebody"), encoding="utf-8")
    listed, undone = run("receipts", "list"), run("undo", str(path), "--auto-approve")
    assert (listed.code, "[SNC260]" in listed.err) == (1, True)
    assert (undone.code, "[SNC260]" in undone.err) == (1, True)


@pytest.mark.parametrize("command", [("undo",), ("receipts", "show")])
@pytest.mark.usefixtures("applied")
def test_an_unknown_receipt_is_said_to_be_unknown(run: Run, command: tuple[str, ...]) -> None:
    """With where they are."""
    ended = run(*command, "no-such")
    assert (ended.code, "[SNC265]" in ended.err, "receipts" in ended.err) == (1, True, True)


def test_a_name_that_fits_several_receipts_is_not_enough(applied: Path, run: Run) -> None:
    """They are named."""
    edit(applied, '"Reads"', '"Reads more"')
    run("apply", "--auto-approve")
    ended = run("receipts", "show", "Z-")
    assert (ended.code, "fits 2 receipts" in ended.err) == (1, True)


def test_undo_takes_an_apply_back(applied: Path, run: Run) -> None:
    """Shown first, then done; nothing is owned, and the files ask for all of it again."""
    ended = run("undo", "last", "--auto-approve")
    assert (ended.code, "0 to update, 3 to delete" in ended.out, "Applied: 3 done" in ended.out) == (
        0,
        True,
        True,
    )
    assert "3 to create" in run("plan").out
    assert json.loads(receipts(applied)[-1].read_text("utf-8"))["takes_back"]


@pytest.mark.usefixtures("applied")
def test_undo_needs_a_yes(run: Run, at_terminal: Run) -> None:
    """Nobody to ask, no; a no, no; a yes, done."""
    nobody, no = run("undo", "last"), at_terminal("undo", "last", answer="no\n")
    assert (nobody.code, "[SNC002]" in nobody.err, no.code) == (1, True, 1)
    assert "No changes." in run("plan").out
    assert at_terminal("undo", "last", answer="yes\n").code == 0
    assert "3 to create" in run("plan").out


@pytest.mark.usefixtures("applied")
def test_undo_of_what_is_gone_says_so(run: Run) -> None:
    """The receipt of the first apply, a second time."""
    name = json.loads(run("receipts", "list", "--json").out)["receipts"][0]["name"]
    run("undo", name, "--auto-approve")
    again, document = run("undo", name, "--auto-approve"), run("undo", name, "--auto-approve", "--json")
    assert (again.code, "Nothing to take back" in again.out) == (0, True)
    assert json.loads(document.out)["outcomes"] == []


def test_undo_leaves_what_others_changed_and_says_it_is_not_whole(applied: Path, run: Run) -> None:
    """A conflict ends with 6: not all of it went back."""
    edit(applied, '"Reads"', '"Reads more"')
    edit(applied, '"Small"', '"Smaller"')
    run("apply", "--auto-approve")
    other = applied.parent / "other"
    other.mkdir()
    (other / "other.toml").write_text(
        '[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\n'
        'url = "sandbox:../small/.snowconf/sandbox.db"\n[user.svc_small]\nfirst_name = "Human"\n',
        encoding="utf-8",
    )
    assert run("apply", "--directory", str(other), "--auto-approve").code == 0
    ended = run("undo", "last", "--auto-approve")
    assert (ended.code, "[SNC261]" in ended.out, "Applied: 1 done" in ended.out) == (6, True, True)


def test_undo_is_for_its_own_stack(applied: Path, run: Run) -> None:
    """A receipt of elsewhere takes nothing back here."""
    edit(applied, 'name = "small"', 'name = "smaller"')
    ended = run("undo", "last", "--auto-approve")
    assert (ended.code, "[SNC266]" in ended.err) == (1, True)


def test_undo_keeps_within_its_requests(applied: Path, run: Run) -> None:
    """The same bound as for apply."""
    ended = run("undo", "last", "--auto-approve", "--max-requests", "10")
    assert (ended.code, "[SNC268]" in ended.err, len(receipts(applied))) == (1, True, 1)


def test_a_receipt_that_cannot_be_kept_does_not_fail_the_apply(stack: Path, run: Run) -> None:
    """What was done is done, and the report says what is missing."""
    (stack / ".snowconf").mkdir()
    (stack / ".snowconf" / "receipts").write_text("in the way")
    ended = run("apply", "--auto-approve")
    assert (ended.code, "[SNC267]" in ended.out, "Applied: 3 done" in ended.out) == (0, True, True)


def test_the_ledger_keeps_receipts_in_short(applied: Path, run: Run) -> None:
    """Every pipeline sees who applied last, wherever the receipt itself lies."""
    digest = json.loads(receipts(applied)[0].read_text("utf-8"))["digest"]
    shown = run("ledger", "show", "--json")
    assert (shown.code, digest in shown.out) == (0, True)


def test_undo_of_what_is_protected_is_not_begun(stack: Path, run: Run) -> None:
    """The plan is shown with what stands against it, and nothing is sent."""
    edit(stack, 'description = "Reads"', 'description = "Reads"\nlifecycle = { prevent_delete = true }')
    run("apply", "--auto-approve")
    ended = run("undo", "last", "--auto-approve")
    assert (ended.code, "[SNC263]" in ended.out) == (1, True)
    assert len(receipts(stack)) == 1


def test_an_apply_of_which_nothing_may_be_done_leaves_no_receipt(applied: Path, run: Run) -> None:
    """Every change was refused as stale, so nothing was sent."""
    edit(applied, '"Small"', '"Smaller"')
    run("plan", "--out", "plan.json")
    other = applied.parent / "other"
    other.mkdir()
    (other / "other.toml").write_text(
        '[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\n'
        'url = "sandbox:../small/.snowconf/sandbox.db"\n[user.svc_small]\nlast_name = "Human"\n',
        encoding="utf-8",
    )
    run("apply", "--directory", str(other), "--auto-approve")
    assert run("apply", "plan.json").code == 4
    assert len(receipts(applied)) == 1


def test_a_run_that_failed_before_it_did_anything_has_nothing_to_take_back(stack: Path, run: Run) -> None:
    """The report says so, and there is one receipt: that of the failure."""
    run("plan")
    other = stack.parent / "other"
    other.mkdir()
    rule = 'name = "No roles"\ncollection = "sys_user_role"\nwhen = "before"\naction_insert = true\nactive = true\n'
    (other / "other.toml").write_text(
        '[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\n'
        'url = "sandbox:../small/.snowconf/sandbox.db"\n[record.rule]\ntable = "sys_script"\nkey = ["name"]\n'
        f"[record.rule.columns]\n{rule}abort_action = true\n",
        encoding="utf-8",
    )
    assert run("apply", "--directory", str(other), "--auto-approve").code == 0
    ended = run("apply", "--auto-approve", "--undo-on-failure", "--target", "role.reader")
    assert (ended.code, "There was nothing to take back." in ended.out, len(receipts(stack))) == (1, True, 1)
