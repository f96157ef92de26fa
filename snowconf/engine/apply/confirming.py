"""Holding a reviewed plan against one made now: what is still as it was shown may be done, the rest is refused. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.fingerprinting import fingerprint, fingerprints
from snowconf.model.plan import Action, Change, Plan, Write

STALE = "SNC257"
BEHIND_STALE = "SNC258"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What is to be carried out. `refused` are changes of the plan that must not be made, each with why."""

    plan: Plan
    refused: Mapping[Address, Diagnostic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What somebody has seen and agreed to; the fingerprints tell also what was not shown."""

    plan: Plan
    fingerprints: Mapping[Address, str]


def reviewed(plan: Plan) -> Reviewed:
    """The plan as it was shown just now."""
    return Reviewed(plan=plan, fingerprints=fingerprints(plan))


def confirm(review: Reviewed, today: Plan) -> Confirmed:
    """Today's plan where it is what was reviewed; a change that moved is refused, with all that depend on it.

    What today's plan would do besides was never reviewed, so it is not done, and what depends on it is refused too.
    Errors of today's plan that belong to no change of the reviewed one stand.
    """
    now = {each.address: each for each in today.changes}
    moved = [
        each
        for each in review.plan.pending
        if not _is_same(review.fingerprints.get(each.address), now.get(each.address))
    ]
    unseen = {each.address for each in today.pending} - {each.address for each in review.plan.pending}
    out = unseen | {each.address for each in moved}
    stale = {each.address: _why(each, now.get(each.address), today, out) for each in moved}
    chosen = [each if each.address in stale else now[each.address] for each in review.plan.pending]
    refused = _with_dependents(chosen, stale, unseen)
    idle = [each for each in today.changes if each.action is Action.NO_OP]
    known = {each.address for each in chosen}
    return Confirmed(
        plan=replace(
            today,
            changes=(*(each for each in idle if each.address not in known), *_in_order(chosen, today)),
            diagnostics=tuple(_standing(today.diagnostics, refused)),
        ),
        refused=refused,
    )


def _is_same(wanted: str | None, change: Change | None) -> bool:
    return change is not None and change.action is not Action.NO_OP and fingerprint(change) == wanted


def _in_order(chosen: Iterable[Change], today: Plan) -> list[Change]:
    """As today's plan has them; those that it lacks are refused, and stand first."""
    place = {each.address: number for number, each in enumerate(today.changes)}
    return sorted(chosen, key=lambda each: place.get(each.address, -1))


def _standing(
    diagnostics: Iterable[Diagnostic], refused: Mapping[Address, Diagnostic]
) -> Iterable[Diagnostic]:
    """What was found against a change that is refused anyway does not keep the others from being made."""
    return (each for each in diagnostics if each.address is None or each.address not in refused)


def _with_dependents(
    changes: Iterable[Change], stale: Mapping[Address, Diagnostic], unseen: Iterable[Address]
) -> dict[Address, Diagnostic]:
    refused = dict(stale)
    out = {*stale, *unseen}
    waiting = [each for each in changes if each.address not in stale]
    while behind := [each for each in waiting if each.depends_on & out]:
        for each in behind:
            refused[each.address] = _behind(each, sorted(map(str, each.depends_on & out)))
            out.add(each.address)
            waiting.remove(each)
    return refused


def _why(seen: Change, now: Change | None, today: Plan, out: set[Address]) -> Diagnostic:
    """A record that is as it was, and is to be done otherwise because of what it refers to, only waits for that."""
    awaited = sorted(map(str, seen.depends_on & out))
    is_itself = now is not None and (now.action, now.revision) == (seen.action, seen.revision)
    return _behind(seen, awaited) if awaited and is_itself else _stale(seen, now, today)


def _stale(seen: Change, now: Change | None, today: Plan) -> Diagnostic:
    return Diagnostic(
        code=STALE,
        summary="Stale: changed since the plan",
        detail=f"{_what_moved(seen, now, today)} This change was not made, so nothing of theirs was overwritten. Make a "
        "plan again to see what is to be done now.",
        origin=seen.origin,
        address=seen.address,
    )


def _behind(change: Change, others: list[str]) -> Diagnostic:
    return Diagnostic(
        code=BEHIND_STALE,
        summary="Waits for a stale change",
        detail=f"It refers to {', '.join(others)}, which is not as it was when the plan was made. This change was not "
        "made. Make a plan again.",
        origin=change.origin,
        address=change.address,
    )


def _what_moved(seen: Change, now: Change | None, today: Plan) -> str:
    if now is None:
        problems = [each for each in today.diagnostics if each.address == seen.address and has_errors([each])]
        return " ".join(each.detail for each in problems) or "Nothing asks for this record any more."
    if now.action is Action.NO_OP:
        return f"Somebody has already made it so{_by_whom(now)}."
    if seen.action is Action.CREATE and now.action is not Action.CREATE:
        return f"The plan would create this record, and it is there now{_by_whom(now)}."
    if now.action is Action.CREATE and seen.action is not Action.CREATE:
        return "The plan would change this record, and it is no longer there."
    return f"The record is not as it was when the plan was made{_by_whom(now)}: {_differences(seen, now)}."


def _by_whom(now: Change) -> str:
    return f" ({now.updated_by}, {now.updated_on} UTC)" if now.updated_by else ""


def _differences(seen: Change, now: Change) -> str:
    """Columns by name only: a value may be one that is not shown."""
    told = []
    if seen.revision != now.revision:
        told.append(f"its revision went from {seen.revision or 'none'} to {now.revision or 'none'}")
    moved = sorted(
        column
        for column in {**_held(seen), **_held(now)}
        if _held(seen).get(column) != _held(now).get(column)
    )
    if moved:
        told.append(f"{', '.join(moved)} moved")
    if _rows(seen) != _rows(now):
        told.append("its members moved")
    return "; ".join(told) or "what would be done to it is something else"


def _held(change: Change) -> dict[str, str]:
    """What the record was seen to hold, as far as it may be told."""
    own = (write for write in change.writes if not write.member_of)
    return {
        column: text for write in own for column, text in write.before.items() if column not in write.masked
    }


def _rows(change: Change) -> set[tuple[str, str]]:
    links: list[Write] = [write for write in change.writes if write.member_of]
    return {(write.verb.value, write.sys_id) for write in links}
