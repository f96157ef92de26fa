"""What is wrong between blocks that are each in order: two for one record, circles, sides that disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.lifecycles import check_renames
from snowconf.config.linking import references
from snowconf.kinds.attributes import Members, Reference
from snowconf.kinds.kind import Kind
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource
from snowconf.model.value import Located, Named


@dataclass(frozen=True, slots=True)
class Checks:
    """A stack's resources with their names linked."""

    kinds: Mapping[str, Kind]
    resources: Mapping[Address, Resource]

    def run(self) -> Iterator[Diagnostic]:
        """Everything wrong between them."""
        yield from self._same_records()
        yield from self._absent_references()
        yield from self._cycles()
        yield from self._contradictions()
        yield from check_renames(self.resources.values())

    def _same_records(self) -> Iterator[Diagnostic]:
        first: dict[tuple[str, ...], Resource] = {}
        for resource in sorted(self.resources.values(), key=lambda each: each.origin):
            identity = self._identity(resource)
            other = first.setdefault(identity, resource) if identity else resource
            if other is not resource:
                detail = (
                    f"{other.address} ({other.origin}) and {resource.address} are both the record of {identity[0]} called "
                    f"'{self._called(resource)}'. Keep one of the two, or give one another name."
                )
                yield codes.SAME_RECORD.at(resource.origin, detail, address=resource.address)

    def _identity(self, resource: Resource) -> tuple[str, ...]:
        """Table, and columns with values of the natural key; nothing for kinds without one."""
        kind = self.kinds[resource.address.kind]
        key = resource.key or kind.key
        if not key or any(name not in resource.attributes for name in key):
            return ()
        values = ((name, _plain(resource.attributes[name]).casefold()) for name in key)
        columns = ((name if resource.key else kind.attribute(name).column, value) for name, value in values)
        return (resource.table or kind.table, *(part for pair in sorted(columns) for part in pair))

    def _called(self, resource: Resource) -> str:
        key = resource.key or self.kinds[resource.address.kind].key
        return ", ".join(_plain(resource.attributes[name]) for name in key)

    def _absent_references(self) -> Iterator[Diagnostic]:
        for resource in self.resources.values():
            for attribute, located, named in references(resource):
                other = self.resources.get(_address(named))
                if other and other.absent:
                    detail = (
                        f"'{attribute}' names {other.address}, and that block says absent = true ({other.origin}). Take "
                        "the name out here, or absent there."
                    )
                    yield codes.ABSENT_REFERENCE.at(located.origin, detail, address=resource.address)

    def _cycles(self) -> Iterator[Diagnostic]:
        """One for each circle, at the first of its lines."""
        graph = {address: self._edges(resource) for address, resource in self.resources.items()}
        for circle in circles({address: tuple(edges) for address, edges in graph.items()}):
            steps = [
                (address, graph[address][then])
                for address, then in zip(circle, (*circle[1:], circle[0]), strict=True)
            ]
            chain = ", ".join(f"{address} by '{name}' ({place.origin})" for address, (name, place) in steps)
            address, (_, place) = steps[0]
            detail = f"These blocks refer to each other in a circle: {chain}, back to {address}. Take one reference out."
            yield codes.CYCLE.at(place.origin, detail, address=address)

    def _edges(self, resource: Resource) -> dict[Address, tuple[str, Located]]:
        found: dict[Address, tuple[str, Located]] = {}
        for attribute, located, named in references(resource):
            if _address(named) in self.resources and not self._is_loose(resource, attribute):
                found.setdefault(_address(named), (attribute, located))
        return found

    def _is_loose(self, resource: Resource, name: str) -> bool:
        written = (each for each in self.kinds[resource.address.kind].of_type(Reference) if each.name == name)
        return any(each.loose for each in written)

    def _contradictions(self) -> Iterator[Diagnostic]:
        sides = tuple(_Side.of(kind, each) for kind in self.kinds.values() for each in kind.of_type(Members))
        for one in sides:
            for other in sides:
                if one.mirrors(other):
                    yield from self._disagreements(one, other)

    def _disagreements(self, one: "_Side", other: "_Side") -> Iterator[Diagnostic]:
        """Where a block of the one kind lists a block of the other, and that one lists others and not it."""
        for resource in self._of_kind(one):
            located = resource.attributes[one.attribute]
            for listed in sorted(_members(located)):
                mirror = self.resources.get(_address(listed))
                if mirror is None or other.attribute not in mirror.attributes:
                    continue
                back = mirror.attributes[other.attribute]
                if resource.address not in map(_address, _members(back)):
                    detail = (
                        f"'{one.attribute}' lists {mirror.address}, but '{other.attribute}' of that block "
                        f"({back.origin}) is a whole list without {resource.address}. Write the membership on one side alone."
                    )
                    yield codes.CONTRADICTION.at(located.origin, detail, address=resource.address)

    def _of_kind(self, side: "_Side") -> Sequence[Resource]:
        everyone = self.resources.values()
        return [
            each for each in everyone if each.address.kind == side.kind and side.attribute in each.attributes
        ]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the attributes through which rows of a link table can be written."""

    kind: str
    attribute: str
    ends: tuple[str, str, str] = field(repr=False)

    @classmethod
    def of(cls, kind: Kind, members: Members) -> "_Side":
        return cls(kind.name, members.name, (members.link, members.owner, members.member))

    def mirrors(self, other: "_Side") -> bool:
        link, owner, member = self.ends
        return other.ends == (link, member, owner) and (self.kind, self.attribute) != (
            other.kind,
            other.attribute,
        )


def circles(graph: Mapping[Address, Sequence[Address]]) -> Iterator[tuple[Address, ...]]:
    """Circles that share no step, each beginning with its smallest address; together they are why there is no order."""
    finished: set[Address] = set()
    for start in sorted(graph):
        yield from _walk(graph, start, finished=finished)


def _walk(
    graph: Mapping[Address, Sequence[Address]], start: Address, *, finished: set[Address]
) -> Iterator[tuple[Address, ...]]:
    """Depth first from one address, without recursion: chains of references can be long."""
    path: dict[Address, Iterator[Address]] = {}
    step: Address | None = None if start in finished else start
    while step is not None or path:
        if step is not None:
            path[step] = iter(sorted(graph[step]))
        here = next(reversed(path))
        step = next(path[here], None)
        if step is None:
            finished.add(here)
            path.pop(here)
        elif step in path:
            trail = list(path)
            yield _from_smallest(trail[trail.index(step) :])
            step = None
        elif step in finished:
            step = None


def _from_smallest(circle: Sequence[Address]) -> tuple[Address, ...]:
    first = circle.index(min(circle))
    return (*circle[first:], *circle[:first])


def _address(named: Named) -> Address:
    return Address(named.target.kind, named.name)


def _members(located: Located) -> frozenset[Named]:
    return located.value if isinstance(located.value, frozenset) else frozenset()


def _plain(located: Located) -> str:
    return str(located.value)
