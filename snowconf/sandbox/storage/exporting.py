"""Records as plain values for a file, without what is secret: columns of passwords, and where their values recur."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.storage.store import Row, Store

SECRET_TYPES = frozenset({"password", "password2"})
PAYLOADS = frozenset({"payload"})


def export(store: Store, tables: Iterable[str] = ()) -> dict[str, list[Row]]:
    """The rows of these tables, or of all that hold any: by table, in the order of sys_id, without empty columns."""
    wanted = sorted(set(tables)) or [name for name in table_names() if name in store.classes(name)]
    found = {name: [without_secrets(name, row) for row in _own_rows(store, name)] for name in wanted}
    return {name: rows for name, rows in found.items() if rows}


def _own_rows(store: Store, table: str) -> list[Row]:
    """Rows of exactly this class: those that extend it are in the export of their own."""
    rows = store.find(table)
    return [row for row in rows if row.get("sys_class_name", table) in {table, ""}]


def without_secrets(table: str, row: Row) -> Row:
    """The row without empty columns and without secrets."""
    return {
        name: _safe_payload(value) if name in PAYLOADS else value
        for name, value in row.items()
        if value and not _is_secret(table, name, row)
    }


def _is_secret(table: str, name: str, row: Mapping[str, str]) -> bool:
    if table == "sys_properties" and name == "value":
        return row["type"] in SECRET_TYPES
    if table == "sys_audit" and name in {"oldvalue", "newvalue"}:
        return row["fieldname"] in _secret_names()
    return get_table(table).columns[name].type in SECRET_TYPES


@cache
def _secret_names() -> frozenset[str]:
    columns = (column for name in table_names() for column in get_table(name).columns.values())
    return frozenset(column.name for column in columns if column.type in SECRET_TYPES)


def _safe_payload(text: str) -> str:
    """A captured record's XML without the elements of secret columns."""
    return _secret_elements().sub(r"<\1/>", text)


@cache
def _secret_elements() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _secret_names())))
    return re.compile(rf"<({names})(?:\s[^>]*)?>.*?</\1>", re.DOTALL)
