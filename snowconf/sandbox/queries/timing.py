"""The operators that ask about one time (wire-contract.md 3.2): ON, NOTON, RELATIVE…, DATEPART.

What the platform's documentation leaves open is decided in docs/platform.md.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from types import MappingProxyType
from typing import TypeAlias

from snowconf.dictionary import Column
from snowconf.sandbox.queries.comparing import Test
from snowconf.sandbox.queries.encoded_query import Operator
from snowconf.sandbox.queries.scripted_value import Scope, evaluate, read_call
from snowconf.sandbox.storage.moment import (
    DAY_LENGTH,
    FORM,
    LENGTHS,
    MONTHS,
    PARTS,
    as_local,
    shift,
    span_of,
)
from snowconf.sandbox.storage.sql import phrase

DATES = frozenset({"glide_date_time", "glide_date", "due_date", "datetime", "date"})
UNITS = frozenset({*LENGTHS, *MONTHS})

_COUNT = re.compile(r"[0-9]{1,6}")
_SYMBOLS = {"GT": ">", "GE": ">=", "LT": "<", "LE": "<=", "EE": "="}
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = {"dayofweek": _DAYS, "month": _MONTHS}
# What people pick in a list instead of a date: the days before today.
_LABELS = {"today": 0, "yesterday": 1, "tomorrow": -1}

# A maker takes who asks and when, and the value as it was written; None is an invalid condition.
Maker: TypeAlias = Callable[[Scope, str], Test | None]


def make_test(operator: Operator, column: Column, value: str, scope: Scope) -> Test | None:
    """The test of a stored date; None when the column holds none, or the value says nothing about one."""
    maker = _MAKERS.get(operator)
    return maker(scope, value) if maker and column.type in DATES else None


# -- ON, NOTON


def _on(scope: Scope, value: str) -> Test | None:
    bounds = _find_bounds(scope, value)
    return bounds and Test(lambda operand: phrase("(", operand, "BETWEEN ? AND ? )"), bounds)


def _not_on(scope: Scope, value: str) -> Test | None:
    """No date is on no other date."""
    bounds = _find_bounds(scope, value)
    return bounds and Test(
        lambda operand: phrase("(", operand, "<> '' AND", operand, "NOT BETWEEN ? AND ? )"), bounds
    )


def _find_bounds(scope: Scope, value: str) -> tuple[str, str] | None:
    """`label@start@end`; a label alone is a day of the caller's calendar."""
    label, *ends = value.split("@")
    if len(ends) != 2:
        return _find_day(scope, label)
    start, end = (evaluate(each, scope) for each in ends)
    return (start, end) if start and end else None


def _find_day(scope: Scope, label: str) -> tuple[str, str] | None:
    word = label.lower()
    if word in _LABELS:
        days = _LABELS[word]
        calls = (f"javascript:gs.daysAgo{edge}({days})" for edge in ("Start", "End"))
    elif len(label) == DAY_LENGTH and as_local(label, ""):
        calls = (f"javascript:gs.dateGenerate('{label}','{edge}')" for edge in ("start", "end"))
    else:
        return None
    start, end = (evaluate(call, scope) for call in calls)
    return (start, end) if start and end else None


# -- RELATIVE…


def _relative(symbol: str) -> Maker:
    """`@hour@ago@3`: later or earlier than the time so far from now, or in the same hour."""

    def make(scope: Scope, value: str) -> Test | None:
        _, unit, direction, count = (*value.split("@"), "", "", "")[:4]
        if unit not in UNITS or direction not in {"ago", "ahead"} or not _COUNT.fullmatch(count):
            return None
        point = shift(scope.here, unit, int(count) if direction == "ahead" else -int(count))
        if point is None:
            return None
        stored = point.astimezone(UTC).strftime(FORM)
        if symbol == "=":
            return _in_span(scope, unit, span_of(stored, unit, scope.time_zone))
        return Test(lambda operand: phrase("(", operand, "<> '' AND", operand, symbol, "? )"), (stored,))

    return make


def _in_span(scope: Scope, unit: str, span: str) -> Test:
    return Test(lambda operand: phrase("moment_span(", operand, ", ?, ?) = ?"), (unit, scope.time_zone, span))


# -- DATEPART


def _date_part(scope: Scope, value: str) -> Test | None:
    """`Monday@javascript:gs.datePart('dayofweek','monday','GE')`; the label before it says nothing."""
    called = read_call(value.partition("@")[2])
    if called is None or called[0] != "datePart" or len(called[1]) != 3:
        return None
    part, wanted, comparator = called[1]
    number, symbol = _find_number(part, wanted.lower()), _SYMBOLS.get(comparator)
    if number is None or symbol is None:
        return None
    return Test(
        lambda operand: phrase(
            "(", operand, "<> '' AND moment_part(", operand, ", ?, ?)", symbol, "CAST(? AS INTEGER))"
        ),
        (part, scope.time_zone, str(number)),
    )


def _find_number(part: str, wanted: str) -> int | None:
    names = _WORDS.get(part, ())
    short = wanted[:3] if part == "month" else wanted
    if short in names:
        return names.index(short) + 1
    return int(wanted) if part in PARTS and _COUNT.fullmatch(wanted) else None


_MAKERS: Mapping[Operator, Maker] = MappingProxyType(
    {
        Operator.ON: _on,
        Operator.NOT_ON: _not_on,
        Operator.DATE_PART: _date_part,
        Operator.RELATIVE_GREATER: _relative(">"),
        Operator.RELATIVE_AT_LEAST: _relative(">="),
        Operator.RELATIVE_LESS: _relative("<"),
        Operator.RELATIVE_AT_MOST: _relative("<="),
        Operator.RELATIVE_EQUAL: _relative("="),
    }
)
