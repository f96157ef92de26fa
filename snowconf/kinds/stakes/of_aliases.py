"""Aliases: flows name them by an id that follows from the name, and connections stand behind them (tables.md 7.1)."""

from collections.abc import Iterator

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import counted, goes, is_deleted, names, untold, updated

CONNECTIONS = "sys_connection"


def renamed(case: Case) -> Iterator[str]:
    """Another name is another id."""
    if "name" in updated(case.change):
        yield (
            "Its id follows from its name and becomes another: flows, scripts and spokes that name the alias by its id "
            "find it no more."
        )


def connections(case: Case) -> Iterator[str]:
    """What stands behind an alias that goes, and is not of this plan."""
    if is_deleted(case.change):
        rows = case.evidence.find(CONNECTIONS, "connection_alias", case.change.sys_id)
        left = [row for row in rows if not goes(case, row["sys_id"])]
        if left:
            verb = "stands" if len(left) == 1 else "stand"
            listed = names(row.get("name", "") or row["sys_id"] for row in left)
            yield f"{counted(len(left), 'connection')} {verb} behind this alias and would lead nowhere: {listed}"
        yield from untold(case, CONNECTIONS, "Which connections stand behind this alias")


ITS_CONNECTIONS = Inquiry(
    table=CONNECTIONS,
    columns=("name", "connection_alias"),
    about=lambda case: isin("connection_alias", [case.change.sys_id] if is_deleted(case.change) else []),
)

STAKES = (
    Stake(hazard="alias_renamed", find=renamed),
    Stake(hazard="connections_broken", find=connections, asks=(ITS_CONNECTIONS,)),
)
