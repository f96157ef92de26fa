"""The instance's description of itself: rows of sys_db_object, sys_dictionary and sys_choice, from the dictionary."""

from collections.abc import Iterator

from snowconf.dictionary import Column, Table, table_names
from snowconf.sandbox.release import find_installed, installed_columns
from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.switches import Switches

_TEXT = {True: "true", False: "false"}


def describe(switches: Switches) -> Iterator[Entry]:
    """What an instance with these switches knows of its own tables (tables.md 10.4)."""
    tables = [found for name in table_names() if (found := find_installed(switches, name))]
    for table in tables:
        yield _table(table)
        yield _collection(table)
        for column in installed_columns(switches, table.name).values():
            # A column is listed only on the table that declares it (wire-contract.md 6.6).
            if column.declared_on == table.name:
                yield _column(table, column)
                yield from _choices(table, column)


def _table(table: Table) -> Entry:
    above = f"@sys_db_object/{table.extends}" if table.extends else ""
    return Entry(
        table="sys_db_object",
        columns={
            "name": table.name,
            "label": table.label,
            "super_class": above,
            "sys_class_path": "/".join(reversed(table.lineage)),
        },
    )


def _collection(table: Table) -> Entry:
    """The row with an empty element, which describes the table itself."""
    columns = {"name": table.name, "column_label": table.label, "internal_type": "collection"}
    return Entry(table="sys_dictionary", columns=columns | {"audit": _TEXT[table.audited]})


def _column(table: Table, column: Column) -> Entry:
    return Entry(
        table="sys_dictionary",
        columns={
            "name": table.name,
            "element": column.name,
            "column_label": column.label,
            "internal_type": column.type,
            "max_length": str(column.max_length),
            "default_value": column.default,
            "mandatory": _TEXT[column.mandatory],
            "read_only": _TEXT[column.computed],
            "reference": column.reference,
            "choice": "1" if column.choices else "0",
            "display": _TEXT[column.name == table.display],
            "primary": _TEXT[column.name == "sys_id"],
            "unique": _TEXT[(column.name,) in table.unique],
        },
    )


def _choices(table: Table, column: Column) -> Iterator[Entry]:
    for sequence, (value, label) in enumerate(column.choices.items()):
        if value:
            columns = {"name": table.name, "element": column.name, "value": value, "label": label}
            yield Entry(table="sys_choice", columns=columns | {"sequence": str(sequence), "language": "en"})
