"""A plan's document read back, for reports: of `plan --json`, `drift --json` or `plan --out`. Not for applying.

References come back as the text that stands for them, and secrets as nothing beside their mask.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Finding, Review, Rule, Waiver
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Plan, Verb, Why, Write
from snowconf.model.plan_json import FORMAT_VERSION
from snowconf.model.value import RecordRef, Value

Document: TypeAlias = Mapping[str, Any]
REASONS = {"adopted": Action.ADOPT}


def is_readable(version: str) -> bool:
    """Is a document of this `format_version` one that is known here?"""
    return version.partition(".")[0] == FORMAT_VERSION.partition(".")[0]


def read_plan(document: Document) -> Plan:
    """The plan of a document; one of `drift --json` has what differs as its changes.

    Raises:
        ValueError: it is none, or of another major version; KeyError, TypeError and AttributeError too.
    """
    if not is_readable(str(document["format_version"])):
        raise ValueError(document["format_version"])
    changes = document["resource_changes"] if "resource_changes" in document else document["resource_drift"]
    return Plan(
        stack=_text(document["stack"]),
        instance=_text(document["instance"]),
        url=_text(document["url"]),
        changes=tuple(map(_change, changes)),
        diagnostics=tuple(map(_diagnostic, document["diagnostics"])),
    )


def read_review(document: Document) -> Review | None:
    """What its policies said; None where none were asked. Which rules found nothing no document tells.

    Raises:
        ValueError: as `read_plan`.
    """
    if "policy" not in document:
        return None
    policy = document["policy"]
    return Review(
        engine=_text(policy["engine"]),
        findings=tuple(map(_finding, policy["findings"])),
        waivers=tuple(map(_waiver, policy["waivers"])),
        diagnostics=tuple(map(_diagnostic, policy["diagnostics"])),
        was_judged=policy["verdict"] != "not judged",
    )


def _change(document: Document) -> Change:
    difference = document["change"]
    return Change(
        address=Address.parse(_text(document["address"])),
        action=_action(difference),
        table=_text(document["table"]),
        sys_id=_text(document["sys_id"]),
        origin=_origin(document["origin"]) or Origin("", 1),
        name=_text(document["natural_key"]),
        attributes=tuple(_attributes(difference)),
        members=tuple(_members(name, each, difference) for name, each in difference["members"].items()),
        writes=(Write(verb=Verb.UPDATE, table=_text(document["table"]), sys_id=""),)
        * int(document["requests"]),
        depends_on=frozenset(map(Address.parse, document["depends_on"])),
        unchanged=int(document["unchanged_attributes"]),
        found=bool(document["found"]),
        revision=_text(document["revision"]),
        updated_by=_text(document["updated_by"]),
        updated_on=_text(document["updated_on"]),
        notes=tuple(map(_text, document["notes"])),
        hazards=tuple(_hazard(each, document["address"]) for each in document["hazards"]),
        leaving=difference["action_reason"] == "left the files",
    )


def _action(difference: Document) -> Action:
    (action,) = difference["actions"]
    return REASONS.get(difference["action_reason"], Action(action))


def _attributes(difference: Document) -> Sequence[AttributeChange]:
    before, after = difference["before"] or {}, difference["after"] or {}
    masked = {**difference["before_sensitive"], **difference["after_sensitive"]}
    return [
        AttributeChange(
            attribute=name,
            before=_value(before.get(name)),
            after=_value(after.get(name)),
            origin=_origin(difference["origins"].get(name)),
            sensitive=name in masked,
            note=_text(difference["reasons"].get(name, "")),
            why=_why(difference, name),
        )
        for name in {**before, **after}
    ]


def _value(value: Any) -> Value | None:
    """Sets are named by what is in them, in the order of the document."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str | int | None):
        return value
    raise TypeError(value)


def _members(name: str, members: Document, difference: Document) -> MembersChange:
    return MembersChange(
        attribute=name,
        add=_refs(members["add"]),
        remove=_refs(members["remove"]),
        kept=_refs(members["kept"]),
        origin=_origin(difference["origins"].get(name)),
        why=_why(difference, name),
    )


def _refs(names: Sequence[str]) -> tuple[RecordRef, ...]:
    return tuple(RecordRef("", str(each)) for each in names)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _why(difference: Document, name: str) -> Why | None:
    return Why(difference["why"][name]) if name in difference["why"] else None


def _origin(document: Document | None) -> Origin | None:
    if document is None:
        return None
    gone = bool(document.get("gone", False))
    return Origin(_text(document["file"]), int(document["line"]), int(document["column"]), gone)


def _hazard(document: Document, address: str) -> Hazard:
    return Hazard(
        code=_text(document["code"]),
        sentence=_text(document["sentence"]),
        address=Address.parse(address),
        severity=Severity(document["severity"]),
    )


def _diagnostic(document: Document) -> Diagnostic:
    return Diagnostic(
        code=_text(document["code"]),
        summary=_text(document["summary"]),
        detail=_text(document["detail"]),
        severity=Severity(document["severity"]),
        origin=_origin(document["origin"]),
        address=_address(document["address"]),
    )


def _address(text: str | None) -> Address | None:
    return Address.parse(text) if text else None


def _finding(document: Document) -> Finding:
    severity = Severity(document["severity"])
    rule = Rule(
        id=_text(document["id"]),
        query=_text(document["query"]),
        severity=severity,
        origin=_origin(document["policy"]) or Origin("", 1),
        title=_text(document["title"]),
    )
    return Finding(
        id=_text(document["id"]),
        rule=rule,
        message=_text(document["message"]),
        severity=severity,
        address=_address(document["address"]),
        attribute=_text(document["attribute"] or ""),
        origin=_origin(document["origin"]),
        details=dict(document["details"]),
        waiver=_waiver(document["waiver"]) if document["waiver"] else None,
    )


def _waiver(document: Document) -> Waiver:
    return Waiver(
        rule=_text(document["rule"]),
        address=_text(document["address"]),
        owner=_text(document["owner"]),
        reason=_text(document["reason"]),
        expires=date.fromisoformat(_text(document["expires"])),
        origin=_origin(document["origin"]) or Origin("", 1),
    )
