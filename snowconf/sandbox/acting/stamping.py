"""What the instance alone writes: system columns, dictionary defaults, names of configuration records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from snowconf.dictionary import Column, get_table
from snowconf.sandbox.acting.preferences import current_application
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.storage.release import installed_columns
from snowconf.sandbox.storage.store import Row

JAVASCRIPT = "javascript:"
# What a caller may write who suppresses the stamps (wire-contract.md 6.2).
STAMPS = frozenset({"sys_created_by", "sys_created_on", "sys_updated_by", "sys_updated_on", "sys_mod_count"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a default is worked out."""

    session: Session
    table: str


# The expressions that the dictionary's defaults use; data/_system.toml lists them.
DEFAULTS: Mapping[str, Callable[[Place], str]] = MappingProxyType(
    {
        "gs.getUserID()": lambda place: place.session.caller.user_sys_id,
        "gs.nowDateTime()": lambda place: place.session.now(),
        "gs.getCurrentApplicationId()": lambda place: current_application(place.session),
        "current.getTableName()": lambda place: place.table,
    }
)


def create_row(session: Session, table: str, values: Row, sys_id: str = "") -> Row:
    """A whole new row: the values, defaults for the columns that were not sent, system columns. Not yet stored.

    Whatever was sent, the record belongs to the caller's current application (tables.md 1.10, wire-contract.md 7.3).
    """
    place = Place(session, table)
    columns = installed_columns(session.switches, table)
    defaults = {name: _default(column, place) for name, column in columns.items()}
    stamps = _made_by(session)
    if not session.stamps:
        stamps |= {name: values[name] for name in stamps.keys() & values.keys()}
    row = defaults | values | {"sys_id": sys_id or fresh_id()} | stamps
    return row | name_record(table, row)


def insert_row(session: Session, table: str, values: Row, sys_id: str = "") -> Row:
    """Store a row that the platform makes by itself, without access control and without rules."""
    row = create_row(session, table, values, sys_id)
    session.store.insert(table, row)
    return row


def stamp_change(session: Session, before: Row) -> Row:
    """The system columns after an update that changed something; none where they are the caller's to write."""
    if not session.stamps:
        return {}
    count = int(before["sys_mod_count"] or "0") + 1
    return {
        "sys_updated_by": session.caller.user_name,
        "sys_updated_on": session.now(),
        "sys_mod_count": str(count),
    }


def name_record(table: str, row: Row) -> Row:
    """The columns by which a configuration record is known; nothing for data (tables.md 10.1)."""
    found = get_table(table)
    if "sys_update_name" not in found.columns:
        return {}
    shown = row.get(found.display, "") if found.display != "sys_name" else ""
    name = shown or row.get("sys_name", "")
    return {
        "sys_update_name": f"{table}_{row['sys_id']}",
        "sys_name": name[:255],
        "sys_package": row["sys_scope"],
    }


def _made_by(session: Session) -> Row:
    name, now = session.caller.user_name, session.now()
    return {
        "sys_created_by": name,
        "sys_created_on": now,
        "sys_updated_by": name,
        "sys_updated_on": now,
        "sys_mod_count": "0",
    }


def _default(column: Column, place: Place) -> str:
    if not column.default.startswith(JAVASCRIPT):
        return column.default
    expression = DEFAULTS.get(column.default.removeprefix(JAVASCRIPT))
    return expression(place)[: column.max_length] if expression else ""
