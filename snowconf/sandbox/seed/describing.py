"""The instance's description of itself: its tables, columns and choices, from the dictionary, and its rules."""

from collections.abc import Iterator

from snowconf.dictionary import Column, Table, get_table, table_names
from snowconf.sandbox.rules import CASCADES, RULES
from snowconf.sandbox.rules.rule import Follow, Rule
from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.storage.release import find_installed, installed_columns
from snowconf.sandbox.switches import Switches

_TEXT = {True: "true", False: "false"}
# What becomes of a row whose reference is deleted, where the platform says so.
CASCADE_RULES = {(cascade.table, cascade.column): "delete" for cascade in CASCADES if not cascade.switch} | {
    ("sysauto", "run_as"): "restrict"
}


def describe(switches: Switches) -> Iterator[Entry]:
    """What an instance with these switches knows of its own tables (tables.md 10.4)."""
    tables = [found for name in table_names() if (found := find_installed(switches, name))]
    parents = {table.extends for table in tables}
    for table in tables:
        yield _table(table, extended=table.name in parents)
        yield _collection(table)
        for column in installed_columns(switches, table.name).values():
            # A column is listed only on the table that declares it (wire-contract.md 6.6).
            if column.declared_on == table.name:
                yield _column(table, column)
                yield from _choices(table, column)


def describe_rules() -> Iterator[Entry]:
    """The rules that are built in, as rows of sys_script; one that is made inactive there does not run."""
    return map(_rule, RULES)


def _rule(rule: Rule) -> Entry:
    flags = {f"action_{write}": _TEXT[write in rule.on] for write in ("insert", "update", "delete")}
    return Entry(
        table="sys_script",
        columns={
            "sys_id": rule.number,
            "name": rule.name,
            "collection": rule.table,
            "when": "after" if isinstance(rule, Follow) else "before",
            "filter_condition": "^OR".join(f"{column}VALCHANGES" for column in sorted(rule.columns)),
            "description": "Built into the sandbox, which does not run its script.",
            **flags,
        },
    )


def _table(table: Table, *, extended: bool) -> Entry:
    numbered = any(row["category"] == table.name for row in get_table("sys_number").rows)
    above = f"@sys_db_object/{table.extends}" if table.extends else ""
    return Entry(
        table="sys_db_object",
        columns={
            "name": table.name,
            "label": table.label,
            "super_class": above,
            "sys_class_path": "/".join(reversed(table.lineage)),
            "number_ref": f"@sys_number/{table.name}" if numbered else "",
            "is_extendable": _TEXT[extended],
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
            "reference_cascade_rule": CASCADE_RULES.get((table.name, column.name), ""),
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
