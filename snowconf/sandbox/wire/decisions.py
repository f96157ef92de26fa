"""What was decided about a request and by which rule: the thing one always misses on the real platform."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One verdict. `by` is the sys_id of the access control, or the name of the rule, that decided."""

    allowed: bool
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ruling and what it was about.

    `operation` is `create`, `read`, `write`, `delete`, `query_match`, `query_range` or `authenticate`. A table's or
    a row's decision has no `column`, one about no row in particular no `sys_id`. `who` is a user name.
    """

    who: str
    operation: str
    table: str = ""
    column: str = ""
    sys_id: str = ""
    ruling: Ruling

    @property
    def kind(self) -> tuple[object, ...]:
        """What is the same for all rows that were decided alike."""
        return (self.who, self.operation, self.table, self.column, self.ruling)


Sink: TypeAlias = Callable[[Decision], None]


def unheard(_: Decision) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Trail:
    """A sink for one request that keeps one decision of each kind, and how many rows it was taken for."""

    counts: dict[tuple[object, ...], int] = field(default_factory=dict)
    firsts: dict[tuple[object, ...], Decision] = field(default_factory=dict)

    def __call__(self, decision: Decision) -> None:
        """Note it."""
        kind = decision.kind
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.firsts.setdefault(kind, decision)

    def __iter__(self) -> Iterator[tuple[Decision, int]]:
        """Each kind's first decision, in the order they were taken, and the number of its rows."""
        return ((decision, self.counts[kind]) for kind, decision in self.firsts.items())
