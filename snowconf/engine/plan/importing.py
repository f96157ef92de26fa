"""Finding a record that is there already, and what a block would say of it; its entry in the ledger."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from snowconf.dictionary import find_column, find_table
from snowconf.engine.context import Context
from snowconf.engine.identifying import Identities
from snowconf.engine.observe.asking import EVIDENCE, Managed, TableAsk
from snowconf.engine.observe.linking import all_links
from snowconf.engine.observe.matching import match, members_of, record_of
from snowconf.engine.observe.naming import look_for_names, with_names
from snowconf.engine.observe.observing import look_up, observe
from snowconf.engine.plan.masking import masked_attributes
from snowconf.engine.port import Instance, Row
from snowconf.errors import SnowconfError
from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.attributes import Attribute, Members, References, Secret
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.ownership import Custody, Owned
from snowconf.model.state import Record, Resource
from snowconf.model.value import Located, RecordRef, Value

SYS_ID = re.compile(r"[0-9a-f]{32}")
NOWHERE = Origin("import", 1)


class ImportRefusedError(SnowconfError):
    """The record is not there, is not the only one, is of another kind, or is owned already."""

    summary = "Cannot be imported"
    code = "SNC270"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to own: `record` is a sys_id or a name; `resource` its block, if the files have one."""

    stack: str
    address: Address
    record: str
    table: str = ""
    resource: Resource | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The record, what a block says of it, and its entry.

    `hidden` are attributes that nobody is shown, `unnamed` those that refer to a record whose name was not shown. `key`
    is set for a record of any table, whose block says it.
    """

    table: str
    key: tuple[str, ...]
    record: Record
    owned: Owned
    attributes: Mapping[str, Value | tuple[str, ...]]
    hidden: tuple[str, ...]
    unnamed: tuple[str, ...] = ()


def find_record(wish: Wish, instance: Instance, context: Context) -> Found:
    """The one record that is meant, with all that its kind reads.

    Raises:
        ImportRefusedError: it cannot be owned; the sentence says why.
        InstanceError: the instance refused or did not answer.
    """
    resource = _whole(wish)
    kind = kind_of(resource)
    sys_id = wish.record if SYS_ID.fullmatch(wish.record) else _named(wish.record, kind, instance, context)
    _check_free(wish, sys_id, context)
    managed = Managed(resource=resource, kind=kind, own_id=sys_id)
    record = _read(managed, instance, context)
    hidden = masked_attributes(managed, record)
    read = {each.column for each in kind.readable if each.name in record.attributes}
    secrets = tuple(each.name for each in kind.of_type(Secret) if each.column not in read)
    written = dict(_written(wish.address, kind, record, hidden))
    unnamed = tuple(_unnamed(record))
    return Found(
        table=kind.table,
        key=kind.key if not KINDS[wish.address.kind].table else (),
        record=record,
        owned=_entry(wish, kind, record, context),
        attributes={name: value for name, value in written.items() if name not in unnamed},
        hidden=(*secrets, *sorted(hidden)),
        unnamed=unnamed,
    )


def _whole(wish: Wish) -> Resource:
    """The block as if it wrote everything that its kind can read, but not the names it is known by."""
    table = (wish.resource.table if wish.resource else "") or wish.table
    known = find_table(table) if table else None
    columns = [each.name for each in known.columns.values() if not each.computed] if known else []
    key = wish.resource.key if wish.resource else ((known.display,) if known and known.display else ())
    if not KINDS[wish.address.kind].table and not table:
        raise ImportRefusedError(
            f"{wish.address} can be of any table. Say which by --table, or write its block first."
        )
    bare = Resource(address=wish.address, origin=NOWHERE, attributes={}, table=table, key=key)
    readable = columns if table else [each.name for each in kind_of(bare).attributes]
    asked = replace(
        bare, attributes={name: Located("", NOWHERE) for name in readable if not name.startswith("sys_")}
    )
    kind = kind_of(asked)
    blank: dict[str, Value] = {
        each.name: frozenset() if isinstance(each, Members) else ""
        for each in kind.attributes
        if not isinstance(each, Secret)
    }
    return replace(asked, attributes={name: Located(value, NOWHERE) for name, value in blank.items()})


def _named(name: str, kind: Kind, instance: Instance, context: Context) -> str:
    """The sys_id of the only record of that name."""
    wanted = _wanted(name, kind)
    operation = _operation(kind)
    ask = TableAsk(kind.table, columns={*EVIDENCE, *wanted, *([operation.column] if operation else [])})
    column, value = next(iter(wanted.items()))
    ask.values[column].add(value)
    seen = look_up([ask], instance, context)[kind.table]
    rows = [row for row in seen.rows if all(row.get(each) == text for each, text in wanted.items())]
    if not rows:
        hidden = (
            ""
            if seen.is_whole
            else " Rows of that table are hidden from this user, so it may be there all the same."
        )
        raise ImportRefusedError(f"{kind.table} shows no record '{name}'.{hidden} Nothing was changed.")
    if len(rows) > 1:
        raise ImportRefusedError(_several(name, kind, rows))
    return rows[0]["sys_id"]


def _wanted(name: str, kind: Kind) -> dict[str, str]:
    """The columns to find it by. A kind without a key is named as NAME:OPERATION, or by its name alone."""
    if kind.key:
        return {kind.attribute(kind.key[0]).column: name}
    first, colon, second = name.rpartition(":")
    operation = _operation(kind)
    if colon and operation is not None:
        return {kind.display: first, operation.column: operation.encode(second)}
    return {kind.display: name}


def _operation(kind: Kind) -> Attribute | None:
    """What tells the records of one name apart, where names are no keys."""
    return next((each for each in kind.readable if each.name == "operation" and not kind.key), None)


def _several(name: str, kind: Kind, rows: Sequence[Row]) -> str:
    operation = _operation(kind)
    listed = "\n".join(
        f"    {row['sys_id']}  {operation.decode(row.get(operation.column, '')) if operation else ''}  last changed by "
        f"{row.get('sys_updated_by', '')} on {row.get('sys_updated_on', '')} UTC"
        for row in sorted(rows, key=lambda row: row["sys_id"])
    )
    return f"{kind.table} has {len(rows)} records '{name}'. Import one of them by its sys_id:\n\n{listed}"


def _check_free(wish: Wish, sys_id: str, context: Context) -> None:
    """A record has one owner, and one address there."""
    ledger = context.ledger
    held = ledger.find_sys_id(sys_id) if ledger else None
    other = ledger.entries.get(wish.address) if ledger else None
    if held is not None:
        raise ImportRefusedError(
            f"This stack owns the record {sys_id} already, as {held.address}. To call it otherwise: snowconf ledger move "
            f"{held.address} {wish.address}"
        )
    if other is not None:
        raise ImportRefusedError(
            f"{wish.address} is owned already: it is the record {other.sys_id}. Choose another label, or let that one go "
            f"first: snowconf ledger forget {wish.address}"
        )
    if owner := context.owners(frozenset({sys_id})).get(sys_id):
        raise ImportRefusedError(
            f"The record {sys_id} is owned by the stack '{owner}'. Let that stack give it up first: in its folder, snowconf "
            "ledger forget ADDRESS."
        )


def _read(managed: Managed, instance: Instance, context: Context) -> Record:
    observation = observe((managed,), instance, context)
    found = match(managed, observation)
    if found.problem:
        raise ImportRefusedError(found.problem.detail)
    if found.row is None:
        raise ImportRefusedError(
            f"{managed.kind.table} shows no record {managed.own_id}. It does not exist, or this user may not see it."
        )
    links = all_links([found], observation, instance, context)
    record = record_of(managed, found.row, members_of(managed, found.row["sys_id"], links))
    return with_names(record, managed.kind, look_for_names([(managed.kind, record)], instance, context))


def _entry(wish: Wish, kind: Kind, record: Record, context: Context) -> Owned:
    """Adopted with nothing overwritten yet; what snowconf itself once made is its own again."""
    made_here = record.sys_id == Identities(wish.stack, context.url).of(wish.address)
    block = wish.resource
    return Owned(
        address=wish.address,
        table=kind.table,
        sys_id=record.sys_id,
        custody=Custody.CREATED if made_here else Custody.ADOPTED,
        name=_name(kind, record),
        origin=str(block.origin if block else NOWHERE),
        on_remove=(block.on_remove if block else None) or kind.on_remove,
        prevent_delete=bool(block and block.prevent_delete),
    )


def _name(kind: Kind, record: Record) -> str:
    attributes = record.attributes
    named = (each.name for each in kind.readable if each.column == kind.display)
    return str(attributes.get(kind.key[0] if kind.key else next(named, ""), ""))


def _written(
    address: Address, kind: Kind, record: Record, hidden: frozenset[str]
) -> Iterable[tuple[str, Value | tuple[str, ...]]]:
    """What a block has to say: what is not as it would be anyway, and what the kind cannot do without."""
    for each in kind.readable:
        value = record.attributes.get(each.name)
        if value in (None, "") or each.name in hidden:
            continue
        is_label = each.name in kind.key[:1] and value == address.label
        if not is_label and (each.required or not _is_default(kind, each, value)):
            yield each.name, tuple(str(value).split(", ")) if isinstance(each, References) else value
    for name, rows in sorted(record.members.items()):
        if rows:
            yield name, tuple(sorted(str(row.ref) for row in rows))


def _unnamed(record: Record) -> Iterable[str]:
    """References to what this user may not see: a block could not name it."""
    for name, value in record.attributes.items():
        if isinstance(value, RecordRef) and not value.name:
            yield name
    for name, rows in sorted(record.members.items()):
        if any(not row.ref.name for row in rows):
            yield name


def _is_default(kind: Kind, attribute: Attribute, value: Value) -> bool:
    column = find_column(kind.table, attribute.column)
    stored = attribute.encode(value)
    usual = kind.constants.get(attribute.column) or (column.default if column else "")
    return stored == usual or value == attribute.decode(usual)
