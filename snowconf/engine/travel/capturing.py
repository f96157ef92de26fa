"""Which writes an update set takes: tables that are tracked are captured, data and private properties are not.

Sources: tables.md 10.1 and 10.2; `tracked` in the dictionary tells which tables are.
"""

from collections.abc import Iterable, Mapping

from snowconf.dictionary import find_table
from snowconf.model.address import Address
from snowconf.model.plan import Plan, Write

PRIVATE = "is_private"


def is_captured(write: Write) -> bool:
    """Does the platform put this write into the runner's current update set?"""
    table = find_table(write.table)
    private = write.columns.get(PRIVATE, write.before.get(PRIVATE, ""))
    return table is not None and table.tracked and private != "true"


def captured(plan: Plan) -> tuple[Write, ...]:
    """The writes that land in an update set."""
    return tuple(write for change in plan.pending for write in change.writes if is_captured(write))


def left_out(plan: Plan) -> Mapping[Address, tuple[str, ...]]:
    """By resource, the tables of its writes that land in none."""
    tables: dict[Address, list[str]] = {}
    for change in plan.pending:
        for write in change.writes:
            if not is_captured(write):
                tables.setdefault(change.address, []).append(write.table)
    return {address: tuple(dict.fromkeys(each)) for address, each in tables.items()}


def names_of(writes: Iterable[Write]) -> tuple[str, ...]:
    """What `sys_update_xml` calls the records (wire-contract.md 7.1)."""
    return tuple(dict.fromkeys(f"{write.table}_{write.sys_id}" for write in writes))
