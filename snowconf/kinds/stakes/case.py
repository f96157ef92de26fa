"""What a stake is told: one change, what surrounds it in the plan, and what the instance answered."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Change
from snowconf.model.query import Condition
from snowconf.model.runner import Runner
from snowconf.model.state import Resource

Row: TypeAlias = Mapping[str, str]


class Evidence:
    """Rows that were asked for because of a plan. Of an `untold` table the rows are not all there, or none at all."""

    def __init__(
        self, rows: Mapping[str, Sequence[Row]] | None = None, *, untold: frozenset[str] = frozenset()
    ) -> None:
        self.untold = untold
        self.tables = rows or {}
        self._by_value: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def find(self, table: str, column: str, *values: str) -> list[Row]:
        """The rows of a table whose column holds one of the values."""
        key = (table, column)
        if key not in self._by_value:
            self._by_value[key] = self._sorted(table, column)
        return [row for value in values for row in self._by_value[key].get(value, ())]

    def holds(self, table: str, sys_id: str, columns: Iterable[str]) -> bool:
        """Are these columns of a record known?"""
        return any(set(columns) <= row.keys() for row in self.find(table, "sys_id", sys_id))

    def joined(self, later: "Evidence") -> "Evidence":
        """With what was asked afterwards; a row that is in both has the columns of both."""
        tables = {
            table: tuple(_joined(self.rows(table), later.rows(table)))
            for table in {*self.tables, *later.tables}
        }
        return Evidence(tables, untold=self.untold | later.untold)

    def rows(self, table: str) -> Sequence[Row]:
        """Every row of a table that is known, whatever it was asked for."""
        return self.tables.get(table, ())

    def _sorted(self, table: str, column: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            found[row.get(column, "")].append(row)
        return found


def _joined(earlier: Iterable[Row], later: Iterable[Row]) -> Iterable[Row]:
    rows = {row["sys_id"]: row for row in earlier}
    for row in later:
        rows[row["sys_id"]] = {**rows.get(row["sys_id"], {}), **row}
    return rows.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The plan around a change.

    `declared` are the blocks by the sys_id of their record, `named` by table and natural key, `blocks` by kind; what has
    left the files is in none of them. `changes` are those that do something, by sys_id. `now` is UTC as the platform stores it, and
    `yesterday` 24 hours before: what an instance is asked with, whatever time zone it reads the question in.
    """

    declared: Mapping[str, Resource] = field(default_factory=dict)
    named: Mapping[tuple[str, str], Resource] = field(default_factory=dict)
    blocks: Mapping[str, Sequence[Resource]] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    runner: Runner = field(default_factory=Runner)
    now: str = ""
    yesterday: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One change that does something. While questions are collected, `evidence` is what was observed for the plan."""

    change: Change
    resource: Resource
    around: Surroundings = field(default_factory=Surroundings)
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What to ask of a table on account of a change: any row that meets one of the conditions `about` gives.

    Rows hold `columns` and those of the conditions. `living` names a column with a moment that must not be past.
    A table that is asked `at_most` so many rows is asked in one request.
    """

    table: str
    columns: tuple[str, ...]
    about: Callable[[Case], Iterable[Condition]]
    living: str = ""
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """Something that a change may put at risk. `find` gives sentences: hazards of that name, or notes without one.

    A `forbidden` hazard stops the apply unless somebody allows it.
    """

    find: Callable[[Case], Iterable[str]]
    hazard: str = ""
    asks: tuple[Inquiry, ...] = ()
    forbidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Something that must hold between records; `once` for what one diagnostic of a plan says for all of them."""

    find: Callable[[Case], Iterable[Diagnostic]]
    asks: tuple[Inquiry, ...] = ()
    once: bool = False


def isin(column: str, values: Iterable[str]) -> tuple[Condition, ...]:
    """The condition that the column holds one of these; none when there are none."""
    wanted = tuple(sorted(set(filter(None, values))))
    return (Condition(column, "IN", wanted),) if wanted else ()
