"""What access controls say of promises that nobody tried: a refusal by role is certain, everything else is not. Pure.

Conditions and scripts only ever keep more people out, so who lacks the roles is refused whatever they say. Whoever has
them may be refused all the same: that only a try shows.
"""

from dataclasses import replace

from snowconf.engine.ruling import Rulebook
from snowconf.model.verification import Finding, Verdict

BY_RULES = "Not tried: its access controls refuse it."


def presume(finding: Finding, rulebook: Rulebook, user_name: str) -> Finding:
    """The finding as it is, or settled by what the runner could read."""
    held = rulebook.roles_of(user_name)
    if finding.tried or held is None or not rulebook.whole:
        return finding
    if not rulebook.ruling(finding.promise).refusing(held):
        return finding
    verdict = Verdict.DENIED if finding.promise.allowed else Verdict.PROVEN
    return replace(finding, verdict=verdict, told=BY_RULES)
