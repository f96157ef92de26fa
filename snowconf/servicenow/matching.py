"""Terms held against rows that came back, as leniently as the platform's database compares text.

This finds conditions that were dropped. Whether a row is the right one, letter by letter, is decided elsewhere.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping

from snowconf.model.query import Query
from snowconf.servicenow.terms import Group, Groups, Term, flatten


def matches(query: Query, row: Mapping[str, str]) -> bool | None:
    """Does the row fulfil the query? None: a column it needs is missing from the row, that is, not readable.

    Case, accents and blanks at the end do not count, as in the platform's usual collation (tables.md 1.6).
    """
    return Matcher(flatten(query)).verdict(row)


class Matcher:
    """The same for many rows: values to compare with are folded once."""

    def __init__(self, groups: Groups) -> None:
        self._groups = tuple(_Alternatives(group) for group in groups)

    def verdict(self, row: Mapping[str, str]) -> bool | None:
        """Every group holds, some group does not, or (None) nobody can tell."""
        verdicts = {group.verdict(row) for group in self._groups}
        return False if False in verdicts else None if None in verdicts else True


class _Alternatives:
    """One group: it holds when any of its terms does."""

    def __init__(self, group: Group) -> None:
        self._equal: defaultdict[str, set[str]] = defaultdict(set)
        self._others = tuple(term for term in group if term.operator != "=")
        for term in group:
            if term.operator == "=":
                self._equal[term.column].add(_folded(term.value))

    def verdict(self, row: Mapping[str, str]) -> bool | None:
        verdicts = {
            _folded(row[column]) in values if column in row else None
            for column, values in self._equal.items()
        }
        verdicts |= {_holds(term, row) for term in self._others}
        return True if True in verdicts else None if None in verdicts else False


def _holds(term: Term, row: Mapping[str, str]) -> bool | None:
    if term.column not in row:
        return None
    found, asked = _folded(row[term.column]), _folded(term.value)
    if term.operator == "STARTSWITH":
        return found.startswith(asked)
    if found.isdecimal() and asked.isdecimal():
        return int(found) > int(asked)
    return found > asked


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().rstrip()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().rstrip()
