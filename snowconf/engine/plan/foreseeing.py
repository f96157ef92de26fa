"""One change with its hazards and with what follows from it, by what its kind has at stake. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from snowconf.engine.context import Context
from snowconf.engine.plan.authorizing import needs_elevation
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes.case import Case, Stake
from snowconf.kinds.stakes.touching import is_deleted, names
from snowconf.model.diagnostic import Severity
from snowconf.model.hazard import Hazard
from snowconf.model.plan import Action, Change


def foresee(case: Case, kind: Kind, context: Context) -> Change:
    """The change of a case with everything that can be said of what it does."""
    change = case.change
    hazards = (*_common(change, context), *_of_kind(case, kind.stakes, context))
    notes = (note for each in kind.stakes if not each.hazard for note in each.find(case))
    return replace(change, hazards=tuple(hazards), notes=(*change.notes, *notes))


def _common(change: Change, context: Context) -> Iterable[Hazard]:
    """What any kind can do."""
    if is_deleted(change):
        yield _hazard(change, "deletion", f"The record of {change.table} is deleted, whoever refers to it.")
    if change.action is Action.ADOPT:
        yield _hazard(change, "adoption", _adoption(change))
    if context.elevation and any(needs_elevation(each.table) for each in change.writes):
        sentence = "Only a session elevated to security_admin may write this, and REST cannot be one."
        yield _hazard(change, "needs_elevation", sentence, Severity.ERROR)


def _of_kind(case: Case, stakes: Iterable[Stake], context: Context) -> Iterable[Hazard]:
    for stake in stakes:
        if stake.hazard:
            severity = (
                Severity.ERROR
                if stake.forbidden and not context.allowances.self_lockout
                else Severity.WARNING
            )
            yield from (
                _hazard(case.change, stake.hazard, sentence, severity) for sentence in stake.find(case)
            )


def _adoption(change: Change) -> str:
    found = "This stack has not made the record, and manages it from now on"
    overwritten = [each.attribute for each in change.attributes]
    overwritten += [each.attribute for each in change.members]
    return (
        f"{found}: it overwrites {names(overwritten)}."
        if overwritten
        else f"{found}; nothing is overwritten."
    )


def _hazard(change: Change, code: str, sentence: str, severity: Severity = Severity.WARNING) -> Hazard:
    return Hazard(code=code, sentence=sentence, address=change.address, severity=severity)
