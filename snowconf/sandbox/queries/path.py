"""Dot-walked columns: which steps a name like `user.manager.email` takes over the tables of one instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.dictionary import Column
from snowconf.sandbox.storage.release import find_installed, installed_columns
from snowconf.sandbox.switches import Switches

# SQLite joins no more than 64 tables, and what a reference shows may lead further.
MAX_STEPS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One column on a path, and the table it is looked up on."""

    table: str
    column: Column

    @property
    def target(self) -> str:
        """The table that the column's value is a sys_id of, empty when it is none."""
        return self.column.reference if self.column.type == "reference" else ""


Path: TypeAlias = tuple[Step, ...]


def find_columns(switches: Switches, table: str) -> Mapping[str, Column]:
    """The table's columns on this instance; none when the instance has no such table."""
    return {} if find_installed(switches, table) is None else installed_columns(switches, table)


def find_path(switches: Switches, table: str, name: str) -> Path | None:
    """The steps of a dotted name; None when one is no column there, or leads to a table nobody knows."""
    steps: list[Step] = []
    for part in name.split("."):
        column = find_columns(switches, table).get(part)
        if column is None or len(steps) == MAX_STEPS:
            return None
        steps.append(Step(table, column))
        table = steps[-1].target
    return tuple(steps)


def find_display(switches: Switches, step: Step) -> Step | None:
    """The column that a reference shows of the record it points at; None when it is no reference, or to nowhere."""
    target = find_installed(switches, step.target)
    if target is None or target.display not in target.columns:
        return None
    return Step(target.name, target.columns[target.display])
