"""Stopping a plan that takes away or changes more than a share of what the stack owns (design.md 6). Pure."""

from collections.abc import Iterable

from snowconf.engine.context import Context
from snowconf.engine.plan import dangers
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action, Change, Plan


def check_limits(plan: Plan, context: Context) -> Iterable[Diagnostic]:
    """Deletions and updates held against the limits, unless as many were allowed; a small stack has no limits."""
    owned = len(context.ledger.entries) if context.ledger else 0
    if owned < context.limits.at_least:
        return
    removals, updates = sum(map(_takes_away, plan.pending)), plan.count(Action.UPDATE)
    limits, allowances = context.limits, context.allowances
    if _is_too_many(removals, owned, limits.delete, allowances.deletes):
        yield dangers.too_many_deletes(removals, owned, _share(limits.delete))
    if _is_too_many(updates, owned, limits.update, allowances.updates):
        yield dangers.too_many_updates(updates, owned, _share(limits.update))


def _takes_away(change: Change) -> bool:
    """Deletes it, switches it off, or puts back what the stack had made of it."""
    return change.action is Action.DELETE or (change.action is Action.FORGET and bool(change.writes))


def _is_too_many(number: int, owned: int, share: float, allowed: int | None) -> bool:
    return number > share * owned and (allowed is None or number > allowed)


def _share(share: float) -> str:
    return f"{share:.0%}"
