"""Which part of the instance a path leads to (wire-contract.md 1.1, 1.8, 5.7). Knows nothing of what they do."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

_TABLE = re.compile(r"(/api/now(?:/v[12])?/table)/([^/]+)(?:/([^/]+))?/?")
_LOGIN_PAGES = frozenset({"", "/", "/login.do", "/navpage.do", "/nav_to.do", "/welcome.do"})


class Place(Enum):
    """Everything that is not the Table API."""

    GRANT = "/oauth_token.do"
    REVOKE = "/oauth_revoke_token.do"
    UNKNOWN_API = "/api/…"
    LOGIN = "/login.do"
    NOWHERE = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAddress:
    """A table, or a record when there is a sys_id; `prefix` is the path before the table's name."""

    prefix: str
    table: str
    sys_id: str = ""


Address: TypeAlias = TableAddress | Place


def route(path: str) -> Address:
    """Where the path leads."""
    if found := _TABLE.fullmatch(path):
        prefix, table, sys_id = found.groups(default="")
        return TableAddress(prefix=prefix, table=table, sys_id=sys_id)
    if path in {Place.GRANT.value, Place.REVOKE.value}:
        return Place(path)
    if path.startswith("/api/"):
        return Place.UNKNOWN_API
    return Place.LOGIN if path in _LOGIN_PAGES else Place.NOWHERE
