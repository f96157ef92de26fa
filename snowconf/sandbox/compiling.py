"""Encoded queries to SQL with bound values. A column's name gets into the SQL only by way of the dictionary.

A dot-walked column is worth '' where a reference on its way is empty or leads nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.dictionary import get_table
from snowconf.sandbox.comparing import NUMBERS, ON_COLUMNS, ON_DISPLAY, TESTS, Test, as_number
from snowconf.sandbox.encoded_query import Condition, EncodedQuery, Group, Order, Segment, Term
from snowconf.sandbox.path import MAX_STEPS, Path, Step, find_display, find_path
from snowconf.sandbox.schema import KEY
from snowconf.sandbox.scripted_value import Scope, evaluate
from snowconf.sandbox.sql import EVERYTHING, Sql, joined, listing, phrase, quote
from snowconf.sandbox.store import BY_KEY, Store
from snowconf.sandbox.switches import Switches

# What a query names: a table and one of its columns.
Named: TypeAlias = tuple[str, str]

MAX_ORDERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query's SQL, and which of its terms are not in it.

    `ignored` terms are invalid, `hidden` ones name a column that the caller may not read.
    """

    where: Sql = EVERYTHING
    order: Sql = BY_KEY
    ignored: tuple[Term | Order, ...] = ()
    hidden: tuple[Term | Order, ...] = ()


@dataclass(slots=True, kw_only=True)
class Compiler:
    """Compiles one query. `may_read` knows the columns that the caller sees."""

    store: Store
    scope: Scope
    switches: Switches
    may_read: Callable[[Named], bool]
    ignored: list[Term | Order] = field(default_factory=list)
    hidden: list[Term | Order] = field(default_factory=list)

    def compile(self, query: EncodedQuery, table: str) -> Compiled:
        """The query on that table."""
        segments = [self._segment(segment, table) for segment in query.segments]
        order = self._order(query.order, table)
        return Compiled(
            where=joined("OR", segments),
            order=order,
            ignored=tuple(self.ignored),
            hidden=tuple(self.hidden),
        )

    # -- conditions

    def _segment(self, segment: Segment, table: str) -> Sql:
        groups = [found for group in segment if (found := self._group(group, table)) is not None]
        return joined("AND", groups) if groups else EVERYTHING

    def _group(self, group: Group, table: str) -> Sql | None:
        terms = [found for term in group if (found := self._term(term, table)) is not None]
        return joined("OR", terms) if terms else None

    def _term(self, term: Term, table: str) -> Sql | None:
        path = find_path(self.switches, table, term.column) if isinstance(term, Condition) else None
        if not isinstance(term, Condition) or path is None:
            self.ignored.append(term)
            return None
        if not self._readable(path):
            self.hidden.append(term)
            return None
        found = self._condition(term, path)
        if found is None:
            self.ignored.append(term)
        return found

    def _condition(self, condition: Condition, path: Path) -> Sql | None:
        if condition.operator in ON_COLUMNS:
            return self._column_condition(condition, path)
        maker = TESTS.get(condition.operator)
        value = self._value(condition.value)
        if maker is None or value is None:
            return None
        if condition.operator in ON_DISPLAY:
            path = self._to_display(path)
        test = maker(path[-1].column, value)
        return Sql(self._walk(path, test), test.parameters)

    def _value(self, value: str) -> str | None:
        """The value with what `javascript:` gives; a range has two. None when either is not known."""
        parts = (
            [evaluate(part, self.scope) for part in value.split("@")] if "javascript:" in value else [value]
        )
        known = [part for part in parts if part is not None]
        return "@".join(known) if len(known) == len(parts) else None

    def _column_condition(self, condition: Condition, path: Path) -> Sql | None:
        other = find_path(self.switches, path[0].table, condition.value)
        if other is None or not self._readable(other):
            return None
        symbol = ON_COLUMNS[condition.operator]
        return Sql(phrase(self._operand(path), symbol, self._operand(other), "COLLATE NOCASE"))

    # -- paths

    def _readable(self, path: Path) -> bool:
        return all(self.may_read((step.table, step.column.name)) for step in path)

    def _to_display(self, path: Path) -> Path:
        """The path on to what its reference shows, which may itself be a reference."""
        further = find_display(self.switches, path[-1])
        return path if further is None or len(path) > MAX_STEPS else self._to_display((*path, further))

    def _walk(self, path: Path, test: Test) -> str:
        """The test at the end of a path, as a condition that an index can serve.

        A test that holds for '' must hold where the path breaks off, so it is asked the other way round.
        """
        shown = test.render(column_of(len(path) - 1, path[-1]))
        if len(path) == 1:
            return shown
        rows = phrase("(SELECT", key_of(1), "FROM", self._chain(path), "WHERE")
        if test.on_empty:
            return phrase(column_of(0, path[0]), "NOT IN", rows, "NOT (", shown, "))")
        return phrase(column_of(0, path[0]), "IN", rows, shown, ")")

    def _operand(self, path: Path) -> str:
        """The value at the end of a path, as an expression."""
        here, end = column_of(0, path[0]), column_of(len(path) - 1, path[-1])
        if len(path) == 1:
            return here
        return phrase(
            "COALESCE((SELECT", end, "FROM", self._chain(path), "WHERE", key_of(1), "=", here, "), '')"
        )

    def _chain(self, path: Path) -> str:
        """The tables after the first that a path leads through, each joined to the one before."""
        first, *others = (self._rows(step.table, depth) for depth, step in enumerate(path) if depth)
        joins = (
            phrase("JOIN", rows, "ON", key_of(depth), "=", column_of(depth - 1, path[depth - 1]))
            for depth, rows in enumerate(others, start=2)
        )
        return phrase(first, *joins)

    def _rows(self, table: str, depth: int) -> str:
        return phrase(self.store.source(table, get_table(table).columns), f"AS t{depth}")

    # -- order

    def _order(self, order: tuple[Order, ...], table: str) -> Sql:
        """References sort by what they show, numbers as numbers; sys_id decides what is left open."""
        pieces: dict[str, str] = {}
        for each in order:
            operand = self._find_operand(each, table)
            if operand is not None and len(pieces) < MAX_ORDERS:
                pieces.setdefault(operand, "DESC" if each.descending else "ASC")
        pieces.setdefault(BY_KEY.text, "ASC")
        return Sql(listing(*(phrase(operand, direction) for operand, direction in pieces.items())))

    def _find_operand(self, order: Order, table: str) -> str | None:
        path = find_path(self.switches, table, order.column)
        if path is None:
            self.ignored.append(order)
            return None
        if not self._readable(path):
            self.hidden.append(order)
            return None
        shown = self._to_display(path)
        operand = self._operand(shown)
        if shown[-1].column.type in NUMBERS:
            return as_number(operand)
        # A column ignores letters' case by itself, what was looked up has to be told to.
        return operand if len(shown) == 1 else phrase(operand, "COLLATE NOCASE")


def column_of(depth: int, step: Step) -> str:
    """The step's column as SQL, on the row that the walk has reached."""
    return f"t{depth}.{quote(step.column.name)}"


def key_of(depth: int) -> str:
    """The sys_id of that row, as SQL."""
    return f"t{depth}.{quote(KEY)}"
