"""Connections: one is active for each alias, and an alias without any is a broken one (tables.md 7.2, 12.11)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from snowconf.dictionary import find_table
from snowconf.kinds.findings import SECOND_ACTIVE_CONNECTION
from snowconf.kinds.stakes import of_bindings
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Row, Stake, isin
from snowconf.kinds.stakes.touching import goes, is_deleted, names, stored, to_ask, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action, Change

TABLE = "sys_connection"
ALIASES = "sys_alias"
SEVERAL = "multiple_connections"
ALIAS, ACTIVE = "connection_alias", "active"


def second_active(case: Case) -> Iterator[Diagnostic]:
    """The platform refuses to make a second connection of an alias active."""
    alias = _alias_taken(case)
    others = _others(case, alias) if alias else []
    if others and stored(case, ALIASES, sys_id=alias, column=SEVERAL) != "true":
        yield SECOND_ACTIVE_CONNECTION.at(
            case.resource,
            "active",
            f"Its alias would have another active connection: {names(others)}. The platform refuses a second one. Write "
            "active = false for the one that shall rest, here or there, or multiple_connections = true for the alias.",
        )


def unconnected(case: Case) -> Iterator[str]:
    """An alias that had an active connection, and has none when the plan is done."""
    alias = _alias_left(case)
    if alias and not goes(case, alias) and not _others(case, alias):
        yield "Its alias is left without an active connection: flows and integrations that use it fail."


def _alias_left(case: Case) -> str:
    """The alias for which the connection was active and is no more."""
    held = _held(case)
    if held.get(ACTIVE) != "true" or case.change.action is Action.CREATE:
        return ""
    return "" if _alias_of(case.change, held) == held.get(ALIAS, "") else held.get(ALIAS, "")


def _alias_taken(case: Case) -> str:
    """The alias for which the connection becomes active, and was not before."""
    held = _held(case)
    before = held.get(ALIAS, "") if held.get(ACTIVE) == "true" else ""
    after = _alias_of(case.change, held)
    return "" if after == before else after


def _held(case: Case) -> Row:
    """What the connection holds before the plan, as far as it was read for it."""
    rows = case.evidence.find(case.change.table, "sys_id", case.change.sys_id)
    image = {name: text for write in case.change.writes for name, text in write.before.items()}
    return {**image, **(rows[0] if rows else {})}


def _alias_of(change: Change, held: Mapping[str, str]) -> str:
    """The alias for which the connection is active once the change is made; empty for none."""
    if is_deleted(change):
        return ""
    usual = "true" if change.action is Action.CREATE else ""
    after = {ACTIVE: usual, **held, **written(change)}
    return after.get(ALIAS, "") if after[ACTIVE] == "true" else ""


def _others(case: Case, alias: str) -> Sequence[str]:
    """The names of other connections that are active for the alias once the plan is done."""
    return sorted(_active_besides(case, alias))


def _active_besides(case: Case, alias: str) -> Iterable[str]:
    rows = {row["sys_id"]: row for row in case.evidence.find(TABLE, ALIAS, alias)}
    made = {sys_id: each for sys_id, each in case.around.changes.items() if _is_connection(each.table)}
    for sys_id in {*rows, *made} - {case.change.sys_id}:
        change, held = made.get(sys_id), rows.get(sys_id, {})
        is_active = held.get(ACTIVE) == "true"
        after = _alias_of(change, held) if change else held.get(ALIAS, "") if is_active else ""
        if after == alias:
            yield held.get("name", "") or (change.name if change else sys_id)


def _is_connection(table: str) -> bool:
    known = find_table(table)
    return TABLE in (known.lineage if known else (table,))


def _concerned(case: Case) -> list[str]:
    return [_alias_taken(case), _alias_left(case)]


SAME_ALIAS = Inquiry(
    table=TABLE,
    columns=("name", ALIAS, ACTIVE),
    about=lambda case: isin(ALIAS, _concerned(case)),
)
ITS_ALIAS = Inquiry(
    table=ALIASES,
    columns=(SEVERAL,),
    about=lambda case: isin("sys_id", to_ask(case, ALIASES, sys_id=_alias_taken(case), columns=(SEVERAL,))),
)

STAKES = (Stake(hazard="alias_unconnected", find=unconnected, asks=(SAME_ALIAS,)),)
CROSS_CHECKS = (
    CrossCheck(find=second_active, asks=(SAME_ALIAS, ITS_ALIAS)),
    of_bindings.OF_CONNECTIONS,
)
