"""Where commands are born without importing anything: the other end of `tests.driving.zygote`."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A command: its arguments, its whole environment, its folder, and the files that its streams are added to.

    It is killed before or after (`moment`) the n-th time that it makes something last on the disk; 0 is never.
    """

    argv: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    output: Path
    errors: Path
    kill_at: int = 0
    moment: str = "before"

    def line(self) -> str:
        """As the zygote reads it."""
        words = {
            "argv": [*self.argv],
            "environ": dict(self.environ),
            "folder": str(self.folder.absolute()),
            "output": str(self.output.absolute()),
            "errors": str(self.errors.absolute()),
            "kill_at": self.kill_at,
            "moment": self.moment,
        }
        return f"{json.dumps(words)}\n"


@dataclass(frozen=True, slots=True)
class Nursery:
    """One command at a time."""

    zygote: "subprocess.Popen[str]"

    def begin(self, task: Task) -> int:
        """Have it under way; its process's number."""
        assert self.zygote.stdin is not None
        self.zygote.stdin.write(task.line())
        self.zygote.stdin.flush()
        pid: int = self._answer()["pid"]
        return pid

    def end(self) -> tuple[int, int]:
        """Its exit code, or minus the signal that ended it, and how often it made something last."""
        ended = self._answer()
        return ended["status"], ended["points"]

    def _answer(self) -> dict[str, Any]:
        assert self.zygote.stdout is not None
        answer: dict[str, Any] = json.loads(self.zygote.stdout.readline())
        return answer


@contextmanager
def nursery(environ: Mapping[str, str]) -> Iterator[Nursery]:
    """Opened, and closed when no more commands are to come. `environ` is the zygote's own."""
    command = [sys.executable, "-m", "tests.driving.zygote"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=HOUSE, env=environ, stdin=pipe, stdout=pipe, text=True) as zygote:
        yield Nursery(zygote)
