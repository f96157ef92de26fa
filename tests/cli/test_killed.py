"""Applies that are killed, refused their ledger, or lose their lock: the next one knows, and finishes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.hands import by_hand

Run = Callable[..., Any]
KILLED = """
import os, sys, threading
import httpx
from snowconf.cli import main

number, when, send = int(sys.argv[1]), sys.argv[2], httpx.Client.send
sent, lock = 0, threading.Lock()

def counted(self, request, **more):
    global sent
    if request.method == "GET":
        return send(self, request, **more)
    with lock:
        sent += 1
        mine = sent
    if mine == number and when == "before":
        os._exit(9)
    response = send(self, request, **more)
    if mine == number:
        os._exit(9)
    return response

httpx.Client.send = counted
sys.exit(main(["apply", "--auto-approve"]))
"""
ADDRESSES = ["property.acme.small.enabled", "role.reader", "user.svc_small"]


def kill(stack: Path, number: int, when: str = "after") -> None:
    """Apply in a process of its own that is gone at its nth write."""
    command = [sys.executable, "-c", KILLED, str(number), when]
    ended = subprocess.run(command, cwd=stack, capture_output=True, check=False, env=dict(os.environ))
    assert ended.returncode == 9, ended.stderr.decode()


def entries(run: Run) -> list[str]:
    """What the ledger owns."""
    return [each["address"] for each in json.loads(run("ledger", "list", "--json").out)["entries"]]


@pytest.mark.parametrize(
    ("number", "when"), [*((number, "after") for number in range(1, 11)), (1, "before"), (9, "before")]
)
def test_a_killed_apply_is_finished_by_the_next(stack: Path, run: Run, number: int, when: str) -> None:
    """Lock, records, password, grant, ledger, clean-up: wherever it died, nothing is lost, doubled or left locked."""
    kill(stack, number, when)
    ended = run("apply", "--auto-approve")
    assert (ended.code, entries(run)) == (0, ADDRESSES)
    assert run("plan", "--detailed-exitcode").code == 0
    assert (stack / ".snowconf" / "sandbox.journal.jsonl").read_bytes() == b""


def test_a_takeover_is_said(stack: Path, run: Run) -> None:
    """Who finds the lock of a run that died here is told so."""
    kill(stack, 3)
    assert "The lock was still held by" in run("apply", "--auto-approve").err


def test_what_a_killed_apply_created_is_owned_at_once(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when its block has left the files before the next apply: it is deleted, and not orphaned."""
    monkeypatch.setenv("SNOWCONF_PARALLELISM", "1")
    kill(stack, 3)
    path = stack / "small.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[role.reader]")], "utf-8")
    plan = json.loads(run("plan", "--json").out)
    gone = [each["address"] for each in plan["resource_changes"] if each["change"]["actions"] == ["delete"]]
    assert gone == entries(run) != []
    run("apply", "--auto-approve", "--allow-deletes", "9")
    assert entries(run) == []


def test_a_lock_from_elsewhere_is_not_taken_over(stack: Path, run: Run) -> None:
    """Without the journal nobody knows that the run died."""
    kill(stack, 3)
    (stack / ".snowconf" / "sandbox.journal.jsonl").unlink()
    assert run("apply", "--auto-approve").code == 5
    run("ledger", "unlock", "--auto-approve")
    assert (run("apply", "--auto-approve").code, entries(run)) == (0, ADDRESSES)


def in_a_file(stack: Path) -> Path:
    """The ledger in a folder that can be closed; the folder."""
    path = stack / "small.toml"
    ledger = 'name = "small"\nledger = "file:books/l.json"'
    path.write_text(path.read_text("utf-8").replace('name = "small"', ledger), "utf-8")
    return stack / "books"


def test_a_ledger_that_cannot_be_stored_is_rescued(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says so, the exit code too, a file has it, and the next apply stores it first."""
    books, replace = in_a_file(stack), Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "l.json":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        ended = run("apply", "--auto-approve")
    rescue = stack / ".snowconf" / "sandbox.ledger.rescue.json"
    assert (ended.code, "[SNC311]" in ended.out, rescue.exists()) == (6, True, True)
    assert (entries(run), (books / "l.json").exists()) == (ADDRESSES, False)
    assert run("apply", "--auto-approve").code == 0
    assert (entries(run), (books / "l.json").exists()) == (ADDRESSES, True)


def test_a_rescue_that_fails_is_said(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal is what is left."""
    in_a_file(stack)
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name in ("l.json", "sandbox.ledger.rescue.json"):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        said = " ".join(run("apply", "--auto-approve").out.split())
    assert (
        "It could not be put into .snowconf/sandbox.ledger.rescue.json either (No space left on device)."
        in said
    )


class Slow(str):
    """An answer that comes after the lock was broken."""

    __slots__ = ()

    def strip(self, *_: object) -> str:
        """What was typed, when somebody else has been faster."""
        Path("books/l.json.lock").unlink()
        return super().strip()


@dataclass
class SlowPerson:
    """A person who takes long to answer."""

    answer: str

    def isatty(self) -> bool:
        """One sits there."""
        return True

    def readline(self) -> str:
        """What was typed."""
        return Slow(self.answer)


@pytest.mark.parametrize(("answer", "code", "words"), [("yes\n", 6, "[SNC310]"), ("no\n", 1, "[SNC002]")])
def test_a_lock_that_is_lost_is_said(
    stack: Path, at_terminal: Run, answer: str, code: int, words: str
) -> None:
    """Somebody broke it while a person thought about the plan; who wrote nothing need not know."""
    in_a_file(stack)
    ended = at_terminal("apply", answer=SlowPerson(answer))
    assert (ended.code, words in ended.out + ended.err) == (code, True)


def test_a_command_of_the_ledger_says_so_too(stack: Path, at_terminal: Run) -> None:
    """It ends as a lock that is held does."""
    in_a_file(stack)
    ended = at_terminal("ledger", "forget", "--all", answer=SlowPerson("yes\n"))
    assert (ended.code, "[SNC310]" in ended.err) == (5, True)


def test_a_lock_that_cannot_be_let_go_of_is_taken_over_next_time(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report stands, the rest is said, and the next apply gets in."""
    run("apply", "--auto-approve")
    send = httpx.Client.send

    def failing(self: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        if request.method == "DELETE" or "batch" in request.url.path:
            raise httpx.UnsupportedProtocol("down", request=request)
        return send(self, request, **more)

    with (stack / "small.toml").open("a", encoding="utf-8") as file:
        file.write("\n[role.another]\n")
    with monkeypatch.context() as patched:
        patched.setattr(httpx.Client, "send", failing)
        ended = run("apply", "--auto-approve")
    assert (ended.code, "could not be let go of" in ended.err) == (0, True)
    assert "The lock was still held by" in run("apply", "--auto-approve").err


def test_a_lock_file_that_cannot_be_removed_is_said(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says comes through."""
    in_a_file(stack)
    unlink = Path.unlink

    def failing(self: Path, *, missing_ok: bool = False) -> None:
        if self.name == "l.json.lock":
            raise PermissionError(13, "Permission denied")
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", failing)
    assert "Permission denied." in run("apply", "--auto-approve").err


def test_who_is_kept_out_leaves_the_journal_of_a_killed_run(stack: Path, run: Run) -> None:
    """What that run did is still to be taken up; who had nothing to take up leaves nothing."""
    kill(stack, 3)
    journal = stack / ".snowconf" / "sandbox.journal.jsonl"
    content = journal.read_bytes()
    run("ledger", "unlock", "--auto-approve")
    holder = {"run": "r", "who": "j", "host": "h", "pid": "4", "since": "x", "command": "apply", "url": "x"}
    with by_hand(stack) as instance:
        columns = {"name": "snowconf.small.lock", "value": json.dumps(holder)}
        instance.insert("sys_properties", columns)
    assert run("apply", "--auto-approve").code == 5
    assert journal.read_bytes().startswith(content)
    journal.unlink()
    run("apply", "--auto-approve")
    assert journal.read_bytes() == b""
