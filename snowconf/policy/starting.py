"""Starting the programs that evaluate Rego: no environment of ours, an end to their time, and what they said."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.model.diagnostic import Diagnostic
from snowconf.policy.problems import EXHAUSTED, PoliciesError

# Without it no program starts on Windows; it names a folder.
NEEDED = ("SYSTEMROOT",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A program to start, by its whole path. `environ` is all of its environment."""

    command: Sequence[str]
    seconds: int
    text: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


def start(what: Start) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end.

    Raises:
        PoliciesError: it had no end in time, and was stopped.
    """
    needed = {name: os.environ[name] for name in NEEDED if name in os.environ}
    try:
        return subprocess.run(  # noqa: S603  the interpreter itself, or an engine that the user has put on the path
            what.command,
            input=what.text.encode(),
            capture_output=True,
            env={**needed, **what.environ},
            timeout=what.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PoliciesError(endless(what.seconds)) from None


def endless(seconds: int) -> Diagnostic:
    """What is said of policies that have no end."""
    return EXHAUSTED.at(
        None,
        f"The policies had no answer after {seconds} seconds, and were stopped. Nothing was taken for a yes. Look for a rule "
        "that goes through pairs of pairs of changes, or through a very long range.",
    )


def how_it_ended(done: subprocess.CompletedProcess[bytes]) -> str:
    """In words."""
    if done.returncode >= 0:
        return f"ended with {done.returncode}"
    return f"was stopped by signal {-done.returncode}"
