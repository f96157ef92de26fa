"""What a request to the Aggregate API asks, as SQL with bound values: figures, groups, conditions on groups, order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from snowconf.sandbox.queries.comparing import NUMBERS, as_number
from snowconf.sandbox.queries.compiling import Compiler
from snowconf.sandbox.queries.path import Path, find_path
from snowconf.sandbox.queries.relating import rows_of
from snowconf.sandbox.storage.moment import FORM
from snowconf.sandbox.storage.sql import Sql, listing, phrase
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.wire.requests import Request

Bound: TypeAlias = tuple[str | int | float, ...]
Stats: TypeAlias = dict[str, str | dict[str, str]]

KINDS = ("avg", "max", "min", "sum")
DURATIONS = frozenset({"glide_duration", "timer"})
COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
MAX_PARTS = 20
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Figure:
    """One aggregate: of a column, or the count of all rows, which has none."""

    kind: str
    name: str = ""
    path: Path = ()
    operand: str = ""

    @property
    def sql(self) -> str:
        """The figure as an expression. Numbers are taken as numbers, durations as seconds, all else as text."""
        if self.kind == "count":
            return phrase("COUNT(NULLIF(", self.operand, ", ''))") if self.operand else "COUNT(*)"
        return phrase(f"{self.kind.upper()}(", self._measured(), ")")

    def _measured(self) -> str:
        if self._is_number:
            return as_number(self.operand)
        if self._is_duration:
            return phrase("CAST(strftime('%s', NULLIF(", self.operand, ", '')) AS INTEGER)")
        return phrase("NULLIF(", self.operand, ", '')")

    @property
    def makes_sense(self) -> bool:
        """Whether the column can be added up, where that is asked."""
        return self.kind in {"max", "min", "count"} or self._is_number or self._is_duration

    @property
    def _is_number(self) -> bool:
        return self.path[-1].column.type in NUMBERS

    @property
    def _is_duration(self) -> bool:
        return self.path[-1].column.type in DURATIONS

    def show(self, store: Store, value: object) -> str:
        """The value as the API writes it: everything is a string, averages have four decimals."""
        if value is None:
            return ""
        if self.kind == "count" or not isinstance(value, int | float):
            return str(value)
        if self._is_duration:
            ((moment,),) = store.run(_EPOCH, (FORM, value))
            return str(moment)
        if self.kind == "avg":
            return f"{value:.4f}"
        return str(int(value)) if float(value).is_integer() else f"{value:.4f}"


_EPOCH = "SELECT strftime(?, CAST(? AS INTEGER), 'unixepoch')"


@dataclass(frozen=True, slots=True)
class Key:
    """A column that rows are grouped by: its value, and what it shows, as SQL."""

    name: str
    path: Path
    value: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that one request asks."""

    table: str
    figures: tuple[Figure, ...]
    keys: tuple[Key, ...]
    having: tuple[tuple[Figure, Sql], ...]
    order: tuple[tuple[Figure | Key, str], ...]

    @property
    def paths(self) -> Iterator[Path]:
        """Every column that is looked at."""
        yield from (figure.path for figure in self.figures if figure.path)
        yield from (key.path for key in self.keys)
        yield from (figure.path for figure, _ in self.having if figure.path)
        yield from (each.path for each, _ in self.order if each.path)

    def statement(self, store: Store, where: Sql) -> tuple[str, Bound]:
        """The statement that reads figures and keys of each group, and its values."""
        outputs = [*(figure.sql for figure in self.figures), *(key.value for key in self.keys)]
        words = ["SELECT", listing(*outputs), "FROM", rows_of(store, self.table), "WHERE", where.text]
        bound = where.parameters
        if self.keys:
            words += ["GROUP BY", listing(*(key.value for key in self.keys))]
        if self.having:
            words += ["HAVING", " AND ".join(phrase(each.sql, test.text) for each, test in self.having)]
            bound = bound + sum((test.parameters for _, test in self.having), ())
        if self.keys:
            words += ["ORDER BY", listing(*self._order())]
        return phrase(*words), bound

    def _order(self) -> Iterator[str]:
        for each, direction in self.order:
            yield phrase(each.sql if isinstance(each, Figure) else each.shown, direction)
        yield from (phrase(key.shown, "COLLATE NOCASE") for key in self.keys)
        yield from (key.value for key in self.keys)

    def stats(self, store: Store, row: tuple[object, ...]) -> Stats:
        """The figures of one group as the answer holds them."""
        stats: Stats = {}
        for figure, value in zip(self.figures, row, strict=False):
            shown = figure.show(store, value)
            nested = stats.setdefault(figure.kind, {}) if figure.name else None
            if isinstance(nested, dict):
                nested[figure.name] = shown
            else:
                stats[figure.kind] = shown
        return stats


def read_summary(request: Request, compiler: Compiler, table: str) -> Summary:
    """What the request asks, as far as it makes sense; the rest is ignored like any unknown parameter."""
    reader = Reader(compiler=compiler, table=table)
    counts = [Figure("count")] if request.parameter("sysparm_count").strip().lower() == "true" else []
    figures = [
        figure
        for kind in KINDS
        for name in _split(request.parameter(f"sysparm_{kind}_fields"))
        if (figure := reader.find_figure(kind, name)) is not None
    ]
    keys = tuple(reader.keys(_split(request.parameter("sysparm_group_by"))))
    return Summary(
        table=table,
        figures=(*counts, *figures),
        keys=keys,
        having=tuple(reader.having(_split(request.parameter("sysparm_having")))),
        order=tuple(reader.order(_split(request.parameter("sysparm_order_by")), keys)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the parts of a request that name columns of one table."""

    compiler: Compiler
    table: str

    def find_figure(self, kind: str, name: str) -> Figure | None:
        """The aggregate of that column; None when there is no such column, or no such sum."""
        path = find_path(self.compiler.switches, self.table, name)
        if path is None:
            return None
        figure = Figure(kind, name, path, self.compiler.find_shown(path)[0])
        return figure if figure.makes_sense else None

    def keys(self, names: list[str]) -> Iterator[Key]:
        """The columns to group by."""
        for name in names:
            path = find_path(self.compiler.switches, self.table, name)
            if path is not None:
                yield Key(name, path, *self.compiler.find_shown(path))

    def having(self, conditions: list[str]) -> Iterator[tuple[Figure, Sql]]:
        """`count^priority^>^3`: groups of which this is true."""
        for condition in conditions:
            kind, name, symbol, value = (*condition.split("^"), "", "", "", "")[:4]
            figure = self._find_aggregate(kind, name)
            if figure and symbol in COMPARISONS and _NUMBER.fullmatch(value):
                yield figure, Sql(phrase(COMPARISONS[symbol], "?"), (float(value),))

    def order(self, items: list[str], keys: tuple[Key, ...]) -> Iterator[tuple[Figure | Key, str]]:
        """`state^DESC`, `COUNT`, `AVG^state`: what groups are sorted by."""
        named: Mapping[str, Key] = MappingProxyType({key.name: key for key in keys})
        for item in items:
            parts = item.split("^")
            direction = "DESC" if parts[-1].upper() == "DESC" else "ASC"
            first, second = (*(part for part in parts if part.upper() not in {"DESC", "ASC"}), "", "")[:2]
            found = self._find_aggregate(first, second) or named.get(first)
            if found:
                yield found, direction

    def _find_aggregate(self, kind: str, name: str) -> Figure | None:
        lower = kind.lower()
        if lower == "count" and not name:
            return Figure("count")
        return self.find_figure(lower, name) if lower in {*KINDS, "count"} else None


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()][:MAX_PARTS]
