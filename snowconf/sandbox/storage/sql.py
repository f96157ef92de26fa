"""Pieces of SQL: text that never holds a value, and the values that go with it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition or an order, with the values bound in it. Column names in `text` come from the dictionary."""

    text: str
    parameters: tuple[str | int | float, ...] = ()


# So many conditions are few enough to be planned one by one.
BUNDLE = 100

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
    """The pieces joined by AND or OR, in a tree as flat as can be: SQLite limits how deep a condition goes.

    Of many ANDs it makes a chain of its own, for each class of a family, which may be too long; so these are hidden
    from it in bundles, and nobody asks for so many that an index would help.
    """
    if word == "AND" and len(pieces) > BUNDLE:
        bundles = [pieces[at : at + BUNDLE] for at in range(0, len(pieces), BUNDLE)]
        return _tree(word, [_hidden(_tree(word, bundle)) for bundle in bundles])
    return _tree(word, pieces)


def _tree(word: str, pieces: Sequence[Sql]) -> Sql:
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    left, right = _tree(word, pieces[:middle]), _tree(word, pieces[middle:])
    return Sql(phrase("(", left.text, word, right.text, ")"), left.parameters + right.parameters)


def _hidden(piece: Sql) -> Sql:
    """The same condition as one that is not looked into."""
    return Sql(phrase("(", piece.text, "IS TRUE )"), piece.parameters)
