"""One rich plan as reviewers get it: everything that can be in a report is in it."""

from dataclasses import replace
from datetime import date

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.drift import find_drift
from snowconf.model.finding import Finding, Review, Rule, Waiver
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Plan
from snowconf.report.issues import Occasion, Subject, harmless, policy_sentence
from snowconf.report.terminal_drift import summarise_drift
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


# Rules by id: the title, what is found, why, how to mend it.
RULES = {
    "oauth.lifespan": (
        "Access tokens live too long",
        "Access tokens of the client live for 7,200 seconds, and 1,800 is the most that is allowed.",
        "Who gets hold of a token may use it until it ends, and nothing takes it back.",
        "Write access_token_lifespan = 1800.",
    ),
    "acl.wildcard": (
        "A rule of every column of a table",
        "The access control opens sys_dictionary.*, every column that is and will be.",
        "A column that is added later is open from its first day.",
        "Name the columns that are read.",
    ),
    "least_privilege.no_admin": (
        "An integration with an administrator's role",
        "The user gets itil_admin, which may change what others own.",
        "An integration's password is in more hands than a person's.",
        "Give it a role of its own.",
    ),
    "secrets.literal": ("A secret that stands in a file", "", "", ""),
}


def rule(name: str, severity: Severity = Severity.ERROR) -> Rule:
    """A rule of the policies."""
    title, _, why, fix = RULES[name]
    return Rule(
        id=name,
        query="data.main.deny",
        severity=severity,
        origin=Origin("policies/main.rego", 12),
        title=title,
        why=why,
        fix=fix,
    )


def finding(
    name: str,
    address: Address,
    line: int,
    *,
    severity: Severity = Severity.ERROR,
    waiver: Waiver | None = None,
) -> Finding:
    """Something that the rule found, at that line."""
    return Finding(
        id=name,
        rule=rule(name, severity),
        message=RULES[name][1],
        severity=severity,
        address=address,
        origin=Origin("finout.toml", line, 3),
        waiver=waiver,
    )


@pytest.fixture
def review() -> Review:
    """Denied, warned of, waived, and a rule that found nothing."""
    return Review(
        engine="regorus",
        rules=tuple(map(rule, RULES)),
        findings=(
            finding("oauth.lifespan", Address("oauth_app", "finout"), 21),
            finding("acl.wildcard", Address("acl", "read_columns"), 30, severity=Severity.WARNING),
            finding("least_privilege.no_admin", Address("user", "svc_finout"), 15, waiver=WAIVER),
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
    # An error would be among the plan's own; this one was allowed.
    hazards = tuple(replace(each, severity=Severity.WARNING) for each in gone.hazards)
    changes = (*plan_of_owner.changes, replace(gone, hazards=hazards))
    rich = replace(plan_of_owner, changes=changes, diagnostics=plan.diagnostics)
    said = f"{summarise(rich, folder='examples/finout')} {policy_sentence(review)}"
    return Subject(plan=rich, review=review, summary=said)


@pytest.fixture
def drifted(plan: Plan) -> Subject:
    """What differs on the instance: a record is missing, two differ, one is there that must not be."""
    found = find_drift(plan)
    return Subject(
        plan=replace(plan, changes=tuple(map(harmless, found.differing))),
        occasion=Occasion.DRIFT,
        summary=summarise_drift(found, folder="examples/finout"),
    )
