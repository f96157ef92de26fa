"""What became of one request that was sent: done, not done, or nobody knows; and how to wait before another try."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from snowconf.errors import InstanceError
from snowconf.servicenow.answer import Answer


class Fate(Enum):
    """Of a request without a result. Only what is certainly not done may be repeated blindly."""

    NOT_DONE = "the instance certainly did not do it"
    UNKNOWN = "the instance may have done it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Wait `first_s`, then twice as long each time up to `longest_s`, and send at most `tries` times.

    `asked_s` is what the instance asked for. `is_shared` makes every thread wait, because the instance is full for all.
    """

    tries: int
    first_s: float
    longest_s: float = 30.0
    asked_s: float | None = None
    is_shared: bool = False

    def wait_s(self, sent: int) -> float:
        """Seconds to wait after that many requests."""
        if self.asked_s is not None:
            return max(self.asked_s, self.first_s)
        return float(min(self.first_s * 2.0 ** min(sent - 1, 30), self.longest_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A result. `sent` counts the requests that it took."""

    answer: Answer
    sent: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """No result, and the error that says why. `pause` None: another try is no use.

    `may_come_late`: the instance may still be at work on it, until `began_s` plus its transaction quota
    (wire-contract.md 5.5). `was_unknown`: this or an earlier try of the same call may have been done.
    """

    fate: Fate
    problem: InstanceError
    pause: Pause | None = None
    may_come_late: bool = False
    began_s: float = 0.0
    sent: int = 1
    was_unknown: bool = False


Outcome: TypeAlias = Done | Undone
