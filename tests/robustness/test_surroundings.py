"""Folders, files, terminals and texts that are not as one would wish."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driving.commands import SNOWCONF, Ran, clean_environment
from tests.driving.serving import admin_of, served_sandbox
from tests.robustness.conftest import Stack, Try, sentences

# Even root may then write only where the folder says so: its right to pass over that is dropped (CAP_DAC_OVERRIDE).
WITHOUT_RIGHTS = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
UNICODE = "Zürich 東京 😀 \u202eabc e\u0301 \u00a0"
ESCAPING = "\x1b[2J\x07"


@pytest.fixture
def locked(stack: Stack) -> Iterator[Path]:
    """The folder of a stack in which nothing can be written."""
    folder = stack()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def run_without_rights(folder: Path, *arguments: str) -> Ran:
    """A command of somebody who may write only where the folder says so."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RIGHTS, SNOWCONF, *arguments],
        cwd=folder,
        env=clean_environment({"RUNNER": "admin"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("command", ["plan", "apply --auto-approve", "drift", "show"])
def test_a_folder_that_cannot_be_written_is_explained(locked: Path, command: str) -> None:
    """The embedded sandbox needs a place; the message names the folder and a way out."""
    ran = run_without_rights(locked, *command.split())
    assert (ran.code, "Traceback" in ran.said) == (1, False)
    assert "[SNC008] snowconf keeps its own files in a folder .snowconf, which cannot be made" in sentences(
        ran
    )
    assert "Work in a copy of the stack that you may write to." in sentences(ran)


def test_a_folder_that_cannot_be_written_can_be_validated(locked: Path) -> None:
    """Reading files needs no place."""
    assert run_without_rights(locked, "validate").code == 0


def test_a_file_in_the_way_of_our_folder_is_explained(stack: Stack, attempt: Try) -> None:
    """`.snowconf` is a file."""
    folder = stack()
    (folder / ".snowconf").touch()
    ran = attempt(folder, "plan")
    assert ran.code == 1
    assert "a file of that name is in the way. Move it away." in sentences(ran)


def test_variables_in_a_folder_are_explained(stack: Stack, attempt: Try) -> None:
    """--env-file names something that cannot be read as a file."""
    folder = stack()
    (folder / "vars").mkdir()
    ran = attempt(folder, "plan", "--env-file", "vars")
    assert ran.code == 1
    assert "--env-file needs a file that you may read." in sentences(ran)


def test_a_sandbox_file_that_is_none_is_left_alone(stack: Stack, attempt: Try) -> None:
    """Somebody's other file has the name of the sandbox's."""
    folder = stack()
    (folder / ".snowconf").mkdir()
    other = folder / ".snowconf" / "sandbox.db"
    other.write_text("my notes\n", "utf-8")
    ran = attempt(folder, "apply", "--auto-approve")
    assert ran.code == 1
    assert "is something else than a sandbox's file" in sentences(ran)
    assert other.read_text("utf-8") == "my notes\n"


def test_without_a_terminal_apply_asks_nobody(stack: Stack, attempt: Try) -> None:
    """It refuses, says how to go on, and has changed nothing."""
    folder = stack()
    ran = attempt(folder, "apply")
    assert ran.code == 1
    assert "--auto-approve" in sentences(ran)
    assert attempt(folder, "plan", "--detailed-exitcode").code == 2


def at_a_terminal(folder: Path, columns: int, *arguments: str) -> str:
    """What a person would see in a window of so many columns."""
    master, slave = pty.openpty()
    env = clean_environment({"COLUMNS": str(columns), "TERM": "xterm"})
    process = subprocess.Popen(
        [SNOWCONF, *arguments], cwd=folder, env=env, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    seen = b"".join(_pieces(master))
    assert process.wait(timeout=60) in (0, 2)
    return seen.decode("utf-8", "replace")


def _pieces(master: int) -> Iterator[bytes]:
    """Until the other end is closed, which a terminal tells by an error."""
    with open(master, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(4096)
            except OSError:
                return
            if not piece:
                return
            yield piece


@pytest.mark.parametrize("columns", [1, 10, 20, 39, 400])
def test_any_width_will_do(stack: Stack, columns: int) -> None:
    """However narrow or wide the window: every resource is there, and nothing falls over."""
    seen = at_a_terminal(stack(), columns, "plan")
    assert "Traceback" not in seen
    assert "role.watcher" in seen.replace("\r\n", "").replace(" ", "")


def test_values_in_any_script_make_the_round_trip(stack: Stack, attempt: Try) -> None:
    """Letters of every plane, combining marks, right-to-left marks: stored as written, and found unchanged."""
    resources = (
        f'[role."{"é" * 10}"]\ndescription = "{UNICODE}"\n[property."acme.ünï.東京"]\nvalue = "{UNICODE}"\n'
    )
    folder = stack(resources=resources)
    assert attempt(folder, "apply", "--auto-approve").code == 0
    assert attempt(folder, "plan", "--detailed-exitcode").code == 0
    held = json.loads(attempt(folder, "show", "property.acme.ünï.東京", "--json").out)
    assert held["resources"][0]["record"]["attributes"]["value"] == UNICODE


def test_nothing_in_a_value_steers_the_terminal(stack: Stack, attempt: Try) -> None:
    """Escape sequences and marks that turn text around are shown, not obeyed."""
    shown = json.dumps(UNICODE + ESCAPING)
    folder = stack(resources=f'[property."acme.watch"]\nvalue = {shown}\n')
    for command in ("plan", "apply --auto-approve", "show"):
        said = attempt(folder, *command.split()).said
        assert [mark for mark in ("\x1b", "\x07", "\u202e") if mark in said] == []


def test_an_old_terminal_gets_escapes(stack: Stack, attempt: Try) -> None:
    """What its encoding lacks is shown as an escape instead of failing."""
    folder = stack(resources=f'[property."acme.watch"]\nvalue = "{UNICODE}"\n')
    ran = attempt(folder, "plan", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.code == 0
    assert "\\u6771" in ran.out


def test_huge_values_are_cut_on_the_screen_and_told_when_they_do_not_fit(stack: Stack, attempt: Try) -> None:
    """A column's length is checked before anything is sent; a line of a plan stays a line."""
    folder = stack(resources=f'[property."acme.watch"]\nvalue = "{"x" * 200_000}"\n')
    ran = attempt(folder, "plan")
    assert ran.code == 1
    assert len(ran.said) < 5_000
    fits = stack(resources=f'[property."acme.watch"]\nvalue = "{"x" * 4_000}"\n')
    assert attempt(fits, "apply", "--auto-approve").code == 0
    assert attempt(fits, "plan", "--detailed-exitcode").code == 0


def test_a_reader_that_goes_away_is_no_failure(stack: Stack) -> None:
    """As in `snowconf plan | head -1`: no complaint about the pipe, whatever was still to be said."""
    command = f"{SNOWCONF} plan 2>err.txt | head -1; cat err.txt"
    folder = stack()
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_an_apply_that_can_note_nothing_down_writes_nothing(
    locked: Path, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An instance over HTTP and a folder that cannot be written: refused before the first change."""
    with served_sandbox(tmp_path_factory.mktemp("served")) as url:
        locked.chmod(0o755)
        stack(url)
        locked.chmod(0o555)
        ran = run_without_rights(locked, "apply", "--auto-approve")
        with admin_of(url) as admin:
            found = admin.get("sys_user_role", params={"sysparm_query": "name=watcher"}).json()
    assert (ran.code, "Traceback" in ran.said) == (1, False)
    assert "[SNC008] snowconf keeps its own files in a folder .snowconf, which cannot be made" in sentences(
        ran
    )
    assert found == {"result": []}
