"""A query broken into single terms, and what each of them may ask the platform for. No text is built here."""

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from snowconf.errors import UnaskableError
from snowconf.model.query import Condition, Query

# Lower case only, as the platform's own names are: `ORname` or `nameIN` would be read as syntax.
_COLUMN = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition with one value. `=` with "" asks for an empty column."""

    column: str
    operator: Literal["=", "STARTSWITH", ">"]
    value: str

    def __str__(self) -> str:
        return f"{self.column} {self.operator} {self.value[:60]!r}"


Group: TypeAlias = tuple[Term, ...]
Groups: TypeAlias = tuple[Group, ...]


def flatten(query: Query) -> Groups:
    """The query as groups of single terms: any of a group, and all of the groups."""
    return tuple(tuple(term for condition in group for term in _terms(condition)) for group in query.groups)


def widen(groups: Groups) -> Groups:
    """The nearest query that can be asked: never narrower, and wider only where a value holds `^`.

    Raises:
        UnaskableError: nothing near it can be asked.
    """
    return tuple(tuple(_widened(term) for term in group) for group in groups)


def check_column(column: str) -> str:
    """The name itself.

    Raises:
        UnaskableError: it is no column's name, dot-walked or not.
    """
    if not _COLUMN.fullmatch(column):
        raise UnaskableError(
            f"{column[:60]!r} is not the name of a column. Names are lower case letters, digits and _, with dots between."
        )
    return column


def _terms(condition: Condition) -> Group:
    if condition.operator == "IN":
        return tuple(Term(condition.column, "=", value) for value in condition.values)
    (value,) = condition.values
    return (Term(condition.column, condition.operator, value),)


def _widened(term: Term) -> Term:
    """Check one term and leave out what follows a caret: whether REST knows `^^` is not established (3.3)."""
    check_column(term.column)
    _refuse_what_would_be_syntax(term)
    if "^" not in term.value:
        return term
    return _before_caret(term)


def _before_caret(term: Term) -> Term:
    prefix = term.value.partition("^")[0].rstrip()
    if not prefix or term.operator == ">":
        raise UnaskableError(
            f"{term} cannot be asked for: a query cannot hold ^, and nothing before it narrows the search. "
            "Give the record a value that does not begin with ^."
        )
    return replace(term, operator="STARTSWITH", value=prefix)


def _refuse_what_would_be_syntax(term: Term) -> None:
    if term.value.lstrip().lower().startswith("javascript:"):
        raise UnaskableError(
            f"{term} cannot be asked for: the instance would run a value that begins with javascript:."
        )
    if term.operator != "=" and not term.value.strip():
        raise UnaskableError(f"{term} cannot be asked for: the value is empty.")
    if term.operator == ">" and term.value.startswith("="):
        raise UnaskableError(f"{term} cannot be asked for: the value would turn > into >=.")
    if not term.value.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in term.value):
        raise UnaskableError(f"A value of {term.column} cannot be asked for: it is not valid Unicode.")
