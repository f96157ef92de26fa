"""What becomes of a record that is owned and whose block has left the files (design.md 6, 8). Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from snowconf.engine.identifying import Identities
from snowconf.engine.observe.asking import Managed
from snowconf.engine.plan.writing import Wanted, deletion, writes_for
from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Ledger, Owned, Removal
from snowconf.model.plan import Action, AttributeChange, Change, Verb, Write
from snowconf.model.state import Record

GONE = "already gone from the instance"
KEPT = "left as it is: on_remove says keep"
RESTORED = "put back as it was before this stack adopted the record"
SWITCHED_OFF = "switched off instead of deleted, as on_remove says"


def departure(wanted: Wanted, identities: Identities) -> Change:
    """Delete, deactivate or keep what the stack created; put back what it adopted; forget either."""
    managed, record, owned = wanted.managed, wanted.record, wanted.managed.owned
    assert owned is not None, managed
    base = _base(managed, owned, record)
    if record is None:
        return replace(base, notes=(GONE,))
    if owned.custody is Custody.ADOPTED:
        return _put_back(base, wanted, identities)
    match _removal(managed, owned):
        case Removal.DELETE:
            writes = (*writes_for(wanted, identities), *deletion(managed, record.sys_id, wanted.image))
            return replace(base, action=Action.DELETE, members=wanted.difference.members, writes=writes)
        case Removal.DEACTIVATE:
            return _switched_off(base, wanted, record)
        case Removal.KEEP:
            return replace(base, notes=(KEPT,))
        case _ as unreachable:
            assert_never(unreachable)


def waits_for(address: Address, pending: Mapping[Address, Change], ledger: Ledger) -> frozenset[Address]:
    """What must be done before this record may go: everything that referred to it when it was last applied."""
    return frozenset(
        each
        for each in pending
        if each != address and each in ledger.entries and address in ledger.entries[each].depends_on
    )


def _base(managed: Managed, owned: Owned, record: Record | None) -> Change:
    return Change(
        address=managed.address,
        action=Action.FORGET,
        table=managed.kind.table,
        sys_id=owned.sys_id,
        origin=managed.resource.origin,
        name=owned.name,
        revision=record.revision if record else "",
        updated_by=record.updated_by if record else "",
        updated_on=record.updated_on if record else "",
        leaving=True,
    )


def _removal(managed: Managed, owned: Owned) -> Removal:
    """What cannot be switched off is kept: deleting it was not asked for."""
    if owned.on_remove is Removal.DEACTIVATE and not managed.kind.deactivation:
        return Removal.KEEP
    return owned.on_remove


def _put_back(base: Change, wanted: Wanted, identities: Identities) -> Change:
    attributes = tuple(replace(each, note=RESTORED) for each in wanted.difference.attributes)
    members = wanted.difference.members
    return replace(base, attributes=attributes, members=members, writes=writes_for(wanted, identities))


def _switched_off(base: Change, wanted: Wanted, record: Record) -> Change:
    kind, held = wanted.managed.kind, wanted.image.columns
    columns = kind.deactivation
    column = next(iter(columns))
    decode = next((each.decode for each in kind.readable if each.column == column), str)
    change = AttributeChange(
        attribute=column,
        before=decode(held[column]) if column in held else None,
        after=decode(columns[column]),
        origin=None,
        note=SWITCHED_OFF,
    )
    write = Write(
        verb=Verb.UPDATE,
        table=base.table,
        sys_id=record.sys_id,
        columns=columns,
        before={name: held[name] for name in columns if name in held},
    )
    return replace(base, attributes=(change,), writes=(write,))
