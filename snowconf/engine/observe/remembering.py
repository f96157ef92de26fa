"""Reading an instance without asking it the same thing twice: for one plan, in the course of which nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.engine.port import Listing, Reader
from snowconf.model.query import Query
from snowconf.model.runner import Runner

Asked: TypeAlias = tuple[str, Query, frozenset[str], int | None]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Lists that are kept: several stages of a plan ask for the same rows, each for a reason of its own."""

    instance: Reader
    listings: dict[Asked, Listing] = field(default_factory=dict)

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """The listing of the first time."""
        asked = (table, query, frozenset(columns), limit)
        if asked not in self.listings:
            self.listings[asked] = self.instance.list_rows(table, query, columns, limit=limit)
        return self.listings[asked]

    def whoami(self) -> Runner:
        """As the instance says."""
        return self.instance.whoami()
