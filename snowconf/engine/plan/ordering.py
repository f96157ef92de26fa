"""The order of the work: what is referred to comes first. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from snowconf.engine.observe.asking import Managed, declared_as, named_in, tables_by_address
from snowconf.kinds.attributes import Reference
from snowconf.model.address import Address
from snowconf.model.value import Named


def referred(managed: Iterable[Managed]) -> dict[Address, frozenset[Address]]:
    """What each resource refers to within the stack, circles through loose references included."""
    everything = tuple(managed)
    tables = tables_by_address(everything)
    return {each.address: _targets(named_in(each), tables) - {each.address} for each in everything}


def dependencies(managed: Iterable[Managed]) -> dict[Address, frozenset[Address]]:
    """What each resource waits for: all that it refers to, but for loose references that would close a circle."""
    everything = tuple(managed)
    tables, graph = tables_by_address(everything), referred(everything)
    waits = dict(graph)
    for each in everything:
        for target in sorted(_targets(_loosely_named(each), tables) - _targets(_firmly_named(each), tables)):
            if each.address in closure(graph, frozenset({target})):
                waits[each.address] -= {target}
    return waits


def _targets(names: Iterable[Named], tables: Mapping[Address, str]) -> frozenset[Address]:
    return frozenset(filter(None, (declared_as(named, tables) for named in names)))


def _loosely_named(managed: Managed) -> Iterator[Named]:
    written = managed.resource.attributes
    for each in managed.kind.of_type(Reference):
        value = written[each.name].value if each.loose and each.name in written else None
        if isinstance(value, Named):
            yield value


def _firmly_named(managed: Managed) -> Iterator[Named]:
    loose = [*_loosely_named(managed)]
    for named in named_in(managed):
        if named in loose:
            loose.remove(named)
        else:
            yield named


def in_order(graph: Mapping[Address, frozenset[Address]]) -> tuple[Address, ...]:
    """Every address after all that it refers to; otherwise by name, so that two plans of one stack look alike.

    Raises:
        graphlib.CycleError: loading lets no cycle through, so this is a mistake of ours.
    """
    sorter = TopologicalSorter({address: sorted(graph[address]) for address in sorted(graph)})
    sorter.prepare()
    ordered: list[Address] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(ready)
        sorter.done(*ready)
    return tuple(ordered)


def in_order_of(graph: Mapping[Address, frozenset[Address]]) -> tuple[Address, ...]:
    """Every address after all that it waits for, and otherwise in the order in which the graph names them.

    Raises:
        graphlib.CycleError: whoever made the graph let a circle in.
    """
    place = {address: number for number, address in enumerate(graph)}
    sorter = TopologicalSorter({address: graph[address] & graph.keys() for address in graph})
    sorter.prepare()
    ordered: list[Address] = []
    ready: list[Address] = []
    while sorter.is_active():
        ready = sorted((*ready, *sorter.get_ready()), key=place.__getitem__)
        ordered.append(ready.pop(0))
        sorter.done(ordered[-1])
    return tuple(ordered)


def closure(graph: Mapping[Address, frozenset[Address]], targets: frozenset[Address]) -> frozenset[Address]:
    """The targets and everything they refer to, however far away."""
    reached: set[Address] = set()
    waiting = list(targets)
    while waiting:
        address = waiting.pop()
        if address not in reached:
            reached.add(address)
            waiting.extend(graph.get(address, ()))
    return frozenset(reached)
