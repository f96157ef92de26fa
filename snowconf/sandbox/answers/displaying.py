"""Stored values as people see them (wire-contract.md 2.2): labels, names, local times, durations in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from snowconf.dictionary import Column, find_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.queries.comparing import NUMBERS
from snowconf.sandbox.queries.path import Step, find_display
from snowconf.sandbox.queries.timing import DATES
from snowconf.sandbox.storage.clock_format import Clock
from snowconf.sandbox.storage.moment import as_local
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches

MASK = "********"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DURATION_UNITS = (("Day", 86_400), ("Hour", 3_600), ("Minute", 60))


@dataclass(slots=True, kw_only=True)
class Library:
    """The records that references lead to, each looked up once."""

    store: Store
    found: dict[tuple[str, str], Row | None] = field(default_factory=dict)

    def get(self, table: str, sys_id: str) -> Row | None:
        """The record, None when there is none."""
        key = (table, sys_id)
        if key not in self.found:
            self.found[key] = self.store.get(table, sys_id) if sys_id and find_table(table) else None
        return self.found[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Displayer:
    """Shows values to one caller."""

    library: Library
    switches: Switches
    clock: Clock = field(default_factory=Clock)

    def show(self, step: Step, value: str) -> str | None:
        """The value of that column as people see it; null stands for an empty choice on some releases."""
        column = step.column
        if column.choices:
            return self._choice(column, value)
        if step.target:
            return self._reference(step, value)
        if column.type == "glide_list":
            return self._list(column, value)
        if column.type in NUMBERS:
            return _number(value)
        if column.type in DATES:
            return self.clock.show(value)
        return _PLAIN.get(column.type, _same)(value)

    def _choice(self, column: Column, value: str) -> str | None:
        if not value:
            return {"empty": "", "null": None, "none": "None"}[self.switches.get("empty_choice")]
        return column.choices.get(value, value)

    def _reference(self, step: Step, value: str) -> str | None:
        """What the record's display column shows; nothing when it leads nowhere, but the word `global` is a name."""
        row, further = self.library.get(step.target, value), find_display(self.switches, step)
        if row is None or further is None:
            return value if value == "global" else ""
        return self.show(further, row.get(further.column.name, ""))

    def _list(self, column: Column, value: str) -> str:
        """A list of sys_ids by name; what is no record's sys_id shows as it is."""
        each = Step("", Column(name=column.name, label="", type="reference", reference=column.reference))
        shown = (self._reference(each, part) or part for part in value.split(","))
        return ", ".join(shown) if value else ""


def make_displayer(session: Session, library: Library | None = None) -> Displayer:
    """Shows values as the session's user sees them."""
    caller = session.caller
    clock = Clock(time_zone=caller.time_zone, date_format=caller.date_format, time_format=caller.time_format)
    return Displayer(library=library or Library(store=session.store), switches=session.switches, clock=clock)


def _same(value: str) -> str:
    return value


def _masked(value: str) -> str:
    return MASK if value else ""


def _class_label(value: str) -> str:
    found = find_table(value)
    return found.label if found else value


def _number(value: str) -> str:
    """With separators between thousands."""
    whole, dot, rest = value.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.removeprefix("-").isdecimal() and len(whole) < 40 else value


def _duration(value: str) -> str:
    """`1 Day 4 Hours 23 Minutes`; seconds are told only of what is under a minute. Stored from 1970 on."""
    moment = as_local(value, "")
    return value if moment is None else _in_words(moment - EPOCH)


def _in_words(length: timedelta) -> str:
    left = int(length.total_seconds())
    words: list[str] = []
    for unit, size in DURATION_UNITS:
        count, left = divmod(left, size)
        words += [_counted(count, unit)] if count else []
    return " ".join(words) or _counted(left, "Second")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "password": _masked,
    "password2": _masked,
    "sys_class_name": _class_label,
    "glide_duration": _duration,
    "timer": _duration,
}
