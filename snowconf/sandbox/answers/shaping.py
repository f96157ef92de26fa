"""Rows in the shapes of wire-contract.md 2.2: which columns, as values or as people see them, with links or without."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from snowconf.dictionary import get_table
from snowconf.sandbox.answers.displaying import Displayer, Library
from snowconf.sandbox.queries.path import Path, Step, find_columns, find_path
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.writing.journals import JOURNALS, tell

# A shaped value: a string, null, or an object of such.
Shaped: TypeAlias = str | dict[str, str | None] | None

# The one reference whose table is not said by its column (wire-contract.md 2.2).
DOMAIN_TABLE = "sys_user_group"
KEPT_NAMES = 2000


class Mode(Enum):
    """The values of `sysparm_display_value`."""

    VALUE = "false"
    DISPLAY = "true"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a caller wants values. `base` is what links begin with: `https://host/api/now/v2/table`."""

    mode: Mode = Mode.VALUE
    links: bool = True
    base: str


class Outlined(NamedTuple):
    """A column of an answer: its name, the row's own column it begins at, and the way from there.

    A walked one leads to another record, a plain one ends at no reference.
    """

    name: str
    root: str
    path: Path
    is_walked: bool
    is_plain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Which columns an answer has; `roots` are the row's own columns among them or on the way."""

    columns: tuple[Outlined, ...]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaper:
    """Shapes the rows of one answer for one caller."""

    access: Access
    library: Library
    displayer: Displayer
    manner: Manner
    table: str
    outline: Outline

    def shape(self, row: Row) -> dict[str, Shaped]:
        """The row as it goes out: without the columns that the caller may not read."""
        roots = self.access.readable_columns(self.table, self.outline.roots, row)
        as_stored = self.manner.mode is Mode.VALUE
        shaped: dict[str, Shaped] = {}
        for name, root, path, is_walked, is_plain in self.outline.columns:
            if root not in roots:
                continue
            value = (
                self._follow(path, row)
                if is_walked or path[-1].column.type in JOURNALS
                else row.get(root, "")
            )
            if value is not None:
                shaped[name] = value if as_stored and is_plain else self._value(path[-1], value)
        return shaped

    def _follow(self, path: Path, row: Row) -> str | None:
        """The value at the end of a path: '' where it breaks off, None when its column may not be read.

        A journal is told in full to whoever wants to see what people see, and to nobody else.
        """
        for before, step in pairwise(path):
            found = self.library.get(before.target, row.get(before.column.name, ""))
            if found is None or not self.access.may("read", step.table, found):
                return ""
            if not self.access.readable_columns(step.table, (step.column.name,), found):
                return None
            row = found
        column = path[-1].column
        if column.type in JOURNALS and self.manner.mode is not Mode.VALUE:
            labels = {name: each.label for name, each in get_table(path[-1].table).columns.items()}
            return tell(self.library.store, row.get("sys_id", ""), column, self.displayer.clock, labels)
        return row.get(column.name, "")

    def _value(self, step: Step, value: str) -> Shaped:
        mode, link = self.manner.mode, self._link(step, value)
        if mode is Mode.VALUE:
            return link | {"value": value} if link else value
        shown = self.displayer.show(step, value)
        if mode is Mode.ALL:
            stored = "" if step.column.type in JOURNALS else value
            return {"display_value": shown, "value": stored} | link
        return {"display_value": shown} | link if link else shown

    def _link(self, step: Step, value: str) -> dict[str, str | None]:
        """Where a reference leads; an empty one is an empty string like any other."""
        target = DOMAIN_TABLE if step.column.type == "domain_id" else step.target
        return (
            {"link": f"{self.manner.base}/{target}/{value}"} if self.manner.links and target and value else {}
        )


def find_outline(switches: Switches, table: str, names: str) -> Outline:
    """What `sysparm_fields` names, as far as it exists; every column of the table when it names nothing."""
    # Names come from requests, so long ones are not kept.
    return (_find_outline if len(names) < KEPT_NAMES else _find_outline.__wrapped__)(switches, table, names)


@lru_cache(maxsize=512)
def _find_outline(switches: Switches, table: str, names: str) -> Outline:
    wanted = list(_split(names)) or list(find_columns(switches, table))
    found = {name: find_path(switches, table, name) for name in wanted}
    columns = tuple(_outlined(name, path) for name, path in found.items() if path is not None)
    return Outline(columns=columns, roots=frozenset(column.root for column in columns))


def _outlined(name: str, path: Path) -> Outlined:
    last = path[-1]
    is_plain = not last.target and last.column.type != "domain_id"
    return Outlined(
        name=name, root=path[0].column.name, path=path, is_walked=len(path) > 1, is_plain=is_plain
    )


def _split(names: str) -> Iterator[str]:
    return (name.strip() for name in names.split(",") if name.strip())
