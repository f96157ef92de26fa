"""Pieces of SQL: text that never holds a value, and the values that go with it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition or an order, with the values bound in it. Column names in `text` come from the dictionary."""

    text: str
    parameters: tuple[str | int | float, ...] = ()


EVERYTHING = Sql("1")
NOTHING = Sql("0")


def quote(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def phrase(*words: str) -> str:
    """A statement from its words, each of them SQL already."""
    return " ".join(words)


def listing(*items: str) -> str:
    """Items with commas between them."""
    return ", ".join(items)


def joined(word: str, pieces: Sequence[Sql]) -> Sql:
    """The pieces joined by AND or OR, in a tree as flat as can be: SQLite limits how deep a condition goes."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    left, right = joined(word, pieces[:middle]), joined(word, pieces[middle:])
    return Sql(phrase("(", left.text, word, right.text, ")"), left.parameters + right.parameters)
