"""Waivers against findings: which are taken by whose word, and which waivers are over, needless, or not to be had."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.finding import EVERYWHERE, Finding, Rule, Waiver
from snowconf.policy.guessing import did_you_mean
from snowconf.policy.problems import EXPIRED, NOT_WAIVABLE, UNUSED


def waive(
    findings: Sequence[Finding], waivers: Sequence[Waiver], *, rules: Sequence[Rule], today: date
) -> tuple[list[Finding], list[Diagnostic]]:
    """The findings, each with its waiver where one holds; and what there is to say of the waivers."""
    holding = [each for each in waivers if not each.is_expired(today)]
    waived = [_waived(each, holding) for each in findings]
    used = {each.waiver for each in waived if each.waiver}
    return waived, [
        problem
        for each in waivers
        for problem in _said_of(each, used=used, findings=findings, rules=rules, today=today)
    ]


def _waived(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    """With the waiver that names its address, or else one for everywhere."""
    fitting = [each for each in waivers if finding.rule.waivable and each.covers(finding.id, finding.address)]
    fitting.sort(key=lambda each: each.address == EVERYWHERE)
    return replace(finding, waiver=fitting[0]) if fitting else finding


def _said_of(
    waiver: Waiver, *, used: set[Waiver], findings: Sequence[Finding], rules: Sequence[Rule], today: date
) -> Iterator[Diagnostic]:
    covered = [each for each in findings if each.id == waiver.rule]
    rule = next((each for each in rules if each.id == waiver.rule), covered[0].rule if covered else None)
    where = "everywhere" if waiver.address == EVERYWHERE else f"at {waiver.address}"
    if waiver.is_expired(today):
        detail = (
            f"The waiver of '{waiver.rule}' {where} ended on {waiver.expires} ({waiver.owner}: {waiver.reason}). Mend what it was "
            "for and take it out, or have it decided again and write a later day."
        )
        yield EXPIRED.at(waiver.origin, detail)
    elif rule and not rule.waivable:
        detail = f"The rule '{waiver.rule}' ({rule.origin}) says of itself that no stack can waive it. Take the waiver out."
        yield NOT_WAIVABLE.at(waiver.origin, detail)
    elif waiver not in used:
        why = "finds nothing there" if rule else "is no rule of the policies that were asked"
        guess = "" if rule else did_you_mean(waiver.rule, {each.id for each in rules})
        yield UNUSED.at(
            waiver.origin, f"'{waiver.rule}' {why} ({where}).{guess} Correct the waiver, or take it out."
        )
