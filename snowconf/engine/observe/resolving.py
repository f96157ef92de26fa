"""From names to sys_ids: a label of the stack first, then a natural key on the instance (design.md 2). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from snowconf.engine.observe import problems
from snowconf.engine.observe.asking import Managed, declared_as, is_of
from snowconf.engine.observe.observing import Observation
from snowconf.engine.port import Row
from snowconf.kinds.attributes import Members, References, together
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import Located, Named, RecordRef, Value


@dataclass(slots=True)
class Resolver:
    """Knows every record a name can mean. What cannot be resolved becomes a diagnostic and is left out.

    `tables` and `declared` are the stack's own resources: where their records live, and which they are. `names` are
    what they are called in it, by sys_id.
    """

    observation: Observation
    tables: Mapping[Address, str]
    declared: Mapping[Address, RecordRef]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {each.sys_id: each.name for each in self.declared.values()}

    def resolve(self, managed: Managed) -> dict[str, Value]:
        """The resource's attributes with every reference resolved; unresolvable ones are missing and reported."""
        resolved: dict[str, Value] = {}
        lists = {each.name for each in managed.kind.of_type(References)}
        for name, located in managed.resource.attributes.items():
            if isinstance(located.value, Named):
                self._resolve_reference(resolved, name, managed, located)
            elif not isinstance(located.value, frozenset):
                resolved[name] = located.value
            elif name in lists:
                self._resolve_list(resolved, name, managed, located)
        return resolved

    def resolve_members(self, managed: Managed) -> dict[str, frozenset[RecordRef]]:
        """The members each members attribute asks for; an attribute with an unresolvable name is missing."""
        sets: dict[str, frozenset[RecordRef]] = {}
        sets |= managed.put_back
        for attribute in managed.kind.of_type(Members):
            located = managed.resource.attributes.get(attribute.name)
            if attribute.name not in sets and located is not None and isinstance(located.value, frozenset):
                refs = self._find_all(managed, located)
                if refs is not None:
                    sets[attribute.name] = refs
        return sets

    def _resolve_list(self, into: dict[str, Value], name: str, managed: Managed, located: Located) -> None:
        refs = self._find_all(managed, located)
        if refs is not None:
            into[name] = together(refs)

    def _find_all(self, managed: Managed, located: Located) -> frozenset[RecordRef] | None:
        """All that a list names; None when one of them is nothing."""
        names = sorted(located.value) if isinstance(located.value, frozenset) else []
        refs = [self._find(managed, named, located) for named in names]
        return None if None in refs else frozenset(filter(None, refs))

    def _resolve_reference(
        self, into: dict[str, Value], name: str, managed: Managed, located: Located
    ) -> None:
        assert isinstance(located.value, Named), located
        ref = self._find(managed, located.value, located)
        if ref is not None:
            into[name] = ref

    def _find(self, managed: Managed, named: Named, located: Located) -> RecordRef | None:
        if address := declared_as(named, self.tables):
            return self.declared[address]
        seen = self.observation.tables[named.target.table]
        found = {row["sys_id"]: row for row in seen.holding({named.target.key: named.name})}
        if len(found) == 1:
            return RecordRef(next(iter(found)), named.name)
        self.diagnostics.append(self._why_not(managed, named, located, found))
        return None

    def _why_not(
        self, managed: Managed, named: Named, located: Located, found: Mapping[str, Row]
    ) -> Diagnostic:  # fmt: skip
        origin = located.origin
        if found:
            return problems.reference_ambiguous(managed, named, origin, sorted(found))
        if not self.observation.tables[named.target.table].is_whole:
            return problems.reference_hidden(managed, named, origin)
        return problems.reference_missing(managed, named, origin, self._nearby(named))

    def _nearby(self, named: Named) -> Iterable[str]:
        rows = self.observation.tables[named.target.table].rows
        yield from (row.get(named.target.key, "") for row in rows)
        yield from (each.label for each in self.declared if is_of(self.tables[each], named.target.table))
        yield from self.observation.neighbours.get(named.target, ())
