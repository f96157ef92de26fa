"""Leaving out of a plan what only an elevated session may write, with what waits for it, so that the rest can be applied. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from snowconf.engine.plan.authorizing import needs_elevation
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Change, Plan


def set_aside(plan: Plan) -> Plan:
    """The plan without those changes, and with a warning that names them."""
    elevated = {each.address for each in plan.pending if is_elevated(each)}
    if not elevated:
        return plan
    waiting = _waiting(plan.pending, elevated)
    kept = tuple(each for each in plan.changes if each.address not in elevated | waiting)
    warning = _left(sorted(elevated), sorted(waiting))
    return replace(plan, changes=kept, diagnostics=(*plan.diagnostics, warning))


def is_elevated(change: Change) -> bool:
    """Does any of its writes need an elevated security_admin (tables.md 4.4)?"""
    return any(needs_elevation(each.table) for each in change.writes)


def _waiting(changes: Iterable[Change], out: set[Address]) -> set[Address]:
    """What refers to a change that is left out, directly or not."""
    waiting: set[Address] = set()
    rest = [each for each in changes if each.address not in out]
    while behind := [each for each in rest if each.depends_on & (out | waiting)]:
        waiting |= {each.address for each in behind}
        rest = [each for each in rest if each.address not in waiting]
    return waiting


def _left(elevated: Iterable[Address], waiting: Iterable[Address]) -> Diagnostic:
    named, behind = (", ".join(map(str, each)) for each in (elevated, waiting))
    also = f" These wait for them, and are left out too: {behind}." if behind else ""
    return Diagnostic(
        code="SNC600",
        summary="Left for an update set",
        detail="Only a session elevated to security_admin may write these, and REST cannot be one, so this plan leaves "
        f"them out: {named}.{also} Apply the rest, write them with 'snowconf export --update-set FILE', let an elevated "
        "admin commit that file, and apply again: what was committed is then taken over by its sys_ids.",
        severity=Severity.WARNING,
    )
