"""Reading what a change sends: by its writes, so that a `record` block is seen through like the kind of its table."""

from collections.abc import Iterable, Sequence

from snowconf.kinds.stakes.case import Case
from snowconf.model.plan import Action, Change, Verb, Write
from snowconf.model.state import Resource
from snowconf.model.value import Value

MOST_NAMES = 3


def written(change: Change) -> dict[str, str]:
    """The columns that the change stores in its own record, whether that exists yet or not."""
    return {name: value for write in _own(change) for name, value in write.columns.items()}


def updated(change: Change) -> dict[str, str]:
    """The columns that the change stores in a record that exists."""
    return {} if change.action is Action.CREATE else written(change)


def rewritten_secrets(change: Change) -> frozenset[str]:
    """The columns of an existing record that get another secret."""
    if change.action is Action.CREATE:
        return frozenset()
    return frozenset(name for write in _own(change) for name in write.secrets)


def is_deleted(change: Change) -> bool:
    """Does the record itself go?"""
    return any(write.verb is Verb.DELETE for write in _own(change))


def goes(case: Case, sys_id: str) -> bool:
    """Does the plan delete that record?"""
    change = case.around.changes.get(sys_id)
    return change is not None and is_deleted(change)


def is_switched_off(change: Change) -> bool:
    """Is an existing record made inactive?"""
    return updated(change).get("active") == "false"


def linked(change: Change, table: str, column: str) -> list[str]:
    """What the rows that the change adds to a link table name in a column."""
    inserts = (write for write in change.writes if write.verb is Verb.INSERT and write.table == table)
    return [write.columns[column] for write in inserts if write.columns.get(column)]


def removed_names(change: Change, attribute: str) -> list[str]:
    """Who leaves a set of members, as people name them."""
    return [str(ref) for each in change.members if each.attribute == attribute for ref in each.remove]


def declared_value(resource: Resource, attribute: str) -> Value | None:
    """What a block says; None when it does not."""
    located = resource.attributes.get(attribute)
    return located.value if located else None


def stored(case: Case, table: str, *, sys_id: str, column: str) -> str:
    """What a record will hold once the plan is done: by its block, by the plan, by the instance; empty when unknown.

    `column` is also the attribute's name. A record that the plan creates holds what the plan sends.
    """
    block, change = case.around.declared.get(sys_id), case.around.changes.get(sys_id)
    said = declared_value(block, column) if block else None
    if said is not None:
        return str(said).lower() if isinstance(said, bool) else str(said)
    if change is not None and is_told(case, sys_id, column):
        return written(change).get(column, "")
    found = case.evidence.find(table, "sys_id", sys_id)
    return found[0].get(column, "") if found else ""


def is_told(case: Case, sys_id: str, column: str) -> bool:
    """Do the files or the plan say what the column of a record will hold?"""
    block, change = case.around.declared.get(sys_id), case.around.changes.get(sys_id)
    if block is not None and declared_value(block, column) is not None:
        return True
    return change is not None and (change.action is Action.CREATE or column in written(change))


def to_ask(case: Case, table: str, *, sys_id: str, columns: Iterable[str]) -> list[str]:
    """The record, when neither files nor plan nor what was observed tell one of these columns."""
    missing = [each for each in columns if not is_told(case, sys_id, each)]
    return [sys_id] if sys_id and missing and not case.evidence.holds(table, sys_id, missing) else []


def names(listed: Iterable[str]) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    known = sorted({*listed})
    shown, more = known[:MOST_NAMES], len(known) - MOST_NAMES
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def counted(number: int, noun: str) -> str:
    """`1 live token`, `3 live tokens`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def untold(case: Case, table: str, what: str) -> Sequence[str]:
    """The sentence for a question that the instance did not answer in full; none when it did."""
    if table not in case.evidence.untold:
        return ()
    return (f"{what} is not known in full: the instance does not show this account all of {table}.",)


def _own(change: Change) -> Iterable[Write]:
    return (each for each in change.writes if each.table == change.table and each.sys_id == change.sys_id)
