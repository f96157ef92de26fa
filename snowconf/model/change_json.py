"""Changes as JSON and back, with all that it takes to carry them out or to take them back.

What is masked is null and comes back as nothing; a secret is only ever the place it comes from.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, assert_never

from snowconf.model.address import Address
from snowconf.model.diagnostic import Severity
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.ownership import Custody, Owned, Removal
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Verb, Why, Write
from snowconf.model.value import Named, RecordRef, SecretSource, Target, Value

Document: TypeAlias = dict[str, Any]


def change_document(change: Change) -> Document:
    """The change as a JSON object."""
    return {
        "address": str(change.address),
        "action": change.action.value,
        "table": change.table,
        "sys_id": change.sys_id,
        "origin": _origin_document(change.origin),
        "name": change.name,
        "attributes": [_attribute_document(each) for each in change.attributes],
        "members": [_members_document(each) for each in change.members],
        "writes": [write_document(each) for each in change.writes],
        "depends_on": sorted(map(str, change.depends_on)),
        "unchanged": change.unchanged,
        "found": change.found,
        "leaving": change.leaving,
        "revision": change.revision,
        "updated_by": change.updated_by,
        "updated_on": change.updated_on,
        "notes": list(change.notes),
        "hazards": [_hazard_document(each) for each in change.hazards],
        "owned": owned_document(change.owned),
    }


def read_change(document: Mapping[str, Any]) -> Change:
    """The change back.

    Raises:
        ValueError: it is none; KeyError, TypeError and AttributeError too.
    """
    return Change(
        address=Address.parse(document["address"]),
        action=Action(document["action"]),
        table=document["table"],
        sys_id=document["sys_id"],
        origin=_read_origin(document["origin"]) or Origin("", 1),
        name=document["name"],
        attributes=tuple(map(_read_attribute, document["attributes"])),
        members=tuple(map(_read_members, document["members"])),
        writes=tuple(map(_read_write, document["writes"])),
        depends_on=frozenset(map(Address.parse, document["depends_on"])),
        unchanged=document["unchanged"],
        found=document["found"],
        leaving=document["leaving"],
        revision=document["revision"],
        updated_by=document["updated_by"],
        updated_on=document["updated_on"],
        notes=tuple(document["notes"]),
        hazards=tuple(_read_hazard(each, document["address"]) for each in document.get("hazards", ())),
        owned=read_owned(document["owned"]),
    )


def _hazard_document(hazard: Hazard) -> Document:
    return {"code": hazard.code, "sentence": hazard.sentence, "severity": hazard.severity.value}


def _read_hazard(document: Mapping[str, Any], address: str) -> Hazard:
    return Hazard(
        code=document["code"],
        sentence=document["sentence"],
        address=Address.parse(address),
        severity=Severity(document["severity"]),
    )


def write_document(write: Write) -> Document:
    """One request, with null for every value that is masked."""
    return {
        "verb": write.verb.value,
        "table": write.table,
        "sys_id": write.sys_id,
        "columns": _unmasked(write.columns, write.masked),
        "secrets": {column: _source_document(each) for column, each in write.secrets.items()},
        "before": _unmasked(write.before, write.masked),
        "masked": sorted(write.masked),
        "display_input": write.display_input,
        "member_of": write.member_of,
    }


def owned_document(owned: Owned | None) -> Document | None:
    """A ledger's entry; of secrets only which there are."""
    if owned is None:
        return None
    return {
        "address": str(owned.address),
        "table": owned.table,
        "sys_id": owned.sys_id,
        "custody": owned.custody.value,
        "name": owned.name,
        "origin": owned.origin,
        "digests": dict(owned.digests),
        "secrets": sorted(owned.secrets),
        "before": dict(owned.before),
        "on_remove": owned.on_remove.value,
        "prevent_delete": owned.prevent_delete,
        "depends_on": sorted(map(str, owned.depends_on)),
    }


def read_owned(document: Mapping[str, Any] | None) -> Owned | None:
    """The entry back; its secrets are of writes that nobody confirmed."""
    if document is None:
        return None
    return Owned(
        address=Address.parse(document["address"]),
        table=document["table"],
        sys_id=document["sys_id"],
        custody=Custody(document["custody"]),
        name=document["name"],
        origin=document["origin"],
        digests=dict(document["digests"]),
        secrets=dict.fromkeys(document["secrets"], ""),
        before=dict(document["before"]),
        on_remove=Removal(document["on_remove"]),
        prevent_delete=document["prevent_delete"],
        depends_on=tuple(map(Address.parse, document["depends_on"])),
    )


def _read_write(document: Mapping[str, Any]) -> Write:
    return Write(
        verb=Verb(document["verb"]),
        table=document["table"],
        sys_id=document["sys_id"],
        columns=_shown(document["columns"]),
        secrets={column: SecretSource(*each) for column, each in document["secrets"].items()},
        before=_shown(document["before"]),
        masked=frozenset(document["masked"]),
        display_input=document["display_input"],
        member_of=document["member_of"],
    )


def _unmasked(values: Mapping[str, str], masked: frozenset[str]) -> Document:
    return {column: None if column in masked else value for column, value in values.items()}


def _shown(values: Mapping[str, str | None]) -> dict[str, str]:
    return {column: value for column, value in values.items() if value is not None}


def _attribute_document(change: AttributeChange) -> Document:
    is_hidden = change.sensitive and not isinstance(change.after, SecretSource)
    return {
        "attribute": change.attribute,
        "before": None if change.sensitive else _value_document(change.before),
        "after": None if is_hidden else _value_document(change.after),
        "origin": _origin_document(change.origin),
        "sensitive": change.sensitive,
        "note": change.note,
        "why": change.why.value if change.why else None,
    }


def _read_attribute(document: Mapping[str, Any]) -> AttributeChange:
    return AttributeChange(
        attribute=document["attribute"],
        before=_read_value(document["before"]),
        after=_read_value(document["after"]),
        origin=_read_origin(document["origin"]),
        sensitive=document["sensitive"],
        note=document["note"],
        why=_read_why(document["why"]),
    )


def _members_document(change: MembersChange) -> Document:
    return {
        "attribute": change.attribute,
        "add": _refs_document(change.add),
        "remove": _refs_document(change.remove),
        "kept": _refs_document(change.kept),
        "origin": _origin_document(change.origin),
        "why": change.why.value if change.why else None,
    }


def _read_members(document: Mapping[str, Any]) -> MembersChange:
    add, remove, kept = (_read_refs(document[name]) for name in ("add", "remove", "kept"))
    return MembersChange(
        attribute=document["attribute"],
        add=add,
        remove=remove,
        kept=kept,
        origin=_read_origin(document["origin"]),
        why=_read_why(document["why"]),
    )


def _refs_document(refs: Iterable[RecordRef]) -> list[list[str]]:
    return [[each.sys_id, each.name] for each in refs]


def _read_refs(document: Iterable[list[str]]) -> tuple[RecordRef, ...]:
    return tuple(RecordRef(*each) for each in document)


def _value_document(value: Value | None) -> Any:
    match value:
        case None | str() | int():
            return value
        case SecretSource():
            return {"secret": _source_document(value)}
        case Named():
            return {"named": [value.target.table, value.target.key, value.target.kind, value.name]}
        case RecordRef():
            return {"record": [value.sys_id, value.name]}
        case frozenset():
            return {"set": [_value_document(each) for each in sorted(value)]}
        case _:
            assert_never(value)


def _source_document(source: SecretSource) -> list[str | int]:
    """Where it is, and its length when it is generated."""
    return [source.provider, source.name, *([source.generate] if source.generate else [])]


def _read_value(document: Any) -> Value | None:
    match document:
        case {"secret": [provider, name, *generate]}:
            return SecretSource(provider, name, *generate)
        case {"named": [table, key, kind, name]}:
            return Named(Target(table, key, kind), name)
        case {"record": [sys_id, name]}:
            return RecordRef(sys_id, name)
        case {"set": [*names]}:
            return frozenset(each for each in map(_read_value, names) if isinstance(each, Named))
        case None | str() | int():
            return document
        case _:
            raise ValueError("no value of an attribute")


def _origin_document(origin: Origin | None) -> list[Any] | None:
    return [origin.file, origin.line, origin.column, *([True] if origin.gone else [])] if origin else None


def _read_origin(document: list[Any] | None) -> Origin | None:
    return Origin(*document) if document else None


def _read_why(text: str | None) -> Why | None:
    return Why(text) if text else None
