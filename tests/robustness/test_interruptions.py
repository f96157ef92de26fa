"""Ctrl-C while an instance keeps everybody waiting: a plan ends at once, an apply when it is pressed again."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.driving.commands import Ran, start
from tests.driving.serving import Reply, Request, serving
from tests.robustness.conftest import HERE, Stack, nothing_of_ours


@dataclass(slots=True)
class Sluggish:
    """Answers lists at once unless told otherwise, and a write only when it is let go."""

    lists_too: bool
    asked: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Reply:
        """Wait, or answer as an instance on which there is nothing of ours."""
        if request.verb != "GET" or self.lists_too:
            self.asked.set()
            self.let_go.wait(60)
            return Reply(status=0)
        return nothing_of_ours(request)


@contextmanager
def waiting(folder: Path, sluggish: Sluggish, *command: str) -> Iterator["subprocess.Popen[str]"]:
    """A command that waits for the instance; the instance lets go at the end."""
    process = start(folder, *command, env={"RUNNER": "admin"})
    try:
        assert sluggish.asked.wait(30)
        yield process
    finally:
        sluggish.let_go.set()
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[Ran, float]:
    """What became of it, and how long that took."""
    began = time.monotonic()
    out, err = process.communicate(timeout=30)
    return Ran(code=process.returncode, out=out, err=err), time.monotonic() - began


@pytest.mark.parametrize("command", ["plan", "drift", "show"])
def test_reading_ends_at_once(stack: Stack, command: str) -> None:
    """Nobody waits for answers that are no longer wanted; no traceback, and exit code 130."""
    sluggish = Sluggish(lists_too=True)
    with serving(sluggish) as url, waiting(stack(url, settings=HERE), sluggish, command) as process:
        process.send_signal(signal.SIGINT)
        ran, seconds = ended(process)
    assert (ran.code, ran.out, ran.err) == (130, "", "\nInterrupted.\n")
    assert seconds < 10


def test_an_apply_waits_once_and_then_leaves(stack: Stack) -> None:
    """The second Ctrl-C leaves the requests under way: their outcome is unknown, and that is what the report says."""
    sluggish = Sluggish(lists_too=False)
    resources = '[property."acme.watch"]\nvalue = "1"\nignore_cache = true\n'
    with (
        serving(sluggish) as url,
        waiting(stack(url, resources, HERE), sluggish, "apply", "--auto-approve") as process,
    ):
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Ctrl-C once more leaves it" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        ran, seconds = ended(process)
    assert (ran.code, "Traceback" in ran.said) == (130, False)
    assert "Outcome unknown (1)" in ran.out
    assert "whether this was done is not known" in " ".join(ran.out.split())
    assert seconds < 10
