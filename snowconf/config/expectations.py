"""The table `access` of a block: what must be possible when acting as the user that it describes."""

import re
from collections.abc import Iterator, Mapping

from snowconf.config import codes
from snowconf.config.columns import is_unknown, no_column
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, hint
from snowconf.dictionary import find_table, table_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic

OPERATIONS = ("read", "create", "write", "delete")
REACH = re.compile(r"(?P<table>[a-z][a-z0-9_]*)(\.(?P<column>\*|[a-z][a-z0-9_]*))?")


def read_access(
    spot: Spot, *, address: Address
) -> tuple[Mapping[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
    """Operation to tables and columns, as far as they can be understood."""
    if not isinstance(spot.raw, dict):
        detail = 'access is a table, as in access = { read = ["incident.*"], create = ["incident"] }.'
        return {}, (codes.ACCESS.at(spot.origin, detail, address=address),)
    problems = tuple(
        problem
        for operation, value in spot.children()
        for problem in _reach(operation, value, address=address)
    )
    sound = {
        operation: tuple(reach)
        for operation, reach in spot.raw.items()
        if operation in OPERATIONS
        and isinstance(reach, list)
        and all(isinstance(each, str) for each in reach)
    }
    return sound, problems


def _reach(operation: str, spot: Spot, *, address: Address) -> Iterator[Diagnostic]:
    if operation not in OPERATIONS:
        detail = f"access knows no '{operation}'.{hint(operation, OPERATIONS)}"
        yield codes.ACCESS.at(spot.origin, detail, address=address)
    elif not isinstance(spot.raw, list):
        detail = f'{operation} must be a list of tables in quotes, as in {operation} = ["incident"].'
        yield codes.ACCESS.at(spot.origin, detail, address=address)
    else:
        for index in range(len(spot.raw)):
            yield from _item(spot.child(index), address)


def _item(spot: Spot, address: Address) -> Iterator[Diagnostic]:
    found = REACH.fullmatch(spot.raw) if isinstance(spot.raw, str) else None
    if not found:
        detail = 'Every item is a text such as "incident", "incident.*" or "incident.state".'
        yield codes.ACCESS.at(spot.origin, detail, address=address)
        return
    table = find_table(found["table"])
    if table is None:
        detail = f"The dictionary does not know the table '{found['table']}'.{did_you_mean(found['table'], table_names())}"
        yield codes.UNKNOWN_TABLE.at(spot.origin, detail, address=address)
    elif found["column"] not in (None, "*") and is_unknown(table, found["column"]):
        yield codes.UNKNOWN_COLUMN.at(spot.origin, no_column(table, found["column"]), address=address)
