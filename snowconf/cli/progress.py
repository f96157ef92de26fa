"""Showing that work goes on: one live line on a terminal, a line for each change elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from threading import Lock

from snowconf.cli.terminal import CLEAR_LINE, Terminal
from snowconf.engine.port import Progress, Watch
from snowconf.report.escaping import visible

WAITING = "waiting"


@contextmanager
def watching(terminal: Terminal) -> Iterator[Watch]:
    """Somebody to tell; called from several threads. When the work is over the live line is gone."""
    lock = Lock()

    def watch(progress: Progress) -> None:
        with lock:
            _tell(terminal, progress)
            for each in terminal.watchers:
                each(progress)

    try:
        yield watch
    finally:
        if terminal.live:
            terminal.err.write(CLEAR_LINE)


def waiting(watch: Watch) -> Callable[[str, float], None]:
    """The same somebody, told why nothing happens for so many seconds."""
    return lambda why, seconds: watch(Progress(phase=WAITING, done=0, total=ceil(seconds), subject=why))


def _text(progress: Progress) -> str:
    subject = visible(progress.subject)
    if progress.phase == WAITING:
        return f"Waiting {progress.total} s: {subject}"
    return f"{progress.phase.capitalize()} {progress.done}/{progress.total}: {subject}"


def _tell(terminal: Terminal, progress: Progress) -> None:
    text = _text(progress)
    if terminal.live:
        terminal.err.write(CLEAR_LINE + text[: terminal.width - 1])
    elif progress.phase != "reading":
        terminal.err.write(f"{text}\n")
