"""What access controls say of promises that nobody tried: a refusal by role is certain, everything else is not. Pure.

Conditions and scripts only ever keep more people out, so who lacks the roles is refused whatever they say. Whoever has
them may be refused all the same, unless the instance was seen to take a change of such a record.
"""

from dataclasses import replace

from snowconf.engine.verify.ruling import Rulebook, Ruling
from snowconf.model.verification import Finding, Verdict

REFUSED = "Not tried: its access controls refuse it."
OPEN = "Not tried: its access controls let it through."
ALLOWED = "Its access controls let it through, and the instance took an empty change of a record."


def presume(finding: Finding, rulebook: Rulebook, user_name: str) -> Finding:
    """The finding as it is, or settled by what the runner could read.

    What must be refused counts as open when its access controls let it through: that is the safe side.
    """
    held = rulebook.roles_of(user_name)
    if finding.tried or held is None or not rulebook.whole:
        return finding
    promise, rows = finding.promise, rulebook.ruling(finding.promise)
    column = rulebook.ruling(promise, promise.column) if promise.column else rows
    if column.refusing(held) if finding.accepted else (rows.refusing(held) or column.refusing(held)):
        verdict = Verdict.DENIED if promise.allowed else Verdict.PROVEN
        return replace(finding, verdict=verdict, told=REFUSED, columns=_names(column, held))
    if not (_is_opened(rows, held) and (_is_opened(column, held) or not column.rules)):
        return finding
    if not promise.allowed:
        return replace(finding, verdict=Verdict.OPEN, told=OPEN, columns=_names(column, held))
    return replace(finding, verdict=Verdict.PROVEN, told=ALLOWED) if finding.accepted else finding


def _is_opened(ruling: Ruling, held: frozenset[str]) -> bool:
    """Does a role alone let such a user through? Conditions of others were weighed by the instance, if by anybody."""
    return any(not each.conditions for each in ruling.opening(held))


def _names(ruling: Ruling, held: frozenset[str]) -> tuple[str, ...]:
    """The column whose access control decides."""
    return (ruling.column,) if ruling.column and (ruling.refusing(held) or ruling.opening(held)) else ()
