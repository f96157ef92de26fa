"""Rows of sys_audit for changes of audited tables, and what is kept of deleted records.

Sources: tables.md 10.3; docs/platform.md "Audit" for the rows that a deletion leaves.
"""

from collections.abc import Iterator

from snowconf.dictionary import get_table
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.rules.payload import write_payload
from snowconf.sandbox.rules.rule import Event
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.store import Row

DELETED = "DELETED"
# Columns that say nothing of what happened, and secrets, which are nobody's to read.
UNTOLD_TYPES = frozenset({"password", "password2", "journal_list"})
LONGEST = 65_000


def audit(event: Event) -> None:
    """One row for each column that changed; inserts only where glide.sys.audit_inserts says so."""
    if not get_table(event.table).audited:
        return
    if event.write == "delete":
        _audit_deletion(event)
    elif event.write == "update" or settings.is_on(event.session.store, settings.AUDIT_INSERTS):
        for column in _changed(event):
            _write(event, column, event.before.get(column, ""), event.after[column])


def _changed(event: Event) -> Iterator[str]:
    for column in get_table(event.table).columns.values():
        told = not column.name.startswith("sys_") and column.type not in UNTOLD_TYPES
        if told and event.changes(column.name):
            yield column.name


def _audit_deletion(event: Event) -> None:
    _write(event, DELETED, DELETED, DELETED)
    store, table = event.session.store, get_table(event.table)
    insert_row(
        event.session,
        "sys_audit_delete",
        {
            "tablename": event.table,
            "documentkey": event.before["sys_id"],
            "display_value": event.before.get(table.display, "")[:255],
            "payload": write_payload(store, event.table, _without_secrets(event), "delete"),
            "user": event.session.caller.user_name,
        },
    )


def _without_secrets(event: Event) -> Row:
    columns = get_table(event.table).columns
    return {name: value for name, value in event.before.items() if columns[name].type not in UNTOLD_TYPES}


def _write(event: Event, column: str, before: str, after: str) -> None:
    checkpoint = "-1" if event.write == "delete" else _count(event)
    row = {
        "tablename": event.table,
        "documentkey": event.row["sys_id"],
        "fieldname": column,
        "oldvalue": before[:LONGEST],
        "newvalue": after[:LONGEST],
        "user": event.session.caller.user_name,
        "record_checkpoint": checkpoint,
    }
    insert_row(event.session, "sys_audit", row)


def _count(event: Event) -> str:
    """How often the record has been updated, this time included."""
    return str(int(event.before["sys_mod_count"] or "0") + 1) if event.before else "0"
