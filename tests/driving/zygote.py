"""A process that has imported everything and forks a runner for each command, so that a run costs little.

Reads one JSON object a line from standard input: `argv`, `environ` (all of it), `folder`, `output` and `errors` (files,
which may be one), and `kill_at` with `moment` ("before" or "after") for the n-th time that the runner makes something
last on the disk. Answers with the runner's pid at once, and with how it ended and how often it came to that point.
"""

import gc
import json
import os
import pkgutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from typing import Any

import snowconf
from snowconf.cli import main
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.driving.images import copy_what_was_filled


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
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream, file in ((1, task["output"]), (2, task["errors"])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.environ.clear()
    os.environ.update(task["environ"])
    time.tzset()
    os.chdir(task["folder"])
    sys.argv[:] = [snowconf.__name__, *task["argv"]]
    points = Points(task.get("kill_at", 0), task.get("moment", ""), tally)
    # The calls by which a file gets its content for good: flushed, switched, removed.
    os.fsync = points.around(os.fsync)
    os.replace = points.around(os.replace)
    os.unlink = points.around(os.unlink)
    code = main(task["argv"])
    sys.stdout.flush()
    os._exit(code)


def import_everything() -> None:
    """All of the package, so that no runner has to; nor look through it for garbage."""
    for module in pkgutil.walk_packages(snowconf.__path__, "snowconf."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    copy_what_was_filled()
    with closing(Sandbox(None, parse({}))) as sandbox:
        sandbox.survey()
    gc.collect()
    gc.freeze()


def serve() -> None:
    """Until standard input ends."""
    import_everything()
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
