"""A look at whether a run could work, one check after the other. Values only."""

from dataclasses import dataclass
from enum import Enum

from snowconf.model.origin import Origin


class State(Enum):
    """How a check ended."""

    GOOD = "ok"
    WARNED = "warning"
    BAD = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` is always the same for one check; `said` says in sentences what was seen, and what to do about it.

    `code` is that of the error behind it, for `explain`.
    """

    name: str
    state: State
    said: str
    code: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """All checks, in the order in which one thing needs another."""

    stack: str
    instance: str
    url: str
    checks: tuple[Check, ...]

    def count(self, state: State) -> int:
        """How many ended so."""
        return sum(each.state is state for each in self.checks)

    @property
    def is_sound(self) -> bool:
        """Would a run get through, as far as it can be told?"""
        return not self.count(State.BAD)
