"""What only one record of a table can be at a time, by table, for every kind and `record` block of it (tables.md 2.1, 7.2)."""

from collections.abc import Mapping

from snowconf.dictionary import find_table
from snowconf.kinds.kind import Exclusive

ACTIVE_CONNECTION = Exclusive(
    table="sys_connection",
    columns=("connection_alias",),
    only={"active": "true"},
    says="one active connection for each alias",
    lifted_by="multiple_connections",
)

# Over all classes of clients (tables.md 2.1, 12.7).
CLIENT_NAME = Exclusive(
    table="oauth_entity", columns=("name",), only={}, says="one OAuth client of each name"
)

BY_TABLE: Mapping[str, tuple[Exclusive, ...]] = {
    "sys_connection": (ACTIVE_CONNECTION,),
    "oauth_entity": (CLIENT_NAME,),
}


def exclusives_of(table: str) -> tuple[Exclusive, ...]:
    """What only one record of the table, and of those it extends, can be."""
    known = find_table(table)
    lineage = known.lineage if known else (table,)
    return tuple(rule for each in lineage for rule in BY_TABLE.get(each, ()))
