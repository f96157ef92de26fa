"""The order of the work: what is referred to comes first. Pure."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from snowconf.engine.asking import Managed, is_declared, named_in
from snowconf.model.address import Address


def dependencies(managed: Iterable[Managed]) -> dict[Address, frozenset[Address]]:
    """What each resource refers to within the stack."""
    everything = {each.address: each for each in managed}
    return {
        address: frozenset(
            Address(named.target.kind, named.name)
            for named in named_in(each)
            if is_declared(named, everything)
        )
        - {address}
        for address, each in everything.items()
    }


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
