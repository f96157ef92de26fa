"""What the platform does by itself when records are written: short rules declared as values over data.

`rule` says what a rule is, the other modules declare them, and this one knows the whole list and runs it, together
with the rules that clients wrote. No code per table stands anywhere else in the sandbox.
"""

from collections.abc import Iterator
from functools import cache
from typing import assert_never

from snowconf.dictionary import get_table
from snowconf.sandbox.rules import (
    configurations,
    connections,
    holds,
    inheritance,
    items,
    numbering,
    properties,
    registries,
    requests,
    scheduling,
    standard_changes,
    tasks,
    update_sets,
    users,
)
from snowconf.sandbox.rules.auditing import audit
from snowconf.sandbox.rules.authored import USUAL_ORDER, AuthoredRule, read_authored
from snowconf.sandbox.rules.capturing import capture
from snowconf.sandbox.rules.foreign import refuse_foreign
from snowconf.sandbox.rules.rule import Cascade, Event, Follow, Put, Refuse, Require, Rule
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decisions import Decision, Ruling
from snowconf.sandbox.wire.refusals import by_data_policy, by_rule

__all__ = ["CASCADES", "RULES", "Event", "after_write", "before_write", "dependents"]

RULES: tuple[Rule, ...] = (
    *users.RULES,
    *inheritance.RULES,
    *registries.RULES,
    *configurations.RULES,
    *properties.RULES,
    *connections.RULES,
    *numbering.RULES,
    *tasks.RULES,
    *holds.RULES,
    *requests.RULES,
    *standard_changes.RULES,
    *update_sets.RULES,
    *scheduling.RULES,
)

OPERATIONS = {"insert": "create", "update": "write", "delete": "delete"}

CASCADES: tuple[Cascade, ...] = (
    *users.CASCADES,
    *registries.CASCADES,
    *configurations.CASCADES,
    *items.CASCADES,
    *update_sets.CASCADES,
)


def before_write(event: Event) -> Event:
    """The event with what the before rules made of it: clients' early ones, the platform's, clients' others.

    Raises:
        AbortedError: a rule refuses the write, or the record is of another application.
    """
    refuse_foreign(event)
    authored = read_authored(event.session.store)
    theirs = authored.find(event.table) if authored.rules else []
    for each in theirs:
        event = _apply_authored(each, event) if each.order < USUAL_ORDER else event
    for rule in _rules_of(event.table):
        if rule.runs(event) and rule.number not in authored.inactive:
            event = _apply(rule, event)
    for each in theirs:
        event = _apply_authored(each, event) if each.order >= USUAL_ORDER else event
    return event


def after_write(event: Event) -> None:
    """Let the rows follow that depend on the one just written, and keep what happened."""
    inactive = read_authored(event.session.store).inactive
    for rule in _rules_of(event.table):
        if isinstance(rule, Follow) and rule.runs(event) and rule.number not in inactive:
            rule.then(event)
    audit(event)
    capture(event)


def dependents(event: Event) -> Iterator[tuple[str, Row]]:
    """The rows that go with a deleted one, with their tables."""
    lineage = get_table(event.table).lineage
    switches = event.session.switches
    for cascade in CASCADES:
        if cascade.parent in lineage and (not cascade.switch or switches.get(cascade.switch) == "cascades"):
            equal = {cascade.column: event.before["sys_id"]}
            yield from ((cascade.table, row) for row in event.session.store.find(cascade.table, **equal))


def _apply_authored(rule: AuthoredRule, event: Event) -> Event:
    if not rule.applies(event):
        return event
    if rule.aborts:
        _note(event, rule.name, "a business rule of a client's aborts")
        raise by_rule(event.table, rule.name, rule.sys_id)
    return event.with_values(rule.values) if event.after else event


def _apply(rule: Rule, event: Event) -> Event:
    match rule:
        case Refuse():
            if rule.when(event):
                _note(event, rule.name, "a business rule aborts")
                raise by_rule(event.table, rule.name, rule.number)
            return event
        case Require():
            _require(rule, event)
            return event
        case Put():
            return event.with_values(rule.values(event))
        case Follow():
            return event
        case _:
            assert_never(rule)


def _require(rule: Require, event: Event) -> None:
    columns = get_table(event.table).columns
    missing = [columns[name].label for name in rule.mandatory if not event.after[name]]
    if missing and rule.when(event):
        _note(event, rule.name, "a data policy wants a column filled")
        raise by_data_policy(missing)


def _note(event: Event, rule: str, why: str) -> None:
    """Tell the log which rule it was, which the platform tells the caller and the log alone."""
    decision = Decision(
        who=event.session.caller.user_name,
        operation=OPERATIONS[event.write],
        table=event.table,
        sys_id=event.row.get("sys_id", ""),
        ruling=Ruling(allowed=False, by=rule, why=why),
    )
    event.session.sink(decision)


@cache
def _rules_of(table: str) -> tuple[Rule, ...]:
    lineage = get_table(table).lineage
    return tuple(rule for rule in RULES if rule.table in lineage)
