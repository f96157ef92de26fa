"""What a store on the instance needs of it: rows, and files of rows. `servicenow.table_api.TableApi` is one."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from snowconf.model.query import Query

Row: TypeAlias = Mapping[str, str]
TABLE = "sys_properties"


class Listing(Protocol):
    """The rows a query found, and how many the instance counted and did not show."""

    @property
    def rows(self) -> Sequence[Row]:
        """In no particular order."""
        ...

    @property
    def hidden(self) -> int:
        """0 when nothing was held back."""
        ...


class File(Protocol):
    """A file of a record."""

    @property
    def sys_id(self) -> str:
        """Its own."""
        ...

    @property
    def name(self) -> str:
        """As it was given."""
        ...


class Records(Protocol):
    """Every method raises `errors.InstanceError` and its kin."""

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches."""
        ...

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row and return it; after an unknown outcome, the row that has its sys_id, whoever made it."""
        ...

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """Change columns of a row and return it as it is afterwards."""
        ...

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row. That it was gone already is no error."""
        ...

    def attach(self, table: str, sys_id: str, *, name: str, content: bytes) -> str:
        """Hang a packed file on a record and return its sys_id; a name is given to one content alone."""
        ...

    def read_attachment(self, sys_id: str) -> bytes:
        """What a packed file holds.

        Raises:
            NotFoundError: there is no such file.
        """
        ...

    def list_attachments(self, table: str, sys_id: str) -> Sequence[File]:
        """The files of a record."""
        ...

    def remove_attachment(self, sys_id: str) -> None:
        """Remove a file. That it was gone already is no error."""
        ...

    def sweep(self, table: str, sys_id: str, *, row: str, files: Sequence[str]) -> Sequence[File]:
        """Remove another row of the table and these files, and say which files the record had, as far as that is told."""
        ...
