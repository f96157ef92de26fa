"""One rich plan as reviewers get it: everything that can be in a report is in it."""

from dataclasses import replace
from datetime import date

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Finding, Review, Rule, Waiver
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Plan
from snowconf.report.issues import Occasion, Subject, policy_sentence
from snowconf.report.terminal_plan import summarise
from tests.report.conftest import Golden, plan, plan_of_owner, warning

__all__ = ["Golden", "plan", "plan_of_owner", "warning"]

WAIVER = Waiver(
    rule="least_privilege.no_admin",
    address="user.svc_finout",
    owner="jane.doe",
    reason="Until the migration is over",
    expires=date(2026, 12, 24),
    origin=Origin("finout.toml", 60),
)


def rule(name: str, severity: Severity = Severity.ERROR) -> Rule:
    """A rule of the policies."""
    return Rule(
        id=name,
        query="data.main.deny",
        severity=severity,
        origin=Origin("policies/main.rego", 12),
        title=f"What {name} says",
        why="Because an integration that may do everything will.",
        fix="Give it a role of its own.",
    )


def finding(name: str, *, severity: Severity = Severity.ERROR, waiver: Waiver | None = None) -> Finding:
    """Something that the rule found."""
    return Finding(
        id=name,
        rule=rule(name, severity),
        message=f"user.svc_finout does what {name} forbids",
        severity=severity,
        address=Address("user", "svc_finout"),
        origin=Origin("finout.toml", 15, 3),
        waiver=waiver,
    )


@pytest.fixture
def review() -> Review:
    """Denied, warned of, waived, and a rule that found nothing."""
    return Review(
        engine="regorus",
        rules=(rule("oauth.lifespan"), rule("acl.wildcard"), rule("least_privilege.no_admin"), rule("quiet")),
        findings=(
            finding("oauth.lifespan"),
            finding("acl.wildcard", severity=Severity.WARNING),
            finding("least_privilege.no_admin", waiver=WAIVER),
        ),
        waivers=(WAIVER,),
        diagnostics=(
            Diagnostic(
                code="SNC648",
                summary="Waiver not needed",
                detail="The waiver names a rule that finds nothing.",
                severity=Severity.WARNING,
                origin=Origin("finout.toml", 70),
            ),
        ),
    )


@pytest.fixture
def subject(plan_of_owner: Plan, plan: Plan, review: Review) -> Subject:
    """A plan with every action, hazards, a problem, findings and a waiver."""
    gone = next(each for each in plan.changes if each.action is Action.DELETE)
    rich = replace(plan_of_owner, changes=(*plan_of_owner.changes, gone), diagnostics=plan.diagnostics)
    said = f"{summarise(rich, folder='examples/finout')} {policy_sentence(review)}"
    return Subject(plan=rich, review=review, summary=said)


@pytest.fixture
def drifted(plan: Plan) -> Subject:
    """What differs on the instance."""
    return Subject(
        plan=replace(plan, changes=plan.pending[:3]),
        occasion=Occasion.DRIFT,
        summary="Drift: 7 attributes of 2 resources differ; 7 compared.",
    )
