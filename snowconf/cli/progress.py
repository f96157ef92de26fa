"""Showing that work goes on: one live line on a terminal, a line for each change elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from snowconf.cli.terminal import CLEAR_LINE, Terminal
from snowconf.engine.port import Progress, Watch
from snowconf.report.escaping import visible


@contextmanager
def watching(terminal: Terminal) -> Iterator[Watch]:
    """Somebody to tell; called from several threads. When the work is over the live line is gone."""
    lock = Lock()

    def watch(progress: Progress) -> None:
        with lock:
            _tell(terminal, progress)

    try:
        yield watch
    finally:
        if terminal.live:
            terminal.err.write(CLEAR_LINE)


def _tell(terminal: Terminal, progress: Progress) -> None:
    text = f"{progress.phase.capitalize()} {progress.done}/{progress.total}: {visible(progress.subject)}"
    if terminal.live:
        terminal.err.write(CLEAR_LINE + text[: terminal.width - 1])
    elif progress.phase != "reading":
        terminal.err.write(f"{text}\n")
