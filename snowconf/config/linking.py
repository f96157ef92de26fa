"""Names that mean a block of the stack: a label first, then the natural key of a block (design.md 2).

A linked name holds kind and label of the block. Names that mean no block are left as they are: the instance decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from snowconf.config import codes
from snowconf.dictionary import find_table
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource
from snowconf.model.value import Located, Named, Value


@dataclass(slots=True)
class Links:
    """Every name by which a block of the stack can be meant."""

    kinds: Mapping[str, Kind]
    resources: Mapping[Address, Resource]
    _keys: dict[tuple[str, str, str], Address] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for address, resource in self.resources.items():
            for table, column, value in self._keys_of(resource):
                self._keys.setdefault((table, column, value), address)

    def link(self, resource: Resource) -> Resource:
        """The resource with its names linked."""
        linked = {
            name: self._linked(located)
            for name, located in resource.attributes.items()
            if isinstance(located.value, Named | frozenset)
        }
        return replace(resource, attributes={**resource.attributes, **linked}) if linked else resource

    def find(self, named: Named) -> Address | None:
        """The block that this name means."""
        labelled = self.labelled(named)
        return labelled[0] if labelled else self._keys.get((named.target.table, named.target.key, named.name))

    def labelled(self, named: Named) -> list[Address]:
        """The blocks of this label, or of this address, whose records it can mean; of the kind it asks for, that one."""
        kinds = dict.fromkeys((named.target.kind, *self.kinds))
        found = [each for kind in kinds if self._fits(each := Address(kind, named.name), named)]
        if not found:
            kind, _, label = named.name.partition(".")
            return [each for each in (Address(kind, label),) if self._fits(each, named)]
        return found[:1] if found[0].kind == named.target.kind else found

    def problems(self, resource: Resource) -> Iterator[Diagnostic]:
        """References of a block, not yet linked, for which the label is not enough."""
        for attribute, located, named in references(resource):
            labelled = self.labelled(named)
            if len(labelled) > 1:
                detail = (
                    f"'{attribute}' names '{named}', and that is the label of {' and of '.join(map(str, labelled))}. Write "
                    f'the whole address: "{labelled[0]}".'
                )
                yield codes.AMBIGUOUS_LABEL.at(located.origin, detail, address=resource.address)

    def _fits(self, address: Address, named: Named) -> bool:
        return address in self.resources and named.target.table in self._tables(self.resources[address])

    def _linked(self, located: Located) -> Located:
        value = located.value
        linked = self._name(value) if isinstance(value, Named) else frozenset(map(self._name, _names(value)))
        return Located(linked, located.origin)

    def _name(self, named: Named) -> Named:
        address = self.find(named)
        if address:
            called = self._called(self.resources[address], named.target.key)
            return Named(replace(named.target, kind=address.kind), address.label, called)
        # A label of another table is no block that this name can mean.
        stray = Address(named.target.kind, named.name) in self.resources
        return Named(replace(named.target, kind=""), named.name) if stray else named

    def _called(self, resource: Resource, column: str) -> str:
        """What the block says of the column by which its record is named; nothing when it does not."""
        kind = self.kinds[resource.address.kind]
        by_column = {each.column: each.name for each in kind.attributes} or {column: column}
        located = resource.attributes.get(by_column.get(column, ""))
        return str(located.value) if located and not isinstance(located.value, Named | frozenset) else ""

    def _keys_of(self, resource: Resource) -> Iterator[tuple[str, str, str]]:
        kind = self.kinds[resource.address.kind]
        key = resource.key or kind.key
        if len(key) == 1 and key[0] in resource.attributes:
            column = key[0] if resource.key else kind.attribute(key[0]).column
            for table in self._tables(resource):
                yield table, column, str(resource.attributes[key[0]].value)
        for column, compute in kind.computes.items():
            yield kind.table, column, compute(resource)

    def _tables(self, resource: Resource) -> tuple[str, ...]:
        """The resource's table and those it extends."""
        table = resource.table or self.kinds[resource.address.kind].table
        known = find_table(table)
        return known.lineage if known else (table,)


def references(resource: Resource) -> Iterator[tuple[str, Located, Named]]:
    """Every name in the resource's attributes, with the attribute that holds it."""
    for attribute, located in resource.attributes.items():
        for named in _names(located.value):
            yield attribute, located, named


def _names(value: Value) -> Iterable[Named]:
    if isinstance(value, frozenset):
        return sorted(value)
    return (value,) if isinstance(value, Named) else ()
