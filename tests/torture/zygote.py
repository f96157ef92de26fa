"""A process that has imported everything and forks a runner for each command, so that a killed run costs little.

Reads one JSON object a line from standard input: `argv`, `environ`, `output` (a file), and `kill_at` with `moment`
("before" or "after") for the n-th time that the runner makes something last on the disk. Answers with the runner's pid
at once, and with how it ended and how often it came to that point.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from snowconf.cli import main
from snowconf.cli.running import run  # noqa: F401  imported early, so that runners need not


class Points:
    """Counts the moments at which files are made to last, and ends the process at one of them."""

    def __init__(self, kill_at: int, moment: str, tally: int) -> None:
        self._kill_at = kill_at
        self._moment = moment
        self._tally = tally
        self._passed = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, with the process killed before or after it when its time has come."""

        def counted(*arguments: Any, **named: Any) -> Any:
            self._passed += 1
            os.write(self._tally, b".")
            due = self._passed == self._kill_at
            if due and self._moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return call(*arguments, **named)
            finally:
                if due:
                    os.kill(os.getpid(), signal.SIGKILL)

        return counted


def runner(task: dict[str, Any], tally: int) -> None:
    """One command, from its arguments to its exit code."""
    output = os.open(task["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(task["environ"])
    points = Points(task.get("kill_at", 0), task.get("moment", ""), tally)
    # The calls by which a file gets its content for good: flushed, switched, removed.
    os.fsync = points.around(os.fsync)
    os.replace = points.around(os.replace)
    os.unlink = points.around(os.unlink)
    os._exit(main(task["argv"]))


def serve() -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        read_end, write_end = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(read_end)
            runner(json.loads(line), write_end)
        os.close(write_end)
        answer(pid=pid)
        _, status = os.waitpid(pid, 0)
        points = 0
        while chunk := os.read(read_end, 65_536):
            points += len(chunk)
        os.close(read_end)
        answer(status=os.waitstatus_to_exitcode(status), points=points)


def answer(**values: int) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
