"""A record as the XML that update sets, versions and deletions keep of it. docs/platform.md "Update sets"."""

import re
from collections.abc import Iterator
from html import escape

from snowconf.dictionary import Column, find_table, get_table
from snowconf.sandbox.storage.store import Row, Store

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
# What no XML document can hold, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_payload(store: Store, table: str, row: Row, action: str) -> str:
    """`<record_update>` with one element for each column; references tell what they show. Secrets travel along."""
    columns = get_table(table).columns
    body = "".join(_element(store, columns[name], row[name]) for name in sorted(columns) if name in row)
    return f'{HEAD}<record_update table="{table}"><{table} action="{action}">{body}</{table}></record_update>'


def _element(store: Store, column: Column, value: str) -> str:
    shown = "".join(_shown(store, column, value))
    if not value:
        return f"<{column.name}{shown}/>"
    return f"<{column.name}{shown}>{_text(value)}</{column.name}>"


def _shown(store: Store, column: Column, value: str) -> Iterator[str]:
    referenced = find_table(column.reference) if column.type == "reference" else None
    if referenced is not None:
        row = store.get(referenced.name, value) if value else None
        yield f' display_value="{_text((row or {}).get(referenced.display, ""))}"'


def _text(value: str) -> str:
    """With what a reader of XML would otherwise take for another kind of line's end."""
    return escape(_UNSPEAKABLE.sub("\ufffd", value)).replace("\r", "&#13;")
