"""What is open to an account, gathered by table for people to read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snowconf.model.privilege import Answer, Fate, Need, Opening

# In the order in which people think of them; every other operation comes after.
OPERATIONS = ("read", "create", "write", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everything that is open of one table, or of one thing that is no table.

    `operations` hold the answer for the table itself; `columns` counts the names of columns that are open in any way, and
    `heirs` the tables that extend it and are open along with it.
    """

    type: str
    name: str
    openings: tuple[Opening, ...]
    operations: Mapping[str, Answer]
    roles: tuple[str, ...]
    columns: int = 0
    heirs: int = 0

    @property
    def is_needed(self) -> bool:
        """Does some promise rest on any of it, or perhaps?"""
        return any(each.need in (Need.NEEDED, Need.PERHAPS) for each in self.openings)

    @property
    def fate(self) -> Fate:
        """What happens to all of it; kept when that differs."""
        fates = {each.fate for each in self.openings}
        return fates.pop() if len(fates) == 1 else Fate.KEPT

    @property
    def is_wildcard(self) -> bool:
        """Does it stand for every table?"""
        return self.type == "record" and self.name == "*"


def place_of(operation: str) -> tuple[int, str]:
    """Where an operation stands among others: reading first, what few think of last."""
    known = OPERATIONS.index(operation) if operation in OPERATIONS else len(OPERATIONS)
    return known, operation


def by_table(openings: Iterable[Opening]) -> tuple[Reach, ...]:
    """Wildcards first, then tables, then everything else; each in name order."""
    found: dict[tuple[str, str], list[Opening]] = defaultdict(list)
    for each in openings:
        found[each.type, each.table].append(each)
    keys = sorted(found, key=lambda key: (key[0] != "record", key[1] != "*", key))
    return tuple(_reach(kind, name, found[kind, name]) for kind, name in keys)


def _reach(kind: str, name: str, openings: list[Opening]) -> Reach:
    own = {each.operation: each.answer for each in openings if not each.column}
    return Reach(
        type=kind,
        name=name,
        openings=tuple(openings),
        operations={each: own[each] for each in sorted(own, key=place_of)},
        roles=tuple(sorted({role for each in openings for role in each.roles})),
        columns=len({each.column for each in openings if each.column}),
        heirs=len({heir for each in openings for heir in each.heirs}),
    )
