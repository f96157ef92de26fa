"""Import sets: rows on their way into other tables, and the transform maps that take them there (wire-contract.md 5.3).

A staging table is one of the dictionary that extends sys_import_set_row, or any name that a transform map has as its
source: then what was sent is not kept, only what became of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from snowconf.dictionary import Table, find_table, get_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing import glide
from snowconf.sandbox.writing.coercing import coerce

ROWS = "sys_import_set_row"
SETS = "sys_import_set"
FIRST_NUMBER = 10_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one transform map made of one row: `status` is inserted, updated, ignored or error."""

    transform_map: str
    table: str
    status: str
    record: Row
    message: str = ""
    map_sys_id: str = ""

    @property
    def sys_id(self) -> str:
        """The target record; empty when there is none."""
        return self.record.get("sys_id", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One column's way into the target table."""

    source: str
    target: str
    coalesce: bool


def find_staging(session: Session, table: str) -> str:
    """The table that keeps the rows of that staging table; empty when there is no such staging table."""
    found = find_installed(session.switches, table)
    if found is not None:
        return table if ROWS in found.lineage else ""
    return ROWS if session.store.find("sys_transform_map", source_table=table) else ""


def open_set(session: Session, table: str, mode: str) -> Row:
    """A new import set, with its number."""
    number = f"ISET{FIRST_NUMBER + session.store.count(SETS):07d}"
    values = {"number": number, "table_name": table, "state": "processed", "mode": mode}
    return insert_row(session, SETS, values)


def load(
    session: Session, table: str, import_set: Row, values: Mapping[str, str]
) -> tuple[str, list[Outcome]]:
    """Stage one row and transform it at once: the row's sys_id, and what each map made of it."""
    staging = find_staging(session, table)
    kept = coerce(session, staging, values, display_input=False)
    system = {"sys_import_set": import_set["sys_id"], "sys_class_name": staging}
    row = insert_row(session, staging, kept | system)
    maps = session.store.find("sys_transform_map", source_table=table, active="true")
    outcomes = [_transform(session, each, values) for each in sorted(maps, key=_order)]
    if outcomes:
        last = outcomes[-1]
        state = {
            "sys_import_state": last.status,
            "sys_row_error": last.message if last.status == "error" else "",
            "sys_import_state_comment": last.message,
            "sys_target_table": last.table,
            "sys_target_sys_id": last.sys_id,
            "sys_transform_map": last.map_sys_id,
        }
        session.store.update(staging, row["sys_id"], state)
    return row["sys_id"], outcomes


def find_outcome(session: Session, table: str, sys_id: str) -> tuple[Row, Outcome] | None:
    """What became of a row that was staged before, with its import set; None when it is gone or never was."""
    staging, store = find_staging(session, table), session.store
    row = store.get(staging, sys_id) if staging else None
    if row is None:
        return None
    target = row["sys_target_table"]
    used = store.get("sys_transform_map", row["sys_transform_map"]) or {}
    outcome = Outcome(
        transform_map=used.get("name", ""),
        table=target,
        status=row["sys_import_state"],
        record=(store.get(target, row["sys_target_sys_id"]) if find_table(target) else None) or {},
        message=row["sys_import_state_comment"],
    )
    return store.get(SETS, row["sys_import_set"]) or {}, outcome


def _order(row: Row) -> tuple[int, str]:
    order = row["order"]
    return int(order) if order.isdecimal() and len(order) < 10 else 100, row["sys_id"]


def _transform(session: Session, used: Row, values: Mapping[str, str]) -> Outcome:
    """One map's work, which happens or does not: a failure leaves the other maps' alone."""
    table = find_installed(session.switches, used["target_table"])
    if table is None:
        return _outcome(used, "error", message=f"Invalid table {used['target_table']}")
    entries = _entries(session, used, table)
    if entries is None:
        return _outcome(used, "error", message="The sandbox runs no scripts, and a column's source is one")
    sent = {entry.target: values.get(entry.source, "") for entry in entries}
    if used["copy_empty_fields"] != "true":
        sent = {name: value for name, value in sent.items() if value}
    try:
        return _save(session, used, sent, [entry.target for entry in entries if entry.coalesce])
    except glide.Aborted as aborted:
        return _outcome(used, "error", message=aborted.detail)


def _entries(session: Session, used: Row, table: Table) -> list[Entry] | None:
    rows = session.store.find("sys_transform_entry", map=used["sys_id"])
    if any(row["use_source_script"] == "true" for row in rows):
        return None
    return [
        Entry(source=row["source_field"], target=row["target_field"], coalesce=row["coalesce"] == "true")
        for row in rows
        if row["target_field"] in table.columns
    ]


def _save(session: Session, used: Row, sent: Row, keys: list[str]) -> Outcome:
    """Update the record that the coalesce columns find, else insert one."""
    target = used["target_table"]
    found = _find_target(session, used, sent, keys)
    if found is None:
        return _outcome(used, "ignored", message="No value in the coalesce columns")
    if not found:
        return _outcome(used, "inserted", glide.insert(session, target, sent, display_input=True))
    after = glide.update(session, target, found["sys_id"], sent, display_input=True)
    changed = after["sys_mod_count"] != found["sys_mod_count"]
    return _outcome(
        used, "updated" if changed else "ignored", after, "" if changed else "No field values changed"
    )


def _find_target(session: Session, used: Row, sent: Row, keys: list[str]) -> Row | None:
    """The record to update, an empty row when one is to be inserted, None when the row says too little."""
    wanted = coerce(
        session, used["target_table"], {key: sent.get(key, "") for key in keys}, display_input=True
    )
    if keys and not all(wanted.get(key) for key in keys):
        return {} if used["create_new_record_on_empty_coalesce_fields"] == "true" else None
    found = session.store.find_ignoring_case(used["target_table"], **wanted) if keys else []
    return next(iter(found), {})


def _outcome(used: Row, status: str, record: Row | None = None, message: str = "") -> Outcome:
    return Outcome(
        transform_map=used["name"],
        table=used["target_table"],
        status=status,
        record=record or {},
        message=message,
        map_sys_id=used["sys_id"],
    )


def show(outcome: Outcome, base: str) -> dict[str, str]:
    """The outcome as the API tells it; failures are told inside a success."""
    told = {"transform_map": outcome.transform_map, "table": outcome.table, "status": outcome.status}
    if outcome.record:
        display = get_table(outcome.table).display
        told |= {
            "display_name": display,
            "display_value": outcome.record.get(display, ""),
            "record_link": f"{base}/{outcome.table}/{outcome.sys_id}",
            "sys_id": outcome.sys_id,
        }
    if outcome.message:
        told["error_message" if outcome.status == "error" else "status_message"] = outcome.message
    return told
