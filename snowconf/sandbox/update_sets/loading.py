"""From the XML of an exported set to a retrieved set on this instance, its updates with it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from snowconf.dictionary import get_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import create_row
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.update_sets.documents import Record, UnreadableDocumentError, read_unload

SETS = "sys_remote_update_set"
UPDATES = "sys_update_xml"
LOADED = "loaded"


def load(session: Session, data: bytes) -> Row:
    """The retrieved set, in the state loaded. One that was loaded before is loaded anew.

    Raises:
        UnreadableDocumentError: it is no exported update set.
    """
    records = read_unload(data)
    heads = [each for each in records if each.table == SETS]
    sys_id = heads[0].columns.get("sys_id", "") if len(heads) == 1 else ""
    if not sys_id:
        raise UnreadableDocumentError(f"it holds no {SETS}, or more than one")
    with session.store.transaction():
        for row in session.store.find(UPDATES, remote_update_set=sys_id):
            session.store.delete(UPDATES, row["sys_id"])
        _keep(session, heads[0], {"state": LOADED, "commit_date": "", "update_set": ""})
        for each in (record for record in records if record.table == UPDATES):
            _keep(session, each, {"remote_update_set": sys_id, "update_set": ""})
    return session.store.get(SETS, sys_id) or {}


def updates_of(session: Session, sys_id: str) -> Sequence[Row]:
    """The updates of a retrieved set, in the order in which they were recorded."""
    rows = session.store.find(UPDATES, remote_update_set=sys_id)
    return sorted(rows, key=lambda row: (row["sys_recorded_at"], row["sys_id"]))


def mark(session: Session, sys_id: str, columns: Row) -> None:
    """Note on the set how far it has got."""
    session.store.update(SETS, sys_id, columns)


def _keep(session: Session, record: Record, fixed: Row) -> None:
    """The row as the file has it, its stamps too; in place of one of that sys_id."""
    values = dict(_known(record)) | fixed
    row = create_row(replace(session, stamps=False), record.table, values, record.columns.get("sys_id", ""))
    if session.store.locate(record.table, row["sys_id"]):
        session.store.delete(record.table, row["sys_id"])
    session.store.insert(record.table, row)


def _known(record: Record) -> Iterable[tuple[str, str]]:
    columns = get_table(record.table).columns
    return (
        (name, text[: columns[name].max_length]) for name, text in record.columns.items() if name in columns
    )
