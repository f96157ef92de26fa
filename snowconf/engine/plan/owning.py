"""What the ledger means for a plan: whose a record is, what is remembered of it, what it will be remembered as. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from snowconf.engine.identifying import Identities
from snowconf.engine.observe.asking import Managed
from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.attributes import Members
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.ownership import Custody, Ledger, Owned
from snowconf.model.plan import Why
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Located, Named, RecordRef, Value

# Stands before the name of a members attribute among the columns of a before-image; no column begins so.
MEMBERS = "*"


def manage(desired: Desired, identities: Identities, ledger: Ledger | None) -> tuple[Managed, ...]:
    """Every resource with its kind, its entry and its sys_id; then what is owned and stands in no file any more."""
    known = ledger or Ledger(stack=desired.stack, url=identities.url)
    staying = tuple(_staying(each, _entry_of(each, known), identities) for each in desired.resources)
    kept = {each.owned.address for each in staying if each.owned}
    gone = (owned for address, owned in sorted(known.entries.items()) if address not in kept)
    return (*staying, *(_leaving(each) for each in gone if each.address.kind in KINDS))


def is_made_here(
    managed: Managed, sys_id: str, *, parent: Value | None, identities: Identities, ledger: Ledger
) -> bool:
    """Has this stack made the record, or the one that the platform made it along with, its `parent`?"""
    if sys_id == identities.of(managed.address) or not isinstance(parent, RecordRef):
        return sys_id == identities.of(managed.address)
    if owned := ledger.find_sys_id(parent.sys_id):
        return owned.custody is Custody.CREATED
    named = managed.resource.attributes[managed.kind.part_of].value
    return isinstance(named, Named) and parent.sys_id == identities.of(Address(named.target.kind, named.name))


def digest(stored: str) -> str:
    """What is remembered of a stored form: enough to tell whether it is the same, and nothing to read."""
    return sha256(stored.encode()).hexdigest()[:16]


def digest_members(refs: Iterable[RecordRef]) -> str:
    """The same for a set of members, whatever their order."""
    return digest(stored_members(refs))


def stored_members(refs: Iterable[RecordRef]) -> str:
    """A set of members as one text."""
    return ",".join(sorted(each.sys_id for each in refs))


def why(applied: str | None, held: str, asked: str) -> Why | None:
    """Which side moved, by the digests of what was last applied, of what is held, and of what is asked for."""
    if applied is None:
        return None
    if held == applied:
        return Why.EDITED
    return Why.DRIFTED if asked == applied else Why.BOTH


def _staying(resource: Resource, owned: Owned | None, identities: Identities) -> Managed:
    """What the block says, and for an adopted record what is to be put back because the block says it no more."""
    kind = kind_of(resource)
    sys_id = owned.sys_id if owned else identities.of(resource.address)
    managed = Managed(resource=resource, kind=kind, own_id=sys_id, owned=owned)
    return _with_before_images(managed, resource.origin) if owned else managed


def _leaving(owned: Owned) -> Managed:
    """An entry without a block: its members are taken apart first, and adopted settings are put back."""
    origin = _origin(owned.origin)
    bare = Resource(address=owned.address, origin=origin, attributes={}, table=_table_of(owned))
    kind = kind_of(bare)
    members = kind.of_type(Members) if owned.custody is Custody.CREATED else ()
    resource = replace(bare, attributes={each.name: Located(frozenset(), origin) for each in members})
    managed = Managed(resource=resource, kind=kind, own_id=owned.sys_id, owned=owned, leaving=True)
    return _with_before_images(managed, origin)


def _with_before_images(managed: Managed, origin: Origin) -> Managed:
    assert managed.owned is not None, managed
    written = managed.resource.attributes
    images = {
        name: Located(image, origin)
        for name, image in _images(managed.kind, managed.owned)
        if name not in written
    }
    sets = {name: refs for name, refs in _sets(managed.owned) if name not in written}
    absent = {**images, **{name: Located(frozenset(), origin) for name in sets}}
    resource = replace(managed.resource, attributes={**absent, **written})
    return replace(managed, resource=resource, restored=frozenset(absent), put_back=sets)


def _images(kind: Kind, owned: Owned) -> Iterable[tuple[str, Value]]:
    """Attribute and what it held before the stack changed it; columns this version has no attribute for are left."""
    by_column = {each.column: each for each in kind.readable}
    for column, stored in owned.before.items():
        if column in by_column:
            yield by_column[column].name, by_column[column].decode(stored)


def _sets(owned: Owned) -> Iterable[tuple[str, frozenset[RecordRef]]]:
    """Members attribute and whom it held before the stack changed it."""
    for column, stored in owned.before.items():
        if column.startswith(MEMBERS):
            yield (
                column.removeprefix(MEMBERS),
                frozenset(RecordRef(each) for each in stored.split(",") if each),
            )


def _entry_of(resource: Resource, ledger: Ledger) -> Owned | None:
    """By address, or by the label the block says it had before."""
    before = Address(resource.address.kind, resource.previously)
    return ledger.entries.get(resource.address) or (
        ledger.entries.get(before) if resource.previously else None
    )


def _table_of(owned: Owned) -> str:
    """Only a `record` says its table itself."""
    return "" if KINDS[owned.address.kind].table else owned.table


def _origin(text: str) -> Origin:
    """Where the block stood last."""
    file, _, line = text.rpartition(":")
    place = Origin(file, int(line)) if file and line.isdigit() else Origin(text or "ledger", 1)
    return replace(place, gone=True)
