"""Which columns an encoded condition names that its table is known to lack.

Only that: conditions are stored as text and evaluated by the platform. Columns of the customer (`u_…`) and of
applications (`x_…`) can be on any table, so nothing is said about them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from snowconf.dictionary import Table, find_table

# A doubled caret is one inside a value (wire-contract.md 3.3).
SEPARATOR = re.compile(r"(?<!\^)\^(?!\^)")
# Columns are lower case, operators and everything else that may stand here are not.
COLUMN = re.compile(r"(?:OR|NQ)?([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """`table` has no `column`; `guess` is a column it has with almost that name, or nothing."""

    table: str
    column: str
    guess: str = ""


def unknown_columns(table: str, condition: str) -> Iterator[Unknown]:
    """The columns that the dictionary knows `table` not to have, dot-walked ones at the step that fails."""
    for clause in SEPARATOR.split(condition):
        found = COLUMN.match(clause)
        unknown = _walk(find_table(table), found[1].split(".")) if found else None
        if unknown:
            yield unknown


def _walk(table: Table | None, steps: list[str]) -> Unknown | None:
    """Follow references as far as the dictionary knows the tables."""
    if table is None or not steps or steps[0].startswith(("u_", "x_")):
        return None
    column = table.columns.get(steps[0])
    if column is None:
        guesses = get_close_matches(steps[0], table.columns, n=1)
        return Unknown(table=table.name, column=steps[0], guess=guesses[0] if guesses else "")
    return _walk(find_table(column.reference), steps[1:])
