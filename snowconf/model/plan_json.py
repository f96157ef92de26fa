"""Plans, drift, applies, holdings and diagnostics as JSON documents, shaped like Terraform's so that what people have works.

Values only: nothing is written here. Deterministic: the same plan gives the same bytes. A secret is null beside a mask.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias, assert_never

from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.drift import Drift, find_drift
from snowconf.model.hazard import Hazard
from snowconf.model.holding import Held, Holding
from snowconf.model.origin import Origin
from snowconf.model.outcome import ApplyReport, ColumnVerdict, Outcome, Status
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Plan
from snowconf.model.state import Record
from snowconf.model.value import Named, RecordRef, SecretSource, Value

# Readers accept more keys under the same major number, and refuse another one.
FORMAT_VERSION = "1.0"

Json: TypeAlias = Mapping[str, "Json"] | list["Json"] | str | int | bool | None
Document: TypeAlias = dict[str, Json]


def dump(document: Mapping[str, Json]) -> str:
    """The document as text, in ASCII: nothing in it can act on a terminal, nor on whatever reads the log of a pipeline."""
    # Azure Pipelines and GitHub Actions look for commands such as ##vso[…] anywhere in a line.
    return json.dumps(document, indent=2).replace("##", "#\\u0023") + "\n"


def plan_document(plan: Plan) -> Document:
    """The whole plan. `resource_drift` lists what drifted of records that exist, before as held and after as asked."""
    changed = find_drift(plan).differing
    return {
        **_head(plan),
        "resource_changes": [_change(each) for each in plan.changes],
        "resource_drift": [_change(each) for each in changed if each.action in (Action.UPDATE, Action.ADOPT)],
        "summary": _summary(plan),
        "diagnostics": diagnostics_json(plan.diagnostics),
        "errored": has_errors(plan.diagnostics),
    }


def drift_document(drift: Drift) -> Document:
    """What differs, secrets apart; those not known to be the declared ones are named in `unproven_secrets`."""
    return {
        **_head(drift.plan),
        "resource_drift": [_change(each) for each in drift.differing],
        "unproven_secrets": [
            {"address": str(address), "attribute": each.attribute} for address, each in drift.unproven
        ],
        "summary": {
            "drifted": len(drift.differing) + len(drift.drifted_secrets),
            "compared": len(drift.plan.changes),
        },
        "diagnostics": diagnostics_json(drift.plan.diagnostics),
        "errored": has_errors(drift.plan.diagnostics),
    }


def apply_document(report: ApplyReport) -> Document:
    """What an apply did; `remaining` is what still differs after observing again, null when that was not possible."""
    counts = {each: sum(outcome.status is each for outcome in report.outcomes) for each in Status}
    remaining = report.after.pending if report.after else None
    return {
        **_head(report.plan),
        "outcomes": [outcome_document(each) for each in report.outcomes],
        "remaining": None if remaining is None else [_change(each) for each in remaining],
        "requests": dict(sorted(report.requests.items())),
        "summary": {status.value.replace(" ", "_"): number for status, number in counts.items()},
        "interrupted": report.interrupted,
        "undone": apply_document(report.undone) if report.undone else None,
        "diagnostics": diagnostics_json(
            (*report.diagnostics, *(report.after.diagnostics if report.after else ()))
        ),
    }


def outcome_document(outcome: Outcome) -> Document:
    """What became of one change, column by column."""
    return {
        "address": str(outcome.change.address),
        "action": outcome.change.action.value,
        "status": outcome.status.value,
        "verdicts": [_verdict(each) for each in outcome.verdicts],
        "problem": _diagnostic(outcome.problem) if outcome.problem else None,
        "notes": [*outcome.notes],
    }


def holding_document(holding: Holding) -> Document:
    """What the instance holds; a secret or masked attribute is null and named in `sensitive`."""
    return {
        "format_version": FORMAT_VERSION,
        "resources": [_held(each) for each in holding.held],
        "diagnostics": diagnostics_json(holding.diagnostics),
        "errored": has_errors(holding.diagnostics),
    }


def diagnostics_document(diagnostics: Iterable[Diagnostic]) -> Document:
    """Nothing but problems: what a command prints when it got no further, and what validate prints."""
    listed = tuple(diagnostics)
    return {
        "format_version": FORMAT_VERSION,
        "valid": not has_errors(listed),
        "diagnostics": diagnostics_json(listed),
        "errored": has_errors(listed),
    }


def value_json(value: Value | None) -> Json:
    """The value as a file would say it, in JSON's types; null for a secret."""
    match value:
        case None | SecretSource():
            return None
        case frozenset():
            return [*sorted(str(each) for each in value)]
        case Named() | RecordRef():
            return str(value)
        case str() | int():
            return value
        case _:
            assert_never(value)


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> list[Json]:
    """The problems as a list."""
    return [_diagnostic(each) for each in diagnostics]


def origin_json(origin: Origin | None) -> Json:
    """The place, or null where there is none."""
    if origin is None:
        return None
    place: Document = {"file": origin.file, "line": origin.line, "column": origin.column}
    return place | ({"gone": True} if origin.gone else {})


def _head(plan: Plan) -> Document:
    return {
        "format_version": FORMAT_VERSION,
        "stack": plan.stack,
        "instance": plan.instance,
        "url": plan.url,
    }


def _change(change: Change) -> Document:
    return {
        "address": str(change.address),
        "type": change.address.kind,
        "name": change.address.label,
        "mode": "managed",
        "table": change.table,
        "sys_id": change.sys_id,
        "natural_key": change.name,
        "origin": origin_json(change.origin),
        "found": change.found,
        "revision": change.revision,
        "updated_by": change.updated_by,
        "updated_on": change.updated_on,
        "requests": len(change.writes),
        "depends_on": [*sorted(map(str, change.depends_on))],
        "notes": [*change.notes],
        "hazards": [_hazard(each) for each in change.hazards],
        "unchanged_attributes": change.unchanged,
        "change": _difference(change),
    }


def _hazard(hazard: Hazard) -> Document:
    return {"code": hazard.code, "sentence": hazard.sentence, "severity": hazard.severity.value}


def _difference(change: Change) -> Document:
    """Only what changes is in `before` and `after`; member sets are in `members`, as rows to add and to remove."""
    is_new, is_gone = change.action is Action.CREATE, change.action is Action.DELETE
    attributes = change.attributes
    masks: Document = {each.attribute: True for each in attributes if each.sensitive}
    return {
        "actions": _actions(change.action),
        "action_reason": _action_reason(change),
        "before": None if is_new else {each.attribute: _before(each) for each in attributes},
        "after": None if is_gone else {each.attribute: _after(each) for each in attributes},
        "after_unknown": {},
        "before_sensitive": {} if is_new else masks,
        "after_sensitive": {} if is_gone else masks,
        "members": {each.attribute: _members(each) for each in change.members},
        "origins": {each.attribute: origin_json(each.origin) for each in (*attributes, *change.members)},
        "reasons": {each.attribute: each.note for each in attributes if each.note},
        "why": {each.attribute: each.why.value for each in (*attributes, *change.members) if each.why},
    }


def _actions(action: Action) -> list[Json]:
    """In the words that tools know: to them an adoption is an update of what is there."""
    return [Action.UPDATE.value if action is Action.ADOPT else action.value]


def _action_reason(change: Change) -> str | None:
    if change.action is Action.ADOPT:
        return "adopted"
    return "left the files" if change.leaving else None


def _before(attribute: AttributeChange) -> Json:
    return None if attribute.sensitive else value_json(attribute.before)


def _after(attribute: AttributeChange) -> Json:
    return None if attribute.sensitive else value_json(attribute.after)


def _members(members: MembersChange) -> Document:
    return {
        "add": [*map(str, members.add)],
        "remove": [*map(str, members.remove)],
        "unchanged": len(members.kept),
        "kept": [str(each) for each in members.kept],
    }


def _verdict(verdict: ColumnVerdict) -> Document:
    return {
        "table": verdict.table,
        "column": verdict.column,
        "verdict": verdict.verdict.value,
        "sent": None if verdict.sensitive else verdict.sent,
        "held": None if verdict.sensitive else verdict.held,
    }


def _summary(plan: Plan) -> Document:
    counts: Document = {each.value.replace("-", "_"): plan.count(each) for each in Action}
    hazards: Document = dict(sorted(Counter(each.code for each in plan.hazards).items()))
    return {**counts, "requests": plan.write_count, "hazards": hazards}


def _held(held: Held) -> Document:
    record = held.record
    return {
        "address": str(held.address),
        "type": held.address.kind,
        "name": held.address.label,
        "table": held.table,
        "origin": origin_json(held.origin),
        "record": _record(held, record) if record else None,
    }


def _record(held: Held, record: Record) -> Document:
    hidden = held.masked | {*held.secrets}
    values = {
        name: None if name in hidden else value_json(value) for name, value in record.attributes.items()
    }
    return {
        "sys_id": record.sys_id,
        "attributes": values | dict.fromkeys(held.secrets),
        "members": {name: [*sorted(str(each.ref) for each in rows)] for name, rows in record.members.items()},
        "sensitive": [*sorted(hidden)],
        "not_shown": [*sorted(record.hidden)],
        "revision": record.revision,
        "updated_by": record.updated_by,
        "updated_on": record.updated_on,
    }


def _diagnostic(diagnostic: Diagnostic) -> Document:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "address": str(diagnostic.address) if diagnostic.address else None,
        "origin": origin_json(diagnostic.origin),
    }
