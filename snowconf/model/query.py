"""What to ask a table for, as values. Only `servicenow.querying` turns it into the platform's syntax."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["=", "IN", "STARTSWITH", ">"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`column operator values`; only IN takes more than one value. The column may be dot-walked (`user.user_name`)."""

    column: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Every group must hold; a group holds when any of its conditions does. No group at all asks for every row."""

    groups: tuple[tuple[Condition, ...], ...] = ()


def where(**equal: str) -> Query:
    """The rows whose columns equal these values."""
    return Query(tuple((Condition(column, "=", (value,)),) for column, value in equal.items()))
