"""What happens in a run as events, one JSON object a line, in the manner of Terraform's `-json`: for whoever watches.

Each has `type`, `@level`, `@message`, `@module` and `@timestamp`; the rest is as in the documents of `plan` and `apply`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Review
from snowconf.model.finding_json import finding_document
from snowconf.model.outcome import ApplyReport, Outcome, Status
from snowconf.model.plan import Action, Plan
from snowconf.model.plan_json import (
    FORMAT_VERSION,
    apply_document,
    diagnostics_json,
    outcome_document,
    plan_document,
)
from snowconf.report.escaping import visible
from snowconf.report.issues import policy_sentence

Event: TypeAlias = dict[str, Any]
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warn"}
# What became of a change, as the type of its event.
ENDS = {
    Status.DONE: "apply_complete",
    Status.FAILED: "apply_errored",
    Status.UNKNOWN: "apply_errored",
    Status.NOT_ATTEMPTED: "apply_skipped",
}


def version_event(version: str) -> Event:
    """The first of every run: who speaks, and in which format."""
    return {**_event("version", f"snowconf {version}"), "snowconf": version, "format_version": FORMAT_VERSION}


def progress_event(phase: str, subject: str, *, done: int, total: int) -> Event:
    """So far the work is: a table was read, a resource written."""
    how = f"{total} s" if phase == "waiting" else f"{done} of {total}"
    said = f"{phase.capitalize()} {how}: {subject}"
    return {**_event("progress", said), "phase": phase, "subject": subject, "done": done, "total": total}


def plan_events(plan: Plan) -> Iterator[Event]:
    """Each change that does something, each problem, and the sum."""
    document = plan_document(plan)
    documents = {
        str(each.address): found for each, found in zip(plan.changes, _changes(document), strict=True)
    }
    for change in plan.pending:
        said = f"{change.address}: plan to {change.action.value}"
        yield {**_event("planned_change", said), "change": documents[str(change.address)]}
    yield from diagnostic_events(plan.diagnostics)
    yield {**_event("change_summary", _sum(plan)), "operation": "plan", "changes": document["summary"]}


def review_events(review: Review | None) -> Iterator[Event]:
    """Each finding of the policies, and their verdict."""
    if review is None:
        return
    for each in review.findings:
        level = "info" if each.waiver else LEVELS[each.severity]
        yield {**_event("policy_finding", each.message, level), "finding": finding_document(each)}
    yield from diagnostic_events(review.diagnostics)
    level = "error" if review.is_denied else "info"
    yield {**_event("policy_verdict", policy_sentence(review), level), "denied": review.is_denied}


def outcome_event(outcome: Outcome) -> Event:
    """What became of a change."""
    said = f"{outcome.change.address}: {outcome.change.action.value} {outcome.status.value}"
    level = "info" if outcome.status is Status.DONE else "error"
    return {**_event(ENDS[outcome.status], said, level), "outcome": outcome_document(outcome)}


def apply_events(report: ApplyReport, *, told: Sequence[Outcome] = ()) -> Iterator[Event]:
    """What became of each change but for what was `told` when it ended, each problem, and the sum."""
    document = apply_document(report)
    yield from (outcome_event(each) for each in report.outcomes if each not in told)
    yield from diagnostic_events(report.diagnostics)
    said = (
        ", ".join(f"{number} {status}" for status, number in _counts(report).items() if number)
        or "nothing to do"
    )
    done = {"operation": "apply", "changes": document["summary"], "interrupted": report.interrupted}
    yield {**_event("change_summary", f"Applied: {said}"), **done}


def diagnostic_events(diagnostics: Iterable[Diagnostic]) -> Iterator[Event]:
    """One for each problem."""
    for each in diagnostics:
        (document,) = diagnostics_json([each])
        said = f"{each.severity.value.capitalize()}: {each.summary}"
        yield {**_event("diagnostic", said, LEVELS[each.severity]), "diagnostic": document}


def dump_event(event: Event, timestamp: str) -> str:
    """The event on one line, in ASCII and with nothing that a log's reader would act on; `timestamp` as ISO 8601."""
    text = json.dumps({**event, "@timestamp": timestamp}, separators=(",", ":"))
    return text.replace("##", "#\\u0023") + "\n"


def _event(sort: str, message: str, level: str = "info") -> Event:
    return {"@level": level, "@message": visible(message), "@module": "snowconf", "type": sort}


def _changes(document: Any) -> list[Event]:
    found: list[Event] = document["resource_changes"]
    return found


def _sum(plan: Plan) -> str:
    actions = {each.action for each in plan.pending}
    counts = (f"{plan.count(each)} to {each.value}" for each in Action if each in actions)
    return f"Plan: {', '.join(counts) or 'no changes'}"


def _counts(report: ApplyReport) -> dict[str, int]:
    return {each.value: sum(one.status is each for one in report.outcomes) for each in Status}
