"""Ctrl-C and SIGTERM in a run that writes: they end its work, and not the tidying up after it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Interruptions:
    """Raises KeyboardInterrupt where it is called; while the run tidies up only from the second time on.

    `came` tells of one that was not raised.
    """

    is_tidying: bool = False
    came: bool = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """What Python calls when a signal comes."""
        if self.is_tidying and not self.came:
            self.came = True
            return
        raise KeyboardInterrupt

    def tidy_up(self) -> None:
        """From now on what was done is noted, put back and let go of: short work that is to come to its end."""
        self.is_tidying = True

    def work_on(self) -> None:
        """There is more to do that may be long."""
        self.is_tidying = False


@contextmanager
def orderly() -> Iterator[Interruptions]:
    """Both signals go there until the end, but for one that the process was told to ignore."""
    interruptions = Interruptions()
    before = {each: signal.getsignal(each) for each in SIGNALS} if current_thread() is main_thread() else {}
    heeded = {each: handler for each, handler in before.items() if handler is not signal.SIG_IGN}
    try:
        for each in heeded:
            signal.signal(each, interruptions)
        yield interruptions
    finally:
        for each, handler in heeded.items():
            signal.signal(each, handler)
