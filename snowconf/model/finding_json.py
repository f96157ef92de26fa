"""What policies say of a plan as JSON: the part `policy` of the plan's document, and what a receipt keeps of waivers."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from snowconf.model.finding import Finding, Review, Rule, Waived, Waiver
from snowconf.model.origin import Origin
from snowconf.model.plan_json import diagnostics_json, origin_json

Document: TypeAlias = dict[str, Any]


def review_document(review: Review | None) -> Document:
    """`{"policy": …}`, or nothing where no policy was asked."""
    return {} if review is None else {"policy": policy_document(review)}


def policy_document(review: Review) -> Document:
    """The verdict, every finding with its place, every waiver with what became of it."""
    used = {each.waiver for each in review.findings if each.waiver}
    return {
        "verdict": _verdict(review),
        "engine": review.engine,
        "rules": len(review.rules),
        "summary": {
            "denied": len(review.denying),
            "warned": len(review.warning),
            "waived": len(review.waived),
        },
        "findings": [finding_document(each) for each in review.findings],
        "waivers": [{**waiver_document(each), "used": each in used} for each in review.waivers],
        "diagnostics": diagnostics_json(review.diagnostics),
    }


def finding_document(finding: Finding) -> Document:
    """One finding."""
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "message": finding.message,
        "title": finding.rule.title,
        "address": str(finding.address) if finding.address else None,
        "attribute": finding.attribute or None,
        "origin": origin_json(finding.origin),
        "policy": origin_json(finding.rule.origin),
        "query": finding.rule.query,
        "waiver": waiver_document(finding.waiver) if finding.waiver else None,
        "details": dict(finding.details),
    }


def waiver_document(waiver: Waiver) -> Document:
    """One waiver."""
    return {
        "rule": waiver.rule,
        "address": waiver.address,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
        "origin": origin_json(waiver.origin),
    }


def rule_document(rule: Rule) -> Document:
    """All that a rule says of itself."""
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "description": rule.description,
        "why": rule.why,
        "fix": rule.fix,
        "waivable": rule.waivable,
        "query": rule.query,
        "policy": origin_json(rule.origin),
    }


def waived_of(findings: Iterable[Finding]) -> tuple[Waived, ...]:
    """What a receipt keeps of findings that are waived."""
    return tuple(
        Waived(message=each.message, address=str(each.address or ""), waiver=each.waiver)
        for each in findings
        if each.waiver
    )


def waived_document(waived: Waived) -> Document:
    """The same as JSON."""
    return {
        "message": waived.message,
        "address": waived.address,
        "waiver": waiver_document(waived.waiver),
    }


def read_waived(document: Mapping[str, Any]) -> Waived:
    """And back.

    Raises:
        ValueError: it is none; KeyError and TypeError too.
    """
    waiver = document["waiver"]
    origin = waiver["origin"]
    return Waived(
        message=document["message"],
        address=document["address"],
        waiver=Waiver(
            rule=waiver["rule"],
            address=waiver["address"],
            owner=waiver["owner"],
            reason=waiver["reason"],
            expires=date.fromisoformat(waiver["expires"]),
            origin=Origin(origin["file"], origin["line"], origin["column"]),
        ),
    )


def _verdict(review: Review) -> str:
    if not review.was_judged:
        return "not judged"
    return "denied" if review.is_denied else "passed"
