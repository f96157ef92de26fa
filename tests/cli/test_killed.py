"""Applies that are killed, refused their ledger, or lose their lock: the next one knows, and finishes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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


@pytest.mark.parametrize("answer", ["yes\n", "no\n"])
def test_a_lock_that_is_lost_is_said(stack: Path, at_terminal: Run, answer: str) -> None:
    """Somebody broke it while a person thought about the plan."""
    books = in_a_file(stack)

    class Slow(str):
        """An answer that comes after the lock was broken."""

        __slots__ = ()

        def strip(self, *_: object) -> str:
            (books / "l.json.lock").unlink()
            return super().strip()

    class Keyboard:
        """A person who takes long."""

        def isatty(self) -> bool:
            """One sits there."""
            return True

        def readline(self) -> str:
            """What was typed."""
            return Slow(answer)

    ended = at_terminal("apply", answer=Keyboard())
    if answer == "yes\n":
        assert (ended.code, "[SNC310]" in ended.out) == (6, True)
    else:
        assert (ended.code, "[SNC002]" in ended.err) == (1, True)
