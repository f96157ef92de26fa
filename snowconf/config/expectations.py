"""The tables `access` and `no_access` of a block: what must be possible when acting as that user, and what must not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.columns import is_unknown, no_column
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, hint
from snowconf.dictionary import find_table, table_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin

OPERATIONS = ("read", "create", "write", "delete")
REACH = re.compile(r"(?P<table>[a-z][a-z0-9_]*)(\.(?P<column>\*|[a-z][a-z0-9_]*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Operation to tables and columns, as far as they could be understood, and where each of them is written."""

    reach: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Origin] = field(default_factory=dict)


def read_promise(spot: Spot, name: str, *, address: Address) -> tuple[Promise, tuple[Diagnostic, ...]]:
    """What `access` or `no_access`, whichever `name` is, says, and what is wrong with it."""
    if not isinstance(spot.raw, dict):
        detail = f'{name} is a table, as in {name} = {{ read = ["incident.*"], create = ["incident"] }}.'
        return Promise(), (codes.ACCESS.at(spot.origin, detail, address=address),)
    problems = tuple(
        problem
        for operation, value in spot.children()
        for problem in _reach(name, operation, spot=value, address=address)
    )
    sound = {operation: child for operation, child in spot.children() if _is_sound(operation, child)}
    promise = Promise(
        reach={operation: tuple(child.raw) for operation, child in sound.items()},
        places={
            (operation, reach): child.child(index).origin
            for operation, child in sound.items()
            for index, reach in enumerate(child.raw)
        },
    )
    return promise, problems


def find_contradictions(access: Promise, no_access: Promise, *, address: Address) -> Iterator[Diagnostic]:
    """What both promise: it cannot be possible and refused at once."""
    for operation, refused in no_access.reach.items():
        for reach in refused:
            granted = next((each for each in access.reach.get(operation, ()) if _meet(each, reach)), None)
            if granted:
                place = access.places[operation, granted]
                detail = (
                    f"To {operation} '{reach}' is to be refused, and access promises '{granted}' in {place}. "
                    "Take one of the two out."
                )
                yield codes.PROMISED_AND_REFUSED.at(
                    no_access.places[operation, reach], detail, address=address
                )


def _meet(granted: str, refused: str) -> bool:
    """A table that is refused is refused with each of its columns; a table that is open may hide some of them."""
    (table, _, column), (closed, _, hidden) = granted.partition("."), refused.partition(".")
    return table == closed and (hidden in ("", "*") or column in ("*", hidden))


def _is_sound(operation: str, spot: Spot) -> bool:
    items = spot.raw
    return (
        operation in OPERATIONS
        and isinstance(items, list)
        and all(isinstance(each, str) and REACH.fullmatch(each) for each in items)
    )


def _reach(name: str, operation: str, *, spot: Spot, address: Address) -> Iterator[Diagnostic]:
    if operation not in OPERATIONS:
        detail = f"{name} knows no '{operation}'.{hint(operation, OPERATIONS)}"
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
