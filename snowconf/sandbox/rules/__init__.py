"""What the platform does by itself when records are written: short rules declared as values over data.

`rule` says what a rule is, the other modules declare them, and this one knows the whole list and runs it. No code
per table stands anywhere else in the sandbox.
"""

from collections.abc import Iterator
from functools import cache
from typing import assert_never

from snowconf.dictionary import get_table
from snowconf.sandbox.refusals import by_rule
from snowconf.sandbox.rules import (
    configurations,
    connections,
    inheritance,
    numbering,
    properties,
    registries,
    users,
)
from snowconf.sandbox.rules.rule import Cascade, Event, Follow, Put, Refuse, Rule
from snowconf.sandbox.store import Row

__all__ = ["CASCADES", "RULES", "Event", "after_write", "before_write", "dependents"]

RULES: tuple[Rule, ...] = (
    *users.RULES,
    *inheritance.RULES,
    *registries.RULES,
    *configurations.RULES,
    *properties.RULES,
    *connections.RULES,
    *numbering.RULES,
)

CASCADES: tuple[Cascade, ...] = (*users.CASCADES, *registries.CASCADES, *configurations.CASCADES)


def before_write(event: Event) -> Event:
    """The event with what the before rules made of it.

    Raises:
        AbortedError: a rule refuses the write.
    """
    for rule in _rules_of(event.table):
        if rule.runs(event):
            event = _apply(rule, event)
    return event


def after_write(event: Event) -> None:
    """Let the rows follow that depend on the one just written."""
    for rule in _rules_of(event.table):
        if isinstance(rule, Follow) and rule.runs(event):
            rule.then(event)


def dependents(event: Event) -> Iterator[tuple[str, Row]]:
    """The rows that go with a deleted one, with their tables."""
    lineage = get_table(event.table).lineage
    for cascade in CASCADES:
        if cascade.parent in lineage:
            equal = {cascade.column: event.before["sys_id"]}
            yield from ((cascade.table, row) for row in event.session.store.find(cascade.table, **equal))


def _apply(rule: Rule, event: Event) -> Event:
    match rule:
        case Refuse():
            if rule.when(event):
                raise by_rule(event.table, rule.name, rule.number)
            return event
        case Put():
            return event.with_values(rule.values(event))
        case Follow():
            return event
        case _:
            assert_never(rule)


@cache
def _rules_of(table: str) -> tuple[Rule, ...]:
    lineage = get_table(table).lineage
    return tuple(rule for rule in RULES if rule.table in lineage)
