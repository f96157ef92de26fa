"""Pieces of SQL: text that never holds a value, and the values that go with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition or an order, with the values bound in it. Column names in `text` come from the dictionary."""

    text: str
    parameters: tuple[str | int, ...] = ()


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
