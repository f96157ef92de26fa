"""The order of changes that cannot both hold: what lets go of something only one record can be comes first. Pure.

Before that comes whatever the other needs besides, so that as little time as possible passes in between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from snowconf.dictionary import find_column
from snowconf.engine.observe.asking import Managed
from snowconf.engine.plan.ordering import closure, in_order_of
from snowconf.engine.port import Row
from snowconf.kinds.kind import Exclusive
from snowconf.model.address import Address
from snowconf.model.plan import Change, Verb

# The rule, and the values of which only one record can hold them.
Place: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """What a change lets go of, and what it takes."""

    change: Change
    lets_go: Mapping[Place, Exclusive]
    takes: Mapping[Place, Exclusive]


def exchanged(
    changes: Sequence[Change], managed: Mapping[Address, Managed], rows: Mapping[Address, Row]
) -> tuple[Change, ...]:  # fmt: skip
    """The changes with each taker after whoever lets go, and in an order that agrees; as they were where nothing moves."""
    moves = [_move(each, managed[each.address], rows.get(each.address)) for each in changes if each.writes]
    holders = {place: each for each in moves for place in each.lets_go}
    after = {each.address: each for each in changes}
    for taker in moves:
        for place, rule in taker.takes.items():
            if place in holders and not _is_lifted(rule, place[-1], managed.values(), rows):
                _wait(after, taker.change.address, holders[place].change.address, rule=rule)
    if all(after[each.address] is each for each in changes):
        return tuple(changes)
    return tuple(
        after[each]
        for each in in_order_of({each.address: after[each.address].depends_on for each in changes})
    )


def _is_lifted(rule: Exclusive, sys_id: str, managed: Iterable[Managed], rows: Mapping[Address, Row]) -> bool:
    """Does a block say of the record that it is about that the rule does not hold for it?"""
    saying = (each for each in managed if rule.lifted_by in each.resource.attributes)
    return any(
        rows.get(each.address, {}).get("sys_id", each.own_id) == sys_id
        and each.resource.attributes[rule.lifted_by].value is True
        for each in saying
    )


def _wait(after: dict[Address, Change], taker: Address, holder: Address, *, rule: Exclusive) -> None:
    """The taker waits for the holder, and the holder for what the taker waits for besides; unless that is a circle."""
    graph = {address: each.depends_on & after.keys() for address, each in after.items()}
    if taker in closure(graph, frozenset({holder})):
        return
    besides = frozenset(
        each for each in graph[taker] - {holder} if holder not in closure(graph, frozenset({each}))
    )
    after[holder] = replace(after[holder], depends_on=after[holder].depends_on | besides)
    note = f"made right after {holder} lets go: the platform keeps {rule.says}, and in between there is none"
    waiting = after[taker]
    after[taker] = replace(waiting, depends_on=waiting.depends_on | {holder}, notes=(*waiting.notes, note))


def _move(change: Change, managed: Managed, row: Row | None) -> _Move:
    rules = managed.kind.exclusive
    before = dict(_places(rules, row or {}))
    after = dict(_places(rules, _afterwards(change, managed, row)))
    return _Move(
        change=change,
        lets_go={place: rule for place, rule in before.items() if place not in after},
        takes={place: rule for place, rule in after.items() if place not in before},
    )


def _places(rules: Iterable[Exclusive], row: Row) -> Iterable[tuple[Place, Exclusive]]:
    for rule in rules:
        values = tuple(row.get(column, "") for column in rule.columns)
        if all(values) and all(row.get(column) == value for column, value in rule.only.items()):
            yield (rule.table, *rule.columns, *values), rule


def _afterwards(change: Change, managed: Managed, row: Row | None) -> Row:
    """What the record holds of these columns once the change is made."""
    own = [each for each in change.writes if each.sys_id == change.sys_id and not each.member_of]
    if any(each.verb is Verb.DELETE for each in own):
        return {}
    columns = {column for rule in managed.kind.exclusive for column in (*rule.columns, *rule.only)}
    known = {each: find_column(managed.kind.table, each) for each in columns} if row is None else {}
    usual = {name: column.default for name, column in known.items() if column}
    written = {name: value for write in own for name, value in write.columns.items()}
    return {**usual, **(row or {}), **written}
