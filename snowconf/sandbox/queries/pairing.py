"""The operators that compare two columns of one row (wire-contract.md 3.2): SAMEAS, GT_FIELD, MORETHAN and theirs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from snowconf.dictionary import Column
from snowconf.sandbox.queries.comparing import NUMBERS, as_number
from snowconf.sandbox.queries.encoded_query import Operator
from snowconf.sandbox.queries.timing import DATES, UNITS
from snowconf.sandbox.storage.moment import SECONDS
from snowconf.sandbox.storage.sql import Sql, phrase

SYMBOLS: Mapping[Operator, str] = MappingProxyType(
    {
        Operator.SAME_AS: "=",
        Operator.NOT_SAME_AS: "<>",
        Operator.GREATER_COLUMN: ">",
        Operator.AT_LEAST_COLUMN: ">=",
        Operator.LESS_COLUMN: "<",
        Operator.AT_MOST_COLUMN: "<=",
    }
)
DISTANCES = frozenset({Operator.MORE_THAN, Operator.LESS_THAN})
PAIRS = frozenset({*SYMBOLS, *DISTANCES})
_COUNT = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both operands as SQL, the left one's column, and what is written behind the right one's name."""

    operator: Operator
    column: Column
    left: str
    right: str
    rest: tuple[str, ...]
    time_zone: str


def compare(pair: Pair) -> Sql | None:
    """The comparison as SQL; None when what is written behind the name says nothing."""
    if pair.operator in DISTANCES:
        return _distance(pair) if pair.column.type in DATES else None
    symbol = SYMBOLS[pair.operator]
    if pair.rest:
        return _same_span(pair, symbol)
    if symbol in {"=", "<>"}:
        return Sql(phrase("(", pair.left, symbol, pair.right, "COLLATE NOCASE )"))
    return _ordered(pair, symbol)


def _ordered(pair: Pair, symbol: str) -> Sql:
    """What is empty is neither before nor after anything."""
    numeric = pair.column.type in NUMBERS
    left, right = (as_number(each) if numeric else each for each in (pair.left, pair.right))
    filled = phrase(pair.left, "<> '' AND", pair.right, "<> ''")
    return Sql(phrase("(", filled, "AND", left, symbol, right, "COLLATE NOCASE )"))


def _same_span(pair: Pair, symbol: str) -> Sql | None:
    """`SAMEASother@day`: both in the same day of the caller's calendar."""
    unit = pair.rest[0]
    if unit not in UNITS or symbol not in {"=", "<>"} or pair.column.type not in DATES:
        return None
    spans = [phrase("moment_span(", each, ", ?, ?)") for each in (pair.left, pair.right)]
    return Sql(phrase("(", spans[0], symbol, spans[1], ")"), (unit, pair.time_zone) * 2)


def _distance(pair: Pair) -> Sql | None:
    """`MORETHANother@day@before@3`: more than three days before the other, or after it, or either."""
    unit, direction, count = (*pair.rest, "", "", "")[:3]
    if unit not in SECONDS or direction not in _LEADS or not _COUNT.fullmatch(count):
        return None
    seconds = [phrase("CAST(strftime('%s',", each, ") AS INTEGER)") for each in (pair.left, pair.right)]
    lead = _LEADS[direction].format(left=seconds[0], right=seconds[1])
    test = "> ?" if pair.operator is Operator.MORE_THAN else "BETWEEN 0 AND ? - 1"
    return Sql(phrase("COALESCE(", lead, test, ", 0)"), (int(count) * SECONDS[unit],))


_LEADS = {
    "before": "({right} - {left})",
    "after": "({left} - {right})",
    "before or after": "ABS({left} - {right})",
}
