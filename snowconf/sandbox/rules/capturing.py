"""Capturing changes of configuration: a row in the caller's update set, and a version of the record.

Sources: wire-contract.md 7.1, 7.2; tables.md 10.2, 10.3. Data is not captured: `tracked` in the dictionary tells.
"""

import hashlib
from dataclasses import dataclass

from snowconf.dictionary import get_table
from snowconf.sandbox.acting import current_sets
from snowconf.sandbox.acting.preferences import GLOBAL, PREFERENCES
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row, stamp_change
from snowconf.sandbox.rules.payload import write_payload
from snowconf.sandbox.rules.rule import Event
from snowconf.sandbox.storage.store import Row

UPDATE_SETS = "sys_update_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One change of a record that is tracked, as it will be kept."""

    session: Session
    table: str
    row: Row
    action: str

    @property
    def name(self) -> str:
        """`<table>_<sys_id>`, by which updates and versions of a record are found."""
        return f"{self.table}_{self.row['sys_id']}"

    @property
    def application(self) -> str:
        """The scope of the record."""
        return self.row.get("sys_scope", "") or GLOBAL

    def columns(self) -> Row:
        """What update and version have in common."""
        store, table = self.session.store, get_table(self.table)
        payload = write_payload(store, self.table, self.row, self.action)
        return {
            "name": self.name,
            "type": table.label,
            "action": self.action,
            "application": self.application,
            "payload": payload,
            "payload_hash": hashlib.sha256(payload.encode("utf-8", "replace")).hexdigest()[:40],
        }


def capture(event: Event) -> None:
    """Keep what just happened if the table is tracked and the record is not private to the instance."""
    if not is_captured(event.table, event.row):
        return
    store = event.session.store
    row = store.get(event.table, event.row["sys_id"]) or event.row
    action = "DELETE" if event.write == "delete" else "INSERT_OR_UPDATE"
    keep(Capture(session=event.session, table=event.table, row=row, action=action))


def is_captured(table: str, row: Row) -> bool:
    """Configuration is, but for private properties; of the preferences only those of the system are (tables.md 10.2)."""
    if table == PREFERENCES:
        return row["system"] == "true"
    return get_table(table).tracked and row.get("is_private") != "true"


def keep(captured: Capture) -> None:
    """Write the update, in place of an earlier one of the same record in the same set, and the version."""
    session, columns = captured.session, captured.columns()
    update_set = session.update_set or current_sets.find_or_make(session, captured.application)
    _keep_update(captured, columns, update_set)
    for version in session.store.find("sys_update_version", name=captured.name, state="current"):
        session.store.update("sys_update_version", version["sys_id"], {"state": "previous"})
    about = {
        "state": "current",
        "source_table": UPDATE_SETS,
        "source": update_set,
        "record_name": _shown(captured),
    }
    insert_row(session, "sys_update_version", columns | about)


def _keep_update(captured: Capture, columns: Row, update_set: str) -> None:
    session = captured.session
    # By name alone: a set may hold thousands of updates, a record has one in each of a few sets.
    named = session.store.find("sys_update_xml", name=captured.name)
    found = [row for row in named if row["update_set"] == update_set]
    about = {"target_name": _shown(captured), "table": captured.table, "sys_recorded_at": _count(session)}
    if found:
        changes = columns | about | stamp_change(session, found[0])
        session.store.update("sys_update_xml", found[0]["sys_id"], changes)
    else:
        insert_row(session, "sys_update_xml", columns | about | {"update_set": update_set})


def _shown(captured: Capture) -> str:
    display = get_table(captured.table).display
    return (captured.row.get(display, "") or captured.row.get("sys_name", ""))[:255]


def _count(session: Session) -> str:
    """Milliseconds in hex and a counter after them: it grows, and says nothing else (tables.md 10.2)."""
    milliseconds = int(session.clock().timestamp() * 1000)
    return f"{milliseconds:x}{session.store.stamp('sys_update_xml')[-1] % 0x1000000:07x}"
