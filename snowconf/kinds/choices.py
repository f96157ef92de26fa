"""What a choice may be, taken from the dictionary so that each list stands in one place."""

from collections.abc import Mapping

from snowconf.dictionary import find_column, get_table


def choices_of(table: str, column: str) -> Mapping[str, str]:
    """The stored values of a column, written as they are stored; `""` among them when the column may be empty."""
    return {stored: stored for stored in _choices(table, column)}


def labels_of(table: str, column: str) -> Mapping[str, str]:
    """The labels of a column in lower case, for columns that store numbers: `monday` to `1`."""
    return {label.lower(): stored for stored, label in _choices(table, column).items()}


def rows_of(table: str) -> Mapping[str, str]:
    """Name to sys_id of the rows every instance has, for references whose few targets are known (tables.md 4.1)."""
    return {row["name"]: row["sys_id"] for row in get_table(table).rows}


def _choices(table: str, column: str) -> Mapping[str, str]:
    found = find_column(table, column)
    assert found is not None, f"{table}.{column} is not in the dictionary"
    return found.choices
