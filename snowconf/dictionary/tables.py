"""Reading the tables. A table's columns include those of the tables it extends, as on the platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as `sys_dictionary` would describe it.

    `type` is the platform's internal type (`string`, `boolean`, `integer`, `reference`, `password2`, …).
    `choices` maps stored value to label, empty when any value goes. `reference` names the table a reference points at.
    `default` is the stored form, or a `javascript:` expression the sandbox knows. `computed` columns are the
    platform's alone. `since` names the release family that introduced it, empty for as long as anyone remembers.
    """

    name: str
    label: str
    type: str = "string"
    max_length: int = 40
    default: str = ""
    mandatory: bool = False
    reference: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    computed: bool = False
    since: str = ""
    declared_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `extends` is its parent, `unique` its unique keys, `display` the column that names a row.

    `tracked` tables are captured in update sets, `audited` ones leave `sys_audit` rows. `needs_elevation`: only an
    elevated security_admin may write them (tables.md 4.4).
    """

    name: str
    label: str
    columns: Mapping[str, Column]
    extends: str = ""
    unique: tuple[tuple[str, ...], ...] = ()
    display: str = ""
    tracked: bool = False
    audited: bool = False
    needs_elevation: bool = False
    lineage: tuple[str, ...] = ()


def table_names() -> tuple[str, ...]:
    """Every table there is a file for, sorted."""
    raise NotImplementedError


def find_table(name: str) -> Table | None:
    """The table, or None when the dictionary does not know it."""
    raise NotImplementedError


def get_table(name: str) -> Table:
    """The table.

    Raises:
        KeyError: the dictionary does not know it.
    """
    raise NotImplementedError


def find_column(table: str, column: str) -> Column | None:
    """The column of that table or of one it extends; None when either is not known."""
    raise NotImplementedError
