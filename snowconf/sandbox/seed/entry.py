"""A row to seed: its table, its columns, and the sys_id it has on every sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from snowconf.dictionary import get_table
from snowconf.sandbox.storage.made_ids import made_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`columns` hold what the data says; `@table/name` in it stands for another entry's sys_id."""

    table: str
    columns: Mapping[str, str]

    @property
    def name(self) -> str:
        """What other entries call it: the values of its unique key, or what it shows, or all it holds."""
        found = get_table(self.table)
        key = found.unique[0] if found.unique else (found.display,)
        named = [self.columns[column] for column in key if self.columns.get(column)]
        return " ".join(named or self.columns.values())

    @property
    def sys_id(self) -> str:
        """The real one where it is known, else always the same for the same row."""
        return self.columns.get("sys_id", "") or made_id(self.table, self.name)
