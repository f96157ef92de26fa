"""A slow evaluator of encoded queries, written apart from the sandbox: it knows no SQL and shares no line with it.

It works on terms that were never text: (column, operator, value). Users are rows of one table whose `manager` is
another user's sys_id, or nobody's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import TypeAlias

User: TypeAlias = Mapping[str, str]
Term: TypeAlias = tuple[str, str, str]

LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
NUMBER = re.compile(r" *-?[0-9]+(\.[0-9]+)? *")
TEXT_OPERATORS = {
    "LIKE",
    "*",
    "CONTAINS",
    "NOT LIKE",
    "!*",
    "DOES NOT CONTAIN",
    "STARTSWITH",
    "ENDSWITH",
    "%",
}


@dataclass(frozen=True, slots=True)
class World:
    """All users there are."""

    users: Sequence[User]

    def holds(self, user: User, segments: Sequence[Sequence[Sequence[Term]]]) -> bool:
        """Whether the user is found: any segment, all of its groups, any term of each."""
        return any(
            all(any(self.is_true(user, term) for term in group) for group in segment) for segment in segments
        )

    def is_true(self, user: User, term: Term) -> bool:
        """Whether one term holds for the user."""
        path, operator, value = term
        steps = path.split(".")
        for step in steps[:-1]:
            user = self.find(user.get(step, ""))
        column = steps[-1]
        held = user.get(column, "")
        if operator in TEXT_OPERATORS and column == "manager":
            held = self.find(held).get("name", "")
        if operator == "SAMEAS":
            return fold(held) == fold(user.get(value, ""))
        return OPERATORS[operator](Case(column, fold(held), fold(value)))

    def find(self, sys_id: str) -> User:
        """The user with this sys_id, or nobody."""
        return next((user for user in self.users if sys_id and fold(user["sys_id"]) == fold(sys_id)), {})


@dataclass(frozen=True, slots=True)
class Case:
    """A value that is held, and one that it is compared with; both without letters' case."""

    column: str
    held: str
    value: str

    def stored(self, value: str) -> str:
        """The value as the column would hold it."""
        return {"1": "true", "0": "false"}.get(value, value) if self.column == "active" else value

    @property
    def wanted(self) -> str:
        """What it is compared with, as the column would hold it."""
        return self.stored(self.value)

    def compare(self, value: str, verdict: Callable[[float], bool]) -> bool:
        """What the sign of the difference says; nothing is before or after what is empty or no number."""
        if not self.held:
            return False
        if self.column != "failed_attempts":
            return verdict((self.held > value) - (self.held < value))
        return bool(NUMBER.fullmatch(value)) and verdict(float(self.held) - float(value))


def fold(text: str) -> str:
    """Only the letters of ASCII lose their case."""
    return text.translate(LOWER)


def between(case: Case) -> bool:
    """Both ends are included."""
    low, high = map(case.stored, case.value.split("@"))
    return case.compare(low, lambda sign: sign >= 0) and case.compare(high, lambda sign: sign <= 0)


def among(case: Case) -> bool:
    """One of a comma list."""
    return case.held in map(case.stored, case.value.split(","))


def contains(case: Case) -> bool:
    """Anywhere in it."""
    return case.value in case.held


OPERATORS: Mapping[str, Callable[[Case], bool]] = {
    "=": lambda case: case.held == case.wanted,
    "!=": lambda case: case.held != case.wanted,
    "<": lambda case: case.compare(case.wanted, lambda sign: sign < 0),
    "<=": lambda case: case.compare(case.wanted, lambda sign: sign <= 0),
    ">": lambda case: case.compare(case.wanted, lambda sign: sign > 0),
    ">=": lambda case: case.compare(case.wanted, lambda sign: sign >= 0),
    "IN": among,
    "NOT IN": lambda case: not among(case),
    "LIKE": contains,
    "*": contains,
    "CONTAINS": contains,
    "NOT LIKE": lambda case: not contains(case),
    "!*": lambda case: not contains(case),
    "DOES NOT CONTAIN": lambda case: not contains(case),
    "STARTSWITH": lambda case: case.held.startswith(case.value),
    "ENDSWITH": lambda case: case.held.endswith(case.value),
    "%": lambda case: case.held.endswith(case.value),
    "ISEMPTY": lambda case: not case.held,
    "EMPTYSTRING": lambda case: not case.held,
    "ISNOTEMPTY": lambda case: bool(case.held),
    "ANYTHING": lambda _: True,
    "BETWEEN": between,
}
