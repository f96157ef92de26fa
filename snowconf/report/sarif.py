"""Problems, hazards and findings as SARIF 2.1.0 (OASIS), for code scanning: each at its file and line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeAlias
from urllib.parse import quote

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import Waiver
from snowconf.model.origin import Origin
from snowconf.report.escaping import visible
from snowconf.report.issues import Issue, Subject, issues_of

Document: TypeAlias = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
# GitHub shows so many results of a run.
RESULTS = 5_000
# When nobody can say a file.
NOWHERE = Origin("snowconf.toml", 1)
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def sarif_document(subject: Subject, version: str) -> Document:
    """The log with one run; `version` is that of snowconf."""
    issues = [_placed(each, subject) for each in issues_of(subject)]
    rules = {each.rule: each for each in reversed(issues)}
    ids = sorted(rules)
    places = {rule: number for number, rule in enumerate(ids)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver([rules[each] for each in ids], version)},
                "automationDetails": {"id": _identity(subject)},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(issues, is_made=subject.is_made)],
                "results": [_result(each, places[each.rule]) for each in issues[:RESULTS]],
            }
        ],
    }


def _identity(subject: Subject) -> str:
    """By this a later run of the same stack and instance takes the place of an earlier one."""
    parts = (subject.occasion.value, subject.plan.stack, subject.plan.instance)
    return f"snowconf/{'/'.join(quote(visible(each), safe='') for each in parts if each)}/"


def _placed(issue: Issue, subject: Subject) -> Issue:
    """With a place in any case: GitHub takes nothing of a log in which one result has none."""
    origins = (each.origin for each in subject.plan.changes)
    return replace(issue, origin=issue.origin or subject.home or next(origins, NOWHERE))


def _driver(rules: Iterable[Issue], version: str) -> Document:
    return {"name": "snowconf", "semanticVersion": version, "rules": [_rule(each) for each in rules]}


def _rule(issue: Issue) -> Document:
    # What a rule says of itself; of a diagnostic its constant summary.
    why = {"fullDescription": {"text": _text(issue.why)}} if issue.why else {}
    fix = {"help": {"text": _text(issue.fix)}} if issue.fix else {}
    level = {"defaultConfiguration": {"level": LEVELS[issue.severity]}}
    return {"id": issue.rule, "shortDescription": {"text": _text(issue.title)}, **why, **fix, **level}


def _invocation(issues: Sequence[Issue], *, is_made: bool) -> Document:
    left = len(issues) - RESULTS
    if left <= 0:
        return {"executionSuccessful": is_made}
    text = (
        f"{left:,} results are left out, the gravest are here. The HTML report and plan --json have them all."
    )
    return {
        "executionSuccessful": is_made,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}],
    }


def _result(issue: Issue, place: int) -> Document:
    waived = {"suppressions": [_suppression(issue.waiver)]} if issue.waiver else {}
    about = f"{issue.address}: " if issue.address else ""
    return {
        "ruleId": issue.rule,
        "ruleIndex": place,
        "level": LEVELS[issue.severity],
        "message": {"text": _text(about + issue.text)},
        "locations": [_location(issue.origin or NOWHERE, issue.address)],
        "partialFingerprints": {"snowconf/v1": _fingerprint(issue)},
        **waived,
    }


def _location(origin: Origin, address: str) -> Document:
    """The line, or the first of the file when what stood there is gone."""
    file = quote(visible(origin.file).replace("\\", "/").removeprefix("./"))
    line, column = (1, 1) if origin.gone else (origin.line, origin.column)
    region = {"startLine": line, "startColumn": column}
    named = {"logicalLocations": [{"fullyQualifiedName": visible(address)}]} if address else {}
    return {"physicalLocation": {"artifactLocation": {"uri": file}, "region": region}, **named}


def _suppression(waiver: Waiver) -> Document:
    said = f"{waiver.owner}, until {waiver.expires}: {waiver.reason}"
    return {"kind": "external", "status": "accepted", "justification": visible(said)}


def _fingerprint(issue: Issue) -> str:
    """The same whatever line it is at and however it is worded."""
    parts = (
        issue.rule,
        issue.address,
        issue.attribute or issue.text if not issue.address else issue.attribute,
    )
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _text(text: str) -> str:
    """Plain text in which viewers find no link: brackets are escaped as SARIF 3.11.6 has it, placeholders doubled."""
    lines = (visible(each) for each in text.split("\n"))
    whole = "\n".join(lines).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return (whole or "(nothing said)").replace("{", "{{").replace("}", "}}")
