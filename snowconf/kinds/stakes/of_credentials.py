"""Credentials: which connections fail without one (tables.md 7.3)."""

from collections.abc import Iterator

from snowconf.kinds.stakes import of_bindings
from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import counted, is_deleted, is_switched_off, names, untold, written
from snowconf.model.plan import Change

CONNECTIONS = "sys_connection"


def users(case: Case) -> Iterator[str]:
    """Connections that go on naming a credential that ends."""
    end = _end_of(case.change)
    if end:
        rows = case.evidence.find(CONNECTIONS, "credential", case.change.sys_id)
        left = [row for row in rows if _keeps(case, row["sys_id"])]
        if left:
            verb = "names" if len(left) == 1 else "name"
            listed = names(row.get("name", "") or row["sys_id"] for row in left)
            yield f"{counted(len(left), 'connection')} {verb} this credential, which {end}: {listed}"
        yield from untold(case, CONNECTIONS, "Which connections name this credential")


def _end_of(change: Change) -> str:
    if is_deleted(change):
        return "is deleted"
    return "is switched off" if is_switched_off(change) else ""


def _keeps(case: Case, sys_id: str) -> bool:
    """Does the plan leave the connection as it is?"""
    change = case.around.changes.get(sys_id)
    return change is None or not (is_deleted(change) or "credential" in written(change))


ITS_CONNECTIONS = Inquiry(
    table=CONNECTIONS,
    columns=("name", "credential"),
    about=lambda case: isin("credential", [case.change.sys_id] if _end_of(case.change) else []),
)

STAKES = (Stake(hazard="connections_broken", find=users, asks=(ITS_CONNECTIONS,)),)
CROSS_CHECKS = (of_bindings.OF_CREDENTIALS,)
