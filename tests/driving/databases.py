"""What a sandbox's database holds, table by table, without what the platform writes down of what happened to it."""

import sqlite3
from pathlib import Path
from typing import Any, TypeAlias

# What nobody can take back.
HISTORY = (
    "sys_audit",
    "sys_audit_delete",
    "sys_update_xml",
    "sys_update_version",
    "sys_update_set",
    "sys_trigger",
)
# The ledger's own attachments, and the sandbox's log.
OWN = ("sys_attachment", "sys_attachment_doc", "snowconf_log", "sqlite_sequence")
# What was given to those who got in.
TOKENS = ("oauth_credential",)
REVISION = ("sys_mod_count", "sys_updated_by", "sys_updated_on")

Tables: TypeAlias = dict[str, list[tuple[Any, ...]]]


def tables_of(database: Path) -> Tables:
    """Every row that is the instance's, without its revision; the ledger's head is no part of it."""
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        listed = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        names = [name for (name,) in listed if name not in (*HISTORY, *OWN, *TOKENS)]
        held = {name: connection.execute(f'select * from "{name}"').fetchall() for name in names}
    connection.close()
    return {name: rows for name, rows in ((name, kept(rows)) for name, rows in held.items()) if rows}


def kept(rows: list[sqlite3.Row]) -> list[tuple[Any, ...]]:
    """Sorted, and comparable."""
    plain = ({key: text for key, text in dict(row).items() if key not in REVISION} for row in rows)
    own = (row for row in plain if not str(row.get("name", "")).startswith("snowconf."))
    return sorted(tuple(sorted((key, str(value)) for key, value in row.items() if value)) for row in own)
