"""Whether a row in hand meets an encoded query, as access controls ask it. Rows in the store are asked for by SQL.

Simple conditions are evaluated here, because every row of a list is asked; all others by the SQL that lists use.
What cannot be evaluated is dropped, as on the platform: a misspelt column makes a condition wider (tables.md 4.1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from snowconf.dictionary import Column, find_column, find_table, get_table
from snowconf.sandbox.acting.session import Caller, utc_now
from snowconf.sandbox.queries.comparing import NUMBERS, stored
from snowconf.sandbox.queries.compiling import Compiler, Named
from snowconf.sandbox.queries.encoded_query import Condition, EncodedQuery, Group, Operator, Term
from snowconf.sandbox.queries.scripted_value import Scope, evaluate
from snowconf.sandbox.storage.sql import listing, phrase, quote
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.refusals import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The row that a condition is about, and who looks at it."""

    store: Store
    table: str
    row: Row
    caller: Caller
    switches: Switches = field(default_factory=Switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """What stands left of an operator: the column, its stored value, and what a reader would see of it."""

    column: Column
    value: str
    shown: str


Sortable = TypeVar("Sortable", float, str)
Test: TypeAlias = Callable[[Operand, str], bool]


def holds(query: EncodedQuery, scene: Scene) -> bool:
    """Whether any segment of the query has all its groups fulfilled."""
    if not _is_simple(query):
        return _holds_in_sql(query, scene)
    return any(all(_group_holds(group, scene) for group in segment) for segment in query.segments)


@lru_cache(maxsize=4096)
def _is_simple(query: EncodedQuery) -> bool:
    terms = (term for segment in query.segments for group in segment for term in group)
    return all(isinstance(term, Condition) and term.operator in TESTS for term in terms)


def _holds_in_sql(query: EncodedQuery, scene: Scene) -> bool:
    """The row as the only one of its table, asked as a list would be."""
    names = [*get_table(scene.table).columns]
    compiler = Compiler(
        store=scene.store, scope=_scope(scene.caller), switches=scene.switches, may_search=_anybody_may
    )
    where = compiler.compile(replace(query, order=()), scene.table).where
    # Columns of the store ignore letters' case, and so does this one row.
    row = listing(*(phrase("? COLLATE NOCASE AS", quote(name)) for name in names))
    statement = phrase("SELECT 1 FROM (SELECT", row, ") AS t0 WHERE", where.text)
    return bool(scene.store.run(statement, (*(scene.row.get(name, "") for name in names), *where.parameters)))


def _anybody_may(_search: Search, _named: Named) -> bool:
    """Who wrote the condition is not the caller."""
    return True


def _group_holds(group: Group, scene: Scene) -> bool:
    answers = [answer for term in group if (answer := _ask(term, scene)) is not None]
    return not answers or any(answers)


def _ask(term: Term, scene: Scene) -> bool | None:
    """Whether the term is true of the row; None when it is dropped."""
    if not isinstance(term, Condition):
        return None
    operand, test = _find_operand(term.path, scene), TESTS.get(term.operator)
    value = _find_value(term, scene)
    return None if operand is None or test is None or value is None else test(operand, value)


def _find_operand(path: tuple[str, ...], scene: Scene) -> Operand | None:
    column = find_column(scene.table, path[0])
    if column is None:
        return None
    value = scene.row.get(column.name, "")
    if len(path) == 1:
        return Operand(column=column, value=value, shown=_show(column, value, scene))
    if find_table(column.reference) is None:
        return None
    above = scene.store.get(column.reference, value) or {}
    return _find_operand(path[1:], replace(scene, table=column.reference, row=above))


def _show(column: Column, value: str, scene: Scene) -> str:
    referenced = find_table(column.reference)
    if referenced is None or not value:
        return value
    return (scene.store.get(column.reference, value) or {}).get(referenced.display, "")


def _find_value(term: Condition, scene: Scene) -> str | None:
    """The right side: as written, of another column, or what a known expression gives; None when it is not known."""
    if term.operator in {Operator.SAME_AS, Operator.NOT_SAME_AS}:
        other = _find_operand(tuple(term.value.split(".")), scene)
        return other.value if other else None
    return evaluate(term.value, _scope(scene.caller))


def _scope(caller: Caller) -> Scope:
    return Scope(
        user_sys_id=caller.user_sys_id,
        user_name=caller.user_name,
        time_zone=caller.time_zone,
        now=utc_now(),
    )


def _equals(operand: Operand, value: str) -> bool:
    return operand.value.casefold() == stored(operand.column, value).casefold()


def _is_in(operand: Operand, value: str) -> bool:
    wanted = (stored(operand.column, each).casefold() for each in value.split(","))
    return operand.value.casefold() in wanted


def _ordered(*signs: int) -> Test:
    """A test that holds when the operand is below (-1), equal to (0) or above (1) the value; never when it is empty."""
    return lambda operand, value: bool(operand.value) and _compare(operand, value) in signs


def _compare(operand: Operand, value: str) -> int | None:
    """Numbers as numbers, all else as text; None for what is no number and should be."""
    if operand.column.type not in NUMBERS:
        return _order(operand.value.casefold(), stored(operand.column, value).casefold())
    left, right = _find_number(operand.value), _find_number(value)
    return None if left is None or right is None else _order(left, right)


def _find_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _order(left: Sortable, right: Sortable) -> int:
    return int(left > right) - int(left < right)


def _is_between(operand: Operand, value: str) -> bool:
    low, _, high = value.partition("@")
    return _ordered(0, 1)(operand, low) and _ordered(-1, 0)(operand, high)


def _contains(operand: Operand, value: str) -> bool:
    return value.casefold() in operand.shown.casefold()


TESTS: Mapping[Operator, Test] = MappingProxyType(
    {
        Operator.EQUALS: _equals,
        Operator.SAME_AS: _equals,
        Operator.NOT_EQUALS: lambda operand, value: not _equals(operand, value),
        Operator.NOT_SAME_AS: lambda operand, value: not _equals(operand, value),
        Operator.LESS: _ordered(-1),
        Operator.AT_MOST: _ordered(-1, 0),
        Operator.GREATER: _ordered(1),
        Operator.AT_LEAST: _ordered(0, 1),
        Operator.BETWEEN: _is_between,
        Operator.IN: _is_in,
        Operator.NOT_IN: lambda operand, value: not _is_in(operand, value),
        Operator.LIKE: _contains,
        Operator.NOT_LIKE: lambda operand, value: not _contains(operand, value),
        Operator.STARTS_WITH: lambda operand, value: operand.shown.casefold().startswith(value.casefold()),
        Operator.ENDS_WITH: lambda operand, value: operand.shown.casefold().endswith(value.casefold()),
        Operator.IS_EMPTY: lambda operand, _: not operand.value,
        Operator.EMPTY_STRING: lambda operand, _: not operand.value,
        Operator.IS_NOT_EMPTY: lambda operand, _: bool(operand.value),
        Operator.ANYTHING: lambda _operand, _value: True,
    }
)
