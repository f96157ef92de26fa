"""What each operator asks of one operand. Where the operand comes from is `compiling`'s business.

Every test is true or false, never null, and says what it makes of an empty operand: that is what a dot-walk over a
missing record comes to.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.dictionary import Column, find_table
from snowconf.sandbox.queries.encoded_query import Operator
from snowconf.sandbox.storage.schema import find_family
from snowconf.sandbox.storage.sql import phrase

NUMBERS = frozenset(
    {"integer", "long", "longint", "decimal", "float", "percent_complete", "currency", "auto_increment"}
)
_NUMBER = re.compile(r"\s*-?[0-9]{1,300}(\.[0-9]{1,300})?\s*")
_LONG = 5000
_BOOLEANS = {"1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on an operand: `render` writes it around the operand's SQL, `on_empty` is its verdict on ''."""

    render: Callable[[str], str]
    parameters: tuple[str | float, ...] = ()
    on_empty: bool = False


# A maker takes the operator's column and the value as the query has it, after `javascript:` was evaluated.
Maker: TypeAlias = Callable[[Column, str], Test]

ALWAYS = Test(lambda _: "1", on_empty=True)
NEVER = Test(lambda _: "0")


def _before(words: str) -> Callable[[str], str]:
    """A renderer that puts the operand before these words."""
    return lambda operand: phrase(operand, words)


def _within(start: str, end: str) -> Callable[[str], str]:
    """A renderer that puts the operand between these words."""
    return lambda operand: phrase(start, operand, end)


def stored(column: Column, value: str) -> str:
    """The value as the database holds it: a boolean may be written 1 or 0."""
    return _BOOLEANS.get(value, value) if column.type == "boolean" else value


def _equals(column: Column, value: str) -> Test:
    text = stored(column, value)
    return Test(_before("= ? COLLATE NOCASE"), (text,), on_empty=not text)


def _differs(column: Column, value: str) -> Test:
    text = stored(column, value)
    return Test(_before("<> ? COLLATE NOCASE"), (text,), on_empty=bool(text))


def _ordered(symbol: str) -> Maker:
    """An empty operand is neither before nor after anything, as null is not."""

    def make(column: Column, value: str) -> Test:
        if column.type in NUMBERS:
            return _ordered_number(symbol, value)
        return Test(
            lambda operand: phrase("(", operand, "<> '' AND", operand, symbol, "? COLLATE NOCASE )"),
            (stored(column, value),),
        )

    return make


def _ordered_number(symbol: str, value: str) -> Test:
    """Nothing is before or after what is no number."""
    if not _NUMBER.fullmatch(value):
        return NEVER
    return Test(
        lambda operand: phrase("(", operand, "<> '' AND", as_number(operand), symbol, "? )"),
        (float(value),),
    )


def as_number(operand: str) -> str:
    """The operand as SQL compares numbers; an empty one is null, which sorts first."""
    return phrase("CAST(NULLIF(", operand, ", '') AS REAL)")


def _among(column: Column, value: str) -> Test:
    values = [stored(column, each) for each in value.split(",")]
    return Test(_before("IN (SELECT value FROM json_each(?))"), (json.dumps(values),), on_empty="" in values)


def _not_among(column: Column, value: str) -> Test:
    values = [stored(column, each) for each in value.split(",")]
    return Test(
        _before("NOT IN (SELECT value FROM json_each(?))"), (json.dumps(values),), on_empty="" not in values
    )


def _contains(_: Column, value: str) -> Test:
    return Test(_within("instr(lower(", "), lower(?)) > 0"), (value,)) if value else ALWAYS


def _lacks(_: Column, value: str) -> Test:
    return Test(_within("instr(lower(", "), lower(?)) = 0"), (value,), on_empty=True) if value else NEVER


def _starts(_: Column, value: str) -> Test:
    """LIKE can use an index, but takes no pattern over 50,000 bytes."""
    if len(value) > _LONG:
        return Test(_within("instr(lower(", "), lower(?)) = 1"), (value,))
    pattern = re.sub(r"([\\%_])", r"\\\1", value) + "%"
    return Test(_before("LIKE ? ESCAPE '\\'"), (pattern,), on_empty=not value)


def _ends(_: Column, value: str) -> Test:
    return Test(_within("substr(", f", -{len(value)}) = ? COLLATE NOCASE"), (value,)) if value else ALWAYS


def _empty(_: Column, __: str) -> Test:
    return Test(_before("= ''"), on_empty=True)


def _filled(_: Column, __: str) -> Test:
    return Test(_before("<> ''"))


def _between(column: Column, value: str) -> Test:
    """`a@b`, both included."""
    low, _, high = value.partition("@")
    first, last = _ordered(">=")(column, low), _ordered("<=")(column, high)
    return Test(
        lambda operand: phrase("(", first.render(operand), "AND", last.render(operand), ")"),
        first.parameters + last.parameters,
    )


def _instance_of(_: Column, value: str) -> Test:
    """The class or one that extends it; a class that nobody knows has no rows."""
    classes = find_family(value) if find_table(value) else (value,)
    return Test(_before("IN (SELECT value FROM json_each(?))"), (json.dumps(classes),))


def _always(_: Column, __: str) -> Test:
    return ALWAYS


# Operators that are missing here are `timing`'s, `pairing`'s and `relating`'s, or ask about a change: over REST nothing
# is changing, so these are invalid.
TESTS: Mapping[Operator, Maker] = {
    Operator.EQUALS: _equals,
    Operator.NOT_EQUALS: _differs,
    Operator.LESS: _ordered("<"),
    Operator.AT_MOST: _ordered("<="),
    Operator.GREATER: _ordered(">"),
    Operator.AT_LEAST: _ordered(">="),
    Operator.IN: _among,
    Operator.NOT_IN: _not_among,
    Operator.LIKE: _contains,
    Operator.NOT_LIKE: _lacks,
    Operator.STARTS_WITH: _starts,
    Operator.ENDS_WITH: _ends,
    Operator.IS_EMPTY: _empty,
    Operator.EMPTY_STRING: _empty,
    Operator.IS_NOT_EMPTY: _filled,
    Operator.ANYTHING: _always,
    Operator.BETWEEN: _between,
    Operator.INSTANCE_OF: _instance_of,
}
# These compare what a reference shows, not the sys_id it holds.
ON_DISPLAY = frozenset({Operator.LIKE, Operator.NOT_LIKE, Operator.STARTS_WITH, Operator.ENDS_WITH})
