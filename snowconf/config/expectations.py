"""The two tables that a block of any kind may hold besides attributes: `lifecycle` and `access`."""

import re
from collections.abc import Collection, Iterator, Mapping

from snowconf.config import codes
from snowconf.config.columns import is_unknown, no_column
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, hint
from snowconf.dictionary import find_table, table_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic

OPERATIONS = ("read", "create", "write", "delete")
REACH = re.compile(r"(?P<table>[a-z][a-z0-9_]*)(\.(?P<column>\*|[a-z][a-z0-9_]*))?")
LATER = {
    "prevent_delete": "Until then snowconf deletes nothing, so nothing needs to be prevented.",
    "on_remove": "Until then the record of a block that is removed stays as it is; remove it by hand.",
    "previously": "Until then rename the record on the instance and the label here at the same time.",
}


def read_lifecycle(
    spot: Spot, known: Collection[str] | None, *, address: Address
) -> tuple[frozenset[str], tuple[Diagnostic, ...]]:
    """What is ignored after creation. `known` are the names that can be, None when any can."""
    if not isinstance(spot.raw, dict):
        detail = 'lifecycle is a table, as in lifecycle = { ignore = ["description"] }.'
        return frozenset(), (codes.LIFECYCLE.at(spot.origin, detail, address=address),)
    problems = tuple(_lifecycle_problems(spot, known, address=address))
    ignore = spot.raw.get("ignore", [])
    return frozenset() if problems else frozenset(ignore), problems


def _lifecycle_problems(
    spot: Spot, known: Collection[str] | None, *, address: Address
) -> Iterator[Diagnostic]:
    for key, value in spot.children():
        if key == "ignore":
            yield from _ignore_problems(value, known, address=address)
        elif key in LATER:
            detail = f"'{key}' arrives together with the ledger, which knows what a stack owns. {LATER[key]}"
            yield codes.LIFECYCLE.at(value.origin, f"{detail} Take '{key}' out.", address=address)
        else:
            guess = did_you_mean(key, ("ignore",))
            detail = f"lifecycle has no '{key}'.{guess} There is only 'ignore'."
            yield codes.LIFECYCLE.at(value.origin, detail, address=address)


def _ignore_problems(spot: Spot, known: Collection[str] | None, *, address: Address) -> Iterator[Diagnostic]:
    if not isinstance(spot.raw, list) or not all(isinstance(name, str) for name in spot.raw):
        detail = 'ignore is a list of attribute names in quotes, as in ["description"].'
        yield codes.LIFECYCLE.at(spot.origin, detail, address=address)
        return
    for index, name in enumerate(spot.raw):
        if known is not None and name not in known:
            detail = f"A block of kind {address.kind} has no attribute '{name}' to ignore.{did_you_mean(name, known)}"
            yield codes.LIFECYCLE.at(spot.child(index).origin, detail, address=address)


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
