"""What a sandbox holds, in numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from snowconf.dictionary import table_names
from snowconf.sandbox.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Rows by table, each counted in its own class alone; the log's requests, its denied ones, and the last one's time."""

    tables: Mapping[str, int]
    requests: int
    denied: int
    last_request: str

    @property
    def records(self) -> int:
        """All of them."""
        return sum(self.tables.values())

    def document(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self) | {"records": self.records}


def count_tables(store: Store) -> dict[str, int]:
    """The tables that hold rows, with the numbers of rows of exactly that class."""
    held = (name for name in table_names() if name in store.classes(name))
    return {name: count for name in held if (count := store.count_own(name))}
