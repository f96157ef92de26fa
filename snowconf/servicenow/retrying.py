"""Trying again: who may, how long to wait, and one cool-down for all threads. What an answer means is `judging`'s."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Set as AbstractSet
from dataclasses import dataclass, replace
from secrets import SystemRandom

from snowconf.errors import ThrottledError
from snowconf.servicenow.fates import Done, Fate, Outcome, Pause, Undone

PATIENCE_S = 300.0
"""The most that one call waits in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A clock that never goes back, and how to sleep by it; tests put a virtual pair here."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Cooldown:
    """Until when nobody sends anything, because the instance said that it is full."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._lock = threading.Lock()
        self._until_s = 0.0

    def extend(self, wait_s: float) -> None:
        """Nobody sends for so long from now; a longer wait that already runs stays."""
        with self._lock:
            self._until_s = max(self._until_s, self._timing.clock() + wait_s)

    def remaining_s(self) -> float:
        """Seconds until sending is allowed again."""
        with self._lock:
            return max(self._until_s - self._timing.clock(), 0.0)


class Retrier:
    """Sends until there is a result, a refusal that stays, or no patience left. One for all threads."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._cooldown = Cooldown(timing)

    def run(self, request: str, send: Callable[[], Outcome], *, repeatable: AbstractSet[Fate]) -> Outcome:
        """The last outcome. `repeatable` says after which fates `send` may be called again."""
        patience = _Patience()
        was_unknown = False
        sent = 0
        while self._cool_down(patience):
            outcome = send()
            sent += 1
            if isinstance(outcome, Done):
                return replace(outcome, sent=sent)
            was_unknown = was_unknown or outcome.fate is Fate.UNKNOWN
            if outcome.fate not in repeatable or not self._wait(outcome.pause, patience):
                return replace(outcome, sent=sent, was_unknown=was_unknown)
        return _closed(request, self._cooldown.remaining_s(), sent=sent, was_unknown=was_unknown)

    def _cool_down(self, patience: "_Patience") -> bool:
        """Wait out what any thread was told to wait; False when that is longer than this call's patience."""
        while (remaining_s := self._cooldown.remaining_s()) > 0:
            if not patience.spend(remaining_s):
                return False
            self._timing.sleep(remaining_s)
        return True

    def _wait(self, pause: Pause | None, patience: "_Patience") -> bool:
        """May there be another try? Waits before saying yes, but for a shared pause, which `_cool_down` waits out."""
        if pause is None or (wait_s := patience.next_wait_s(pause)) is None:
            return False
        if pause.is_shared:
            self._cooldown.extend(wait_s)
            return True
        if not patience.spend(wait_s):
            return False
        self._timing.sleep(wait_s)
        return True


class _Patience:
    """What one call has already put up with."""

    def __init__(self) -> None:
        self._spent_s = 0.0
        self._sent: Counter[Pause] = Counter()
        self._random = SystemRandom()

    def next_wait_s(self, pause: Pause) -> float | None:
        """Seconds before the next try; None when there were enough tries of this sort. Never less than was asked."""
        sort = replace(pause, asked_s=None)
        self._sent[sort] += 1
        if self._sent[sort] >= pause.tries:
            return None
        return pause.wait_s(self._sent[sort]) * self._random.uniform(1.0, 1.1)

    def spend(self, wait_s: float) -> bool:
        """Take the seconds off what is left; False when there is not so much."""
        if self._spent_s + wait_s > PATIENCE_S:
            return False
        self._spent_s += wait_s
        return True


def _closed(request: str, wait_s: float, *, sent: int, was_unknown: bool) -> Undone:
    detail = (
        f"{request}: the instance asks everybody to wait another {wait_s:.0f} s, and this run waits at most "
        f"{PATIENCE_S:.0f} s. A rate limit of this user is used up: try again later, or have an admin look at the "
        "rate limit rules."
    )
    return Undone(
        fate=Fate.NOT_DONE,
        problem=ThrottledError(detail, request=request, status=429),
        sent=sent,
        was_unknown=was_unknown,
    )
