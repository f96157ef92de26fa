"""What the engine needs of an instance: four verbs over strings. `servicenow.table_api` is one that speaks HTTP."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from snowconf.model.query import Query
from snowconf.model.value import SecretSource, SecretText

Row: TypeAlias = Mapping[str, str]


class Listing(Protocol):
    """The rows a query found.

    A column that was asked for and is missing from a row could not be read. `hidden` counts rows that the instance
    counted and did not show (wire-contract.md 1.5).
    """

    @property
    def rows(self) -> Sequence[Row]: ...

    @property
    def hidden(self) -> int: ...


class Instance(Protocol):
    """One ServiceNow instance. Every method raises `errors.InstanceError` and its kin, and nothing else.

    All values are strings as the platform stores them. References come and go as sys_ids.
    """

    def list_rows(self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None) -> Listing:
        """Every row that matches, whatever number of requests that takes; each row was checked against the query.

        `limit` asks for at most that many rows in one request (a canary). Rows hold `sys_id` always.
        """
        ...

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row and return it. With `sys_id` among the columns an unknown outcome is settled by looking."""
        ...

    def update(self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Change columns of a row and return it as it is afterwards."""
        ...

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row. That it was gone already is no error."""
        ...


Resolve: TypeAlias = Callable[[SecretSource], SecretText]
