"""Queries as values to the platform's encoded text, in pieces that fit into an address.

No value can escape its condition: what the syntax cannot carry is asked for more widely, or refused (terms.py).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from snowconf.errors import UnaskableError
from snowconf.model.query import Query
from snowconf.servicenow.terms import Group, Groups, Term, flatten, widen

# After IN these would spell another operator: IN_HIERARCHY, INSTANCEOF.
_TAILS_OF_IN = ("_hierarchy", "stanceof")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a query that fits into one address: its text before percent-encoding, and its terms."""

    text: str
    groups: Groups


def encode(query: Query) -> str:
    """The whole query in the platform's syntax (wire-contract.md 3.1), before percent-encoding.

    Raises:
        UnaskableError: a value or a column that no query can carry.
    """
    return _render(widen(flatten(query)))


def escape(text: str) -> str:
    """Percent-encode everything but unreserved characters and the comma (wire-contract.md 3.3)."""
    return quote(text, safe=",")


def split(query: Query, room: int) -> Iterator[Chunk]:
    """Chunks of at most `room` bytes when escaped; together they ask for exactly what the query asks for.

    Raises:
        UnaskableError: as `encode`; or a single value is longer than the room.
    """
    return _split(widen(flatten(query)), room)


def _split(groups: Groups, room: int) -> Iterator[Chunk]:
    if not all(groups):
        return  # a group without any alternative holds for no row
    text = _render(groups)
    size = len(escape(text))
    if size <= room:
        yield Chunk(text, groups)
        return
    for part in _parts(groups, math.ceil(size / max(room, 1))):
        yield from _split(part, room)


def _parts(groups: Groups, count: int) -> Iterator[Groups]:
    """Divide the longest group: (A or B) and rest is (A and rest) or (B and rest)."""
    at = max(range(len(groups)), key=lambda index: _weight(groups[index]))
    group = groups[at]
    if len(group) == 1:
        raise UnaskableError(f"{group[0]} cannot be asked for: the value does not fit into an address.")
    length = math.ceil(len(group) / min(count, len(group)))
    for start in range(0, len(group), length):
        yield (*groups[:at], group[start : start + length], *groups[at + 1 :])


def _weight(group: Group) -> tuple[bool, int]:
    return len(group) > 1, len(escape(_render_group(group)))


def _render(groups: Groups) -> str:
    return "^".join(_render_group(group) for group in groups)


def _render_group(group: Group) -> str:
    """One IN list for each column, and a term of its own for each value that a list cannot hold."""
    lists: dict[str, dict[str, None]] = {}
    for term in group:
        if _is_listable(term):
            lists.setdefault(term.column, {})[term.value] = None
    singles = [_render_term(term) for term in group if not _is_listable(term)]
    return "^OR".join([*(_render_list(column, list(values)) for column, values in lists.items()), *singles])


def _render_list(column: str, values: list[str]) -> str:
    return f"{column}={values[0]}" if len(values) == 1 else f"{column}IN{','.join(values)}"


def _render_term(term: Term) -> str:
    return f"{term.column}{term.operator}{term.value}" if term.value else f"{term.column}ISEMPTY"


def _is_listable(term: Term) -> bool:
    """Commas cannot be escaped in a list, and blanks around its values may be lost."""
    return (
        term.operator == "="
        and bool(term.value)
        and "," not in term.value
        and term.value == term.value.strip()
        and not term.value.lower().startswith(_TAILS_OF_IN)
    )
