"""Paths of the Table API. A name that does not look like one never becomes part of an address."""

import re

from snowconf.errors import UnaskableError

_TABLE = re.compile(r"[a-z][a-z0-9_]*")
_SYS_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")


def table_path(table: str) -> str:
    """The path of a table.

    Raises:
        UnaskableError: that is no table's name.
    """
    if not _TABLE.fullmatch(table):
        raise UnaskableError(
            f"{table[:60]!r} is not the name of a table. Names are lower case letters, digits and _."
        )
    return f"/api/now/table/{table}"


def record_path(table: str, sys_id: str) -> str:
    """The path of one record.

    Raises:
        UnaskableError: that is no table's name, or no sys_id.
    """
    if not _SYS_ID.fullmatch(sys_id):
        raise UnaskableError(f"{sys_id[:60]!r} is not a sys_id. A sys_id is 32 letters and digits.")
    return f"{table_path(table)}/{sys_id}"


def attachment_path(*parts: str) -> str:
    """The path of the Attachment API, or of a file in it by its sys_id.

    Raises:
        UnaskableError: that is no sys_id.
    """
    for part in parts:
        if not _SYS_ID.fullmatch(part):
            raise UnaskableError(f"{part[:60]!r} is not a sys_id. A sys_id is 32 letters and digits.")
    return "/".join(("/api/now/attachment", *parts))
