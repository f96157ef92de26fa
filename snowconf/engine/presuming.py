"""What access controls say of promises that nobody tried: a refusal by role is certain, everything else is not. Pure.

Conditions and scripts only ever keep more people out, so who lacks the roles is refused whatever they say. Whoever has
them may be refused all the same, unless the instance was seen to take a change of such a record.
"""

from dataclasses import replace

from snowconf.engine.ruling import Rulebook, Ruling
from snowconf.model.verification import Finding, Verdict

REFUSED = "Not tried: its access controls refuse it."
ALLOWED = "Its access controls let it through, and the instance took an empty change of a record."


def presume(finding: Finding, rulebook: Rulebook, user_name: str) -> Finding:
    """The finding as it is, or settled by what the runner could read."""
    held = rulebook.roles_of(user_name)
    if finding.tried or held is None or not rulebook.whole:
        return finding
    promise, rows = finding.promise, rulebook.ruling(finding.promise)
    if rows.refusing(held):
        verdict = Verdict.DENIED if promise.allowed else Verdict.PROVEN
        return finding if finding.accepted else replace(finding, verdict=verdict, told=REFUSED)
    column = rulebook.ruling(promise, promise.column) if promise.column else rows
    if finding.accepted and rows.opening(held) and _is_open(column, held, of_rows=not promise.column):
        verdict = Verdict.PROVEN if promise.allowed else Verdict.OPEN
        return replace(finding, verdict=verdict, told=ALLOWED)
    return finding


def _is_open(ruling: Ruling, held: frozenset[str], *, of_rows: bool) -> bool:
    """Conditions on records were weighed by the instance; those on a column are not known to have been."""
    if of_rows or not ruling.rules:
        return True
    certain = [each for each in ruling.opening(held) if not each.conditions]
    return bool(certain) and not any(each.denies and each.conditions for each in ruling.rules)
