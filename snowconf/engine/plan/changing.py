"""One resource's change as people review it, and the entry the ledger will have of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from snowconf.engine.observe import problems
from snowconf.engine.observe.asking import Managed, image_columns
from snowconf.engine.observe.imaging import Image, image_of
from snowconf.engine.observe.matching import Match
from snowconf.engine.plan.diffing import Difference
from snowconf.engine.plan.masking import masked_attributes
from snowconf.engine.plan.owning import MEMBERS, digest, digest_members, stored_members, why
from snowconf.engine.plan.writing import Wanted, deletion
from snowconf.engine.port import Row
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Custody, Owned
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Why
from snowconf.model.state import Record
from snowconf.model.value import RecordRef, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a block asks for, with every reference resolved."""

    values: Mapping[str, Value]
    members: Mapping[str, frozenset[RecordRef]]
    depends_on: frozenset[Address] = frozenset()


def described(wanted: Wanted) -> Change:
    """The change without its writes."""
    managed, record, difference = wanted.managed, wanted.record, wanted.difference
    return Change(
        address=managed.address,
        action=_action(wanted),
        table=managed.kind.table,
        sys_id=wanted.sys_id,
        origin=managed.resource.origin,
        name=name_of(managed),
        attributes=(*difference.attributes, *wanted.secrets),
        members=difference.members,
        unchanged=difference.unchanged,
        found=record is not None and record.sys_id != managed.own_id,
        revision=record.revision if record else "",
        updated_by=record.updated_by if record else "",
        updated_on=record.updated_on if record else "",
    )


def absence(found: Match) -> Change:
    """A record that the stack wants gone."""
    managed, row = found.managed, found.row
    evidence = row or {}
    return Change(
        address=managed.address,
        action=Action.DELETE if row else Action.NO_OP,
        table=managed.kind.table,
        sys_id=row["sys_id"] if row else managed.own_id,
        origin=managed.resource.origin,
        name=name_of(managed),
        writes=deletion(managed, row["sys_id"], seen_of(managed, row)) if row else (),
        found=row is not None and row["sys_id"] != managed.own_id,
        revision=evidence.get("sys_mod_count", ""),
        updated_by=evidence.get("sys_updated_by", ""),
        updated_on=evidence.get("sys_updated_on", ""),
    )


def seen_of(managed: Managed, row: Row) -> Image:
    """What is known of the record besides what its block writes."""
    return image_of(managed.kind, managed.resource, row, image_columns(managed))


def name_of(managed: Managed) -> str:
    """What people call the record; empty for kinds without a natural key."""
    return next(iter(managed.key_columns().values()), "")


def explained(difference: Difference, managed: Managed) -> Difference:
    """With why each attribute differs, as far as the ledger knows; without putting back what others have changed."""
    applied = managed.owned.digests if managed.owned else {}
    attributes = tuple(_with_why(each, managed, applied) for each in difference.attributes)
    members = tuple(_with_why_members(each, applied) for each in difference.members)
    return replace(
        difference,
        attributes=tuple(
            replace(each, why=_told(each, managed))
            for each in attributes
            if not _is_others(each.attribute, each.why, managed)
        ),
        members=tuple(
            replace(each, why=_told(each, managed))
            for each in members
            if not _is_others(each.attribute, each.why, managed)
        ),
    )


def entry_of(wanted: Wanted, asked: Asked, *, made_here: bool) -> Owned:
    """What the ledger will say of the record once the change is done."""
    managed, earlier = wanted.managed, wanted.managed.owned
    custody = earlier.custody if earlier else (Custody.CREATED if made_here else Custody.ADOPTED)
    return Owned(
        address=managed.address,
        table=managed.kind.table,
        sys_id=wanted.sys_id,
        custody=custody,
        name=name_of(managed),
        origin=str(managed.resource.origin),
        digests=dict(_digests(managed, wanted.record, asked)),
        secrets=earlier.secrets if earlier else {},
        before=_before_images(wanted) if custody is Custody.ADOPTED else {},
        on_remove=managed.resource.on_remove or managed.kind.on_remove,
        prevent_delete=managed.resource.prevent_delete,
        depends_on=tuple(sorted(asked.depends_on)),
    )


def immutables(managed: Managed, record: Record | None, difference: Difference) -> Iterable[Diagnostic]:
    """What the platform fixes at creation and the block wants otherwise."""
    for change in difference.attributes if record else ():
        if managed.kind.attribute(change.attribute).immutable:
            origin = change.origin or managed.resource.origin
            yield problems.immutable(managed, change.attribute, str(change.before), origin)


def _action(wanted: Wanted) -> Action:
    if wanted.record is None:
        return Action.CREATE
    return Action.NO_OP if wanted.difference.is_empty and not wanted.secrets else Action.UPDATE


def _with_why(change: AttributeChange, managed: Managed, applied: Mapping[str, str]) -> AttributeChange:
    attribute = managed.kind.attribute(change.attribute)
    stored = ["" if value is None else attribute.encode(value) for value in (change.before, change.after)]
    held, asked = map(digest, stored)
    return replace(change, why=why(applied.get(change.attribute), held, asked))


def _with_why_members(change: MembersChange, applied: Mapping[str, str]) -> MembersChange:
    held = digest_members((*change.kept, *change.remove))
    asked = digest_members((*change.kept, *change.add))
    return replace(change, why=why(applied.get(change.attribute), held, asked))


def _told(change: AttributeChange | MembersChange, managed: Managed) -> Why | None:
    """Nobody edited what the block says no more: it goes back to what the record held before."""
    return Why.RESTORED if change.attribute in managed.restored and change.why else change.why


def _is_others(attribute: str, reason: Why | None, managed: Managed) -> bool:
    """Would putting it back overwrite what somebody else has made of it since this stack wrote it?"""
    return attribute in managed.restored and reason is not Why.EDITED


def _digests(managed: Managed, record: Record | None, asked: Asked) -> Iterable[tuple[str, str]]:
    unseen = masked_attributes(managed, record) | managed.restored
    for attribute in managed.kind.readable:
        if attribute.name in asked.values and attribute.name not in unseen:
            yield attribute.name, digest(attribute.encode(asked.values[attribute.name]))
    for name, refs in asked.members.items():
        if name not in unseen:
            yield name, digest_members(refs)


def _before_images(wanted: Wanted) -> dict[str, str]:
    """What an adopted record held: remembered from the first change of a column until it is put back."""
    managed = wanted.managed
    images = dict(managed.owned.before) if managed.owned else {}
    for change in wanted.difference.attributes:
        attribute = managed.kind.attribute(change.attribute)
        if change.before is not None and not change.sensitive:
            images.setdefault(attribute.column, attribute.encode(change.before))
    for moved in wanted.difference.members:
        images.setdefault(f"{MEMBERS}{moved.attribute}", stored_members((*moved.kept, *moved.remove)))
    restored = {_column_of(managed, name) for name in managed.restored}
    return {column: stored for column, stored in images.items() if column not in restored}


def _column_of(managed: Managed, name: str) -> str:
    return f"{MEMBERS}{name}" if name in managed.put_back else managed.kind.attribute(name).column
