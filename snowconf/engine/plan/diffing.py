"""Comparing one resource with its record, attribute by attribute. Pure; values are already decoded and resolved."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snowconf.engine.observe.asking import Managed
from snowconf.kinds.attributes import Attribute
from snowconf.model.plan import AttributeChange, MembersChange
from snowconf.model.state import Member, Record
from snowconf.model.value import RecordRef, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs between a resource and its record, secrets apart; `unchanged` counts what does not."""

    attributes: tuple[AttributeChange, ...]
    members: tuple[MembersChange, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Is there nothing to do?"""
        return not (self.attributes or self.members)


def diff(
    managed: Managed,
    record: Record | None,
    values: Mapping[str, Value],
    members: Mapping[str, frozenset[RecordRef]],
) -> Difference:
    """What the resource asks for that the record is not; everything, when there is no record."""
    compared = [each for each in _compared(managed, record) if each.name in values]
    attributes = [_attribute_change(managed, each, record, values[each.name]) for each in compared]
    sets = [_members_change(managed, name, record, wanted) for name, wanted in sorted(members.items())]
    changed = tuple(filter(None, attributes))
    moved = tuple(each for each in sets if each.add or each.remove)
    return Difference(
        attributes=changed,
        members=moved,
        unchanged=len(attributes) + len(sets) - len(changed) - len(moved),
    )


def _compared(managed: Managed, record: Record | None) -> Iterable[Attribute]:
    """Everything that is written on create; afterwards not what is to be ignored or cannot be read."""
    left_alone = managed.resource.ignore | record.hidden if record else frozenset()
    return (each for each in managed.kind.readable if each.name not in left_alone)


def _attribute_change(
    managed: Managed, attribute: Attribute, record: Record | None, after: Value
) -> AttributeChange | None:  # fmt: skip
    before = record.attributes[attribute.name] if record else None
    if before == after:
        return None
    return AttributeChange(
        attribute=attribute.name,
        before=before,
        after=after,
        origin=managed.resource.attributes[attribute.name].origin,
        note=explain_structure(before, after),
    )


def _members_change(
    managed: Managed, name: str, record: Record | None, wanted: frozenset[RecordRef]
) -> MembersChange:  # fmt: skip
    held = frozenset(each.ref for each in (record.members.get(name, ()) if record else ()))
    ignored = record is not None and name in managed.resource.ignore
    return MembersChange(
        attribute=name,
        add=() if ignored else _by_name(wanted - held),
        remove=() if ignored else _by_name(held - wanted),
        kept=_by_name(wanted & held),
        origin=managed.resource.attributes[name].origin,
    )


def rows_to_remove(change: MembersChange, rows: Iterable[Member]) -> tuple[Member, ...]:
    """Every link row of the members to remove: one pair may have several (tables.md 3.3)."""
    gone = frozenset(change.remove)
    return tuple(row for row in rows if row.ref in gone)


def explain_structure(before: Value | None, after: Value | None) -> str:
    """For two JSON texts, which paths inside them differ; otherwise nothing."""
    one, other = _structure(before), _structure(after)
    if one is None or other is None:
        return ""
    if one == other:
        return "the same JSON, written differently"
    from deepdiff import DeepDiff  # noqa: PLC0415  0.3 s to import, and needed only here

    return str(DeepDiff(one, other, verbose_level=0).pretty()).replace("\n", "; ")


def _structure(value: Value | None) -> object:
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return None
    try:
        parsed: object = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return parsed


def _by_name(refs: Iterable[RecordRef]) -> tuple[RecordRef, ...]:
    return tuple(sorted(refs, key=lambda each: (str(each), each.sys_id)))
