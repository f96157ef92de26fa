"""Encoded queries to SQL with bound values. A column's name gets into the SQL only by way of the dictionary.

A dot-walked column is worth '' where a reference on its way is empty or leads nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from snowconf.dictionary import get_table
from snowconf.sandbox.queries.comparing import NUMBERS, ON_DISPLAY, TESTS, Test, as_number
from snowconf.sandbox.queries.encoded_query import (
    Condition,
    EncodedQuery,
    Group,
    Join,
    Operator,
    Order,
    RelatedList,
    Segment,
    Term,
    TextQuery,
    Unreadable,
    parse,
)
from snowconf.sandbox.queries.pairing import PAIRS, Pair, compare
from snowconf.sandbox.queries.path import MAX_STEPS, Path, Step, find_columns, find_display, find_path
from snowconf.sandbox.queries.relating import (
    below,
    find_dynamic,
    joined_to,
    read_quantity,
    rows_of,
    with_related,
)
from snowconf.sandbox.queries.scripted_value import Scope, evaluate
from snowconf.sandbox.queries.timing import make_test
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.storage.schema import KEY
from snowconf.sandbox.storage.sql import EVERYTHING, Sql, joined, listing, phrase, quote
from snowconf.sandbox.storage.store import BY_KEY, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.refusals import Search

# What a query names: a table and one of its columns.
Named: TypeAlias = tuple[str, str]

MAX_ORDERS = 50
# What somebody writes who wants to keep the sandbox busy.
MAX_DEPTH = 3
MAX_WORDS = 10
# The operators that find just what they name; all others can be asked again and again with other bounds.
EXACT = frozenset(
    {
        Operator.EQUALS,
        Operator.NOT_EQUALS,
        Operator.IN,
        Operator.NOT_IN,
        Operator.IS_EMPTY,
        Operator.IS_NOT_EMPTY,
        Operator.EMPTY_STRING,
        Operator.ANYTHING,
        Operator.SAME_AS,
        Operator.NOT_SAME_AS,
    }
)
TEXTS = frozenset({"string", "email", "url", "html", "translated_text", "journal_input", "ph_number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query's SQL, and which of its terms are not in it.

    `ignored` terms are invalid, `hidden` ones name a column that the caller may not read. A query that is `too_long`
    was not compiled at all.
    """

    where: Sql = EVERYTHING
    order: Sql = BY_KEY
    ignored: tuple[Term | Order, ...] = ()
    hidden: tuple[Term | Order, ...] = ()
    too_long: bool = False


@dataclass(slots=True, kw_only=True)
class Compiler:
    """Compiles one query. `may_search` knows the columns that the caller may name, and in which kind of search."""

    store: Store
    scope: Scope
    switches: Switches
    may_search: Callable[[Search, Named], bool]
    ignored: list[Term | Order] = field(default_factory=list)
    hidden: list[Term | Order] = field(default_factory=list)
    _unread: list[Term] = field(default_factory=list)
    _depth: int = 0

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
        """The term as SQL; None when it is invalid or names what the caller may not read."""
        match term:
            case Condition():
                found = self._with_path(term, table)
            case RelatedList():
                found = self._related(term)
            case Join():
                found = self._join(term, table)
            case TextQuery():
                found = self._words(term, table)
            case Unreadable():
                found = None
            case _:
                assert_never(term)
        if found is None:
            (self.hidden if term in self._unread else self.ignored).append(term)
        return found

    def _with_path(self, condition: Condition, table: str) -> Sql | None:
        path = find_path(self.switches, table, condition.column)
        search: Search = "query_match" if condition.operator in EXACT else "query_range"
        return self._condition(condition, path) if path and self._may_see(condition, path, search) else None

    def _may_see(self, term: Term, path: Path, search: Search = "query_match") -> bool:
        if self._may_name(path, search):
            return True
        self._unread.append(term)
        return False

    def _condition(self, condition: Condition, path: Path) -> Sql | None:
        if condition.operator in PAIRS:
            return self._pair(condition, path)
        if condition.operator in ON_DISPLAY:
            path = self._to_display(path)
        test = self._test(condition, path[-1])
        return Sql(self._walk(path, test), test.parameters) if test else None

    def _test(self, condition: Condition, step: Step) -> Test | None:
        """What the operator asks of the column at the end of the path."""
        operator, value = condition.operator, self._value(condition.value)
        if operator in TESTS:
            return None if value is None else TESTS[operator](step.column, value)
        if operator is Operator.DYNAMIC:
            return _within_set(find_dynamic(self.store, condition.value, self.scope.user_sys_id))
        if operator is Operator.IN_HIERARCHY and value is not None:
            target = find_installed(self.switches, step.target)
            return _within_set(below(self.store, target, value)) if target else None
        return make_test(operator, step.column, condition.value, self.scope)

    def _value(self, value: str) -> str | None:
        """The value with what `javascript:` gives; a range has two. None when either is not known."""
        parts = (
            [evaluate(part, self.scope) for part in value.split("@")] if "javascript:" in value else [value]
        )
        known = [part for part in parts if part is not None]
        return "@".join(known) if len(known) == len(parts) else None

    def _pair(self, condition: Condition, path: Path) -> Sql | None:
        name, *rest = condition.value.split("@")
        other = find_path(self.switches, path[0].table, name)
        if other is None or not self._may_see(condition, other):
            return None
        pair = Pair(
            operator=condition.operator,
            column=path[-1].column,
            left=self._operand(path),
            right=self._operand(other),
            rest=tuple(rest),
            time_zone=self.scope.time_zone,
        )
        return compare(pair)

    # -- other rows

    def _related(self, term: RelatedList) -> Sql | None:
        quantity, path = read_quantity(term), find_path(self.switches, term.table, term.column)
        if quantity is None or path is None or not self._may_see(term, path):
            return None
        where = self._elsewhere(term.conditions, term.table)
        return with_related(rows_of(self.store, term.table), term.column, where, quantity) if where else None

    def _join(self, term: Join, table: str) -> Sql | None:
        own = find_path(self.switches, table, term.column.removeprefix(f"{table}."))
        other = find_path(self.switches, term.table, term.joined)
        if own is None or other is None or len(own) > 1:
            return None
        if not (self._may_see(term, own) and self._may_see(term, other)):
            return None
        where, rows = self._elsewhere(term.condition, term.table), rows_of(self.store, term.table)
        return joined_to(own[0].column.name, term.joined, rows, where) if where else None

    def _elsewhere(self, text: str, table: str) -> Sql | None:
        """The conditions on another table's rows; None when the queries are nested deeper than anybody means."""
        if self._depth == MAX_DEPTH:
            return None
        self._depth += 1
        where = joined("OR", [self._segment(segment, table) for segment in parse(text).segments])
        self._depth -= 1
        return where

    def _words(self, term: TextQuery, table: str) -> Sql | None:
        """A search finds the rows that hold every word in any of the texts that the caller may read."""
        words = term.words.split()[:MAX_WORDS]
        texts = [
            column.name
            for column in find_columns(self.switches, table).values()
            if column.type in TEXTS and self.may_search("query_range", (table, column.name))
        ]
        if not words or not texts:
            return None
        contains = TESTS[Operator.LIKE]
        found = [
            Sql(test.render(f"t0.{quote(name)}"), test.parameters)
            for word in words
            for name in texts
            for test in [contains(find_columns(self.switches, table)[name], word)]
        ]
        each = [found[start : start + len(texts)] for start in range(0, len(found), len(texts))]
        return joined("AND", [joined("OR", pieces) for pieces in each])

    # -- paths

    def _may_name(self, path: Path, search: Search) -> bool:
        """The columns on the way are matched, and only the last one may be searched in a range."""
        *way, end = ((step.table, step.column.name) for step in path)
        return self.may_search(search, end) and all(self.may_search("query_match", step) for step in way)

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

    # -- what others ask about a column

    def find_shown(self, path: Path) -> tuple[str, str]:
        """The value at the end of a path as SQL, and what it shows when it is a reference."""
        return self._operand(path), self._operand(self._to_display(path))

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
        if not self._may_name(path, "query_range"):
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


def _within_set(values: Sql | None) -> Test | None:
    """The test whether an operand is one of a set's values."""
    if values is None:
        return None
    return Test(lambda operand: phrase(operand, "IN", values.text), values.parameters)
