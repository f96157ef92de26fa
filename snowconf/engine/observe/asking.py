"""What to ask an instance, worked out before anything is asked: one list per table, whatever the number of resources.

Pure. 380 resources in five tables are six lists (design.md 5).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.dictionary import find_table
from snowconf.engine.observe.imaging import columns_exclusive, columns_implied, columns_of_deletion
from snowconf.kinds.attributes import Attribute, Members, Reference
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.ownership import Owned
from snowconf.model.query import Condition, Query
from snowconf.model.state import Resource
from snowconf.model.value import Named, RecordRef, Value

# What every row is asked for besides its kind's columns: whose it is, and who touched it last.
EVIDENCE = ("sys_id", "sys_mod_count", "sys_updated_by", "sys_updated_on")


@dataclass(slots=True)
class TableAsk:
    """The rows wanted of one table: any whose `column` is among its `values`, by key or by sys_id."""

    table: str
    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    columns: set[str] = field(default_factory=set)
    # What is read for before-images and for what a reference tells; that a release lacks one of them does not matter.
    images: set[str] = field(default_factory=set)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns to ask for."""
        return tuple(sorted(self.columns | self.images))

    @property
    def witness(self) -> Mapping[str, str]:
        """The natural key of a row that should be there in any case; empty when the table has none."""
        known = find_table(self.table)
        return known.witness if known else {}

    def query(self) -> Query:
        """One group: any of the columns matches."""
        return _any_of(self.values)

    def query_with_witness(self) -> Query:
        """The same, and the row that should be there: seeing it proves sight without a request of its own.

        What others of the plan want to know of this table comes along.
        """
        known = find_table(self.table)
        wanted = {column: set(values) for column, values in self.values.items()}
        for column, value in self.witness.items():
            wanted.setdefault(column, set()).update([value, *(known.beside.get(column, ()) if known else ())])
        return _any_of(wanted)


@dataclass(frozen=True, slots=True)
class LinkAsk:
    """The rows of one link table that belong to these owners, seen through one attribute."""

    attribute: Members
    owner_key: str
    owners: frozenset[str]

    @property
    def table(self) -> str:
        """The link table."""
        return self.attribute.link

    @property
    def member_name(self) -> str:
        """The dot-walked column that names the member."""
        return f"{self.attribute.member}.{self.attribute.target.key}"

    @property
    def wanted(self) -> tuple[str, ...]:
        """The two ends, and how people call the member."""
        attribute = self.attribute
        return tuple(sorted((attribute.owner, self.owner_key, attribute.member, self.member_name)))

    def query(self) -> Query:
        """The owners' rows, without those that are the platform's own (tables.md 12.5)."""
        only = ((Condition(column, "=", (value,)),) for column, value in self.attribute.only.items())
        return Query(((_isin(self.owner_key, self.owners),), *only))


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A resource with its kind, the sys_id it is known by or would be created with, and its entry in the ledger.

    A `leaving` one stands in no file any more. `restored` names attributes that no file writes and that are put back
    as they were before the record was adopted; of those, `put_back` holds the sets of members.
    """

    resource: Resource
    kind: Kind
    own_id: str
    owned: Owned | None = None
    leaving: bool = False
    restored: frozenset[str] = frozenset()
    put_back: Mapping[str, frozenset[RecordRef]] = field(default_factory=dict)

    @property
    def address(self) -> Address:
        """The resource's address."""
        return self.resource.address

    def key_columns(self) -> dict[str, str]:
        """The natural key as column and stored value; empty for kinds without one, and for what is leaving.

        A reference is known by the natural key of what it points at, which is found by walking there.
        """
        written = self.resource.attributes
        if any(name not in written for name in self.kind.key):
            return {}
        return dict(_keyed(self.kind.attribute(name), written[name].value) for name in self.kind.key)


def _keyed(attribute: Attribute, value: Value) -> tuple[str, str]:
    if isinstance(value, Named):
        return f"{attribute.column}.{value.target.key}", value.key
    return attribute.column, attribute.encode(value)


def named_in(managed: Managed) -> Iterable[Named]:
    """Every reference the resource writes."""
    for located in managed.resource.attributes.values():
        if isinstance(located.value, Named):
            yield located.value
        elif isinstance(located.value, frozenset):
            yield from located.value


def tables_by_address(managed: Iterable[Managed]) -> dict[Address, str]:
    """Where each resource's record lives."""
    return {each.address: each.kind.table for each in managed}


def declared_as(named: Named, tables: Mapping[Address, str]) -> Address | None:
    """The resource this name means, if the stack has one: a label of the right kind, and for `record` of that table."""
    address = Address(named.target.kind, named.name)
    return address if is_of(tables.get(address, ""), named.target.table) else None


def table_asks(managed: Sequence[Managed]) -> Mapping[str, TableAsk]:
    """One ask per table: the resources' own records, and the records they refer to that the stack does not declare."""
    asks: dict[str, TableAsk] = {}
    tables = tables_by_address(managed)
    for each in managed:
        _ask_for_record(asks.setdefault(each.kind.table, TableAsk(each.kind.table)), each)
        for named in named_in(each):
            if not declared_as(named, tables):
                _ask_for_target(asks.setdefault(named.target.table, TableAsk(named.target.table)), named)
    return asks


def link_asks(managed: Sequence[Managed]) -> tuple[LinkAsk, ...]:
    """One ask per link table and side, for the resources that write its attribute."""
    owners: dict[tuple[Members, str], set[str]] = defaultdict(set)
    for each in managed:
        for attribute in each.kind.of_type(Members):
            if attribute.name in each.resource.attributes:
                column, value = owner_column(each, attribute)
                owners[attribute, column].add(value)
    return tuple(
        LinkAsk(attribute, column, frozenset(values)) for (attribute, column), values in owners.items()
    )


def due(links: Iterable[LinkAsk], managed: Iterable[Managed]) -> frozenset[LinkAsk]:
    """The asks of which at least one owner is in the ledger, and so is expected to exist."""
    expected = {
        (attribute, owner_column(each, attribute))
        for each in managed
        if each.owned is not None
        for attribute in each.kind.of_type(Members)
    }
    return frozenset(
        ask
        for ask in links
        if any((ask.attribute, (ask.owner_key, owner)) in expected for owner in ask.owners)
    )


def owner_column(managed: Managed, attribute: Members) -> tuple[str, str]:
    """How to ask for the link rows of a record before its sys_id is known: by dot-walking to its natural key."""
    key = managed.key_columns()
    if not key:
        return attribute.owner, managed.own_id
    ((column, value), *_) = key.items()
    return f"{attribute.owner}.{column}", value


def _ask_for_record(ask: TableAsk, managed: Managed) -> None:
    ask.values["sys_id"].add(managed.own_id)
    key = managed.key_columns()
    for column, value in list(key.items())[:1]:
        ask.values[column].add(value)
    ask.columns.update(EVIDENCE, managed.kind.match, key)
    ask.images.update(image_columns(managed))
    for attribute in managed.kind.readable:
        if attribute.name in managed.resource.attributes:
            ask.columns.add(attribute.column)
            if isinstance(attribute, Reference):
                ask.columns.add(f"{attribute.column}.{attribute.target.key}")


def image_columns(managed: Managed) -> frozenset[str]:
    """What must be known of the record besides what its block writes, so that a change of it can be taken back."""
    if managed.leaving or managed.resource.absent:
        known = managed.owned
        return columns_of_deletion(
            managed.kind, known.digests if known else (), known.secrets if known else ()
        )
    return columns_implied(managed.kind, managed.resource) | columns_exclusive(managed.kind)


def _ask_for_target(ask: TableAsk, named: Named) -> None:
    ask.values[named.target.key].add(named.name)
    ask.columns.update(("sys_id", named.target.key))
    ask.images.update(named.target.also)


def is_of(table: str, wanted: str) -> bool:
    """Is it that table or one that extends it? A connection's credential is of some class of credentials."""
    known = find_table(table)
    return wanted in (known.lineage if known else (table,))


def _any_of(values: Mapping[str, set[str]]) -> Query:
    return Query((tuple(_isin(column, each) for column, each in sorted(values.items()) if each),))


def _isin(column: str, values: Iterable[str]) -> Condition:
    return Condition(column, "IN", tuple(sorted(values)))
