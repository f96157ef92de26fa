"""`make demo`: it does what it says, and says so when it does not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo import BrokenPromiseError, Terminal

ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_keeps_every_promise() -> None:
    """Plan, apply, no change, an edit by hand, drift with its evidence, repair, no change, proof, no change; and no secret on the way."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SNOWCONF_")}
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo.py"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("No changes.") == 3
    assert re.search(r"Proven: all \d+ promises to 1 user", done.stdout)
    assert re.search(r"jane\.doe on \d{4}-\d\d-\d\d", done.stdout)
    assert "made-up" not in done.stdout + done.stderr


def test_a_broken_promise_ends_the_demo(tmp_path: Path) -> None:
    """A step whose exit code is another than promised is not passed over."""
    with pytest.raises(BrokenPromiseError, match="ended with 1 and should have ended with 0"):
        Terminal(tmp_path).run("validate")


def test_missing_evidence_ends_the_demo(tmp_path: Path) -> None:
    """A step that succeeds and does not say what it should is not passed over either."""
    with pytest.raises(BrokenPromiseError, match="jane"):
        Terminal(tmp_path).run("explain", "SNC206", says=("jane",))
