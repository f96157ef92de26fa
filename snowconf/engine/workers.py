"""Threads for what runs side by side. They keep no process alive: whoever interrupts a run need not wait for answers."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


class Workers:
    """So many threads within `with`. Leaving it drops what was not begun, and waits for nothing."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._left = Event()
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def submit(self, task: Callable[[Given], Result], given: Given) -> Future[Result]:
        """Do it as soon as a thread is free."""
        future: Future[Result] = Future()
        self._tasks.put(partial(_fulfil, future, task, given))
        return future

    def __enter__(self) -> Self:
        for _ in range(self._number):
            Thread(target=self._work, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        for _ in range(self._number):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None and not self._left.is_set():
            task()


class _Catching(AbstractContextManager[None], Generic[Result]):
    """Puts whatever is raised within into a future, where the thread that waits for it finds it."""

    def __init__(self, future: Future[Result]) -> None:
        self._future = future

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is not None:
            self._future.set_exception(error)
        return True


def _fulfil(future: Future[Result], task: Callable[[Given], Result], given: Given) -> None:
    with _Catching(future):
        future.set_result(task(given))
