"""What the platform makes by itself along with a record: taken over where the plan expected to make it, and gone with it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from snowconf.engine.port import Instance
from snowconf.kinds import KINDS
from snowconf.model.plan import Action, Change, Verb, Write
from snowconf.model.query import where


def find_made(change: Change, instance: Instance, given: Mapping[str, str]) -> Mapping[str, str]:
    """By the sys_id that the plan chose, the one of the record that the platform has made instead; one list at most.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    kind = KINDS[change.address.kind]
    own = next((each for each in change.writes if _inserts(change, each)), None)
    if not kind.part_of or own is None:
        return {}
    key = [kind.attribute(name).column for name in (*kind.key, kind.part_of)]
    wanted = {column: _id(own.columns.get(column, ""), given) for column in key}
    rows = instance.list_rows(kind.table, where(**wanted), key).rows
    found = [row["sys_id"] for row in rows if all(row.get(each) == wanted[each] for each in key)]
    return {change.sys_id: found[0]} if found and found[0] != change.sys_id else {}


def find_companions(change: Change, write: Write, instance: Instance) -> Iterable[tuple[str, str]]:
    """What goes before the record that this write deletes: table and sys_id; one list for each companion of its kind.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    for each in KINDS[change.address.kind].companions if write.sys_id == change.sys_id else ():
        conditions = {each.owner: write.sys_id, **each.only}
        for row in instance.list_rows(each.table, where(**conditions), sorted(conditions)).rows:
            if all(row.get(column) == value for column, value in conditions.items()):
                yield each.table, row["sys_id"]


def renumbered(change: Change, given: Mapping[str, str]) -> Change:
    """The change with the sys_ids that the instance has given, its entry in the ledger included."""
    if not given:
        return change
    owned = change.owned
    return replace(
        change,
        sys_id=_id(change.sys_id, given),
        writes=tuple(_write(each, given) for each in change.writes),
        owned=replace(owned, sys_id=_id(owned.sys_id, given)) if owned else None,
    )


def _write(write: Write, given: Mapping[str, str]) -> Write:
    columns = {name: _ids(text, given) for name, text in write.columns.items()}
    return replace(write, sys_id=_id(write.sys_id, given), columns=columns)


def _inserts(change: Change, write: Write) -> bool:
    is_own = change.action is Action.CREATE and write.sys_id == change.sys_id
    return is_own and write.verb is Verb.INSERT


def _ids(text: str, given: Mapping[str, str]) -> str:
    """A list column holds several."""
    return ",".join(_id(each, given) for each in text.split(","))


def _id(asked: str, given: Mapping[str, str]) -> str:
    return given.get(asked, asked)
