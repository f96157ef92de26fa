"""The plan: what observing found, matched, resolved, compared and put in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from snowconf.dictionary import find_table
from snowconf.engine import problems
from snowconf.engine.asking import LinkAsk, Managed, manage, tables_by_address
from snowconf.engine.context import Context
from snowconf.engine.diffing import Difference, diff
from snowconf.engine.identifying import Identities
from snowconf.engine.linking import all_links
from snowconf.engine.masking import mark
from snowconf.engine.matching import Match, links_of, match, members_of, record_of
from snowconf.engine.observing import Observation, Seen, observe
from snowconf.engine.ordering import closure, dependencies, in_order
from snowconf.engine.port import Instance
from snowconf.engine.resolving import Resolver
from snowconf.engine.secrets import plan_secrets
from snowconf.engine.writing import Wanted, deletion, writes_for
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action, Change, Plan
from snowconf.model.state import Desired, Record
from snowconf.model.value import RecordRef


def make_plan(desired: Desired, instance: Instance, context: Context) -> Plan:
    """Compare what the files ask for with what the instance holds. Writes nothing.

    What stands against the plan is among its diagnostics; with an error there, it must not be applied.

    Raises:
        InstanceError: the instance refused or did not answer.
        UnaskableError: a natural key that no query can carry.
    """
    identities = Identities(desired.stack, context.url)
    managed = _targeted(manage(desired.resources, identities), context.targets)
    observation = observe(managed, instance, context)
    return _Planning(context, identities, observation).plan(desired, managed, instance)


def _targeted(managed: tuple[Managed, ...], targets: frozenset[Address]) -> tuple[Managed, ...]:
    """The targets and what they refer to; everything, when there are none."""
    if not targets:
        return managed
    wanted = closure(dependencies(managed), targets)
    return tuple(each for each in managed if each.address in wanted)


@dataclass(slots=True)
class _Planning:
    """One plan in the making. Problems are collected, so that all are reported together."""

    context: Context
    identities: Identities
    observation: Observation
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def plan(self, desired: Desired, managed: Sequence[Managed], instance: Instance) -> Plan:
        """Every resource's change, in the order of the work."""
        matches = {each.address: match(each, self.observation) for each in managed}
        self.diagnostics += [each.problem for each in matches.values() if each.problem]
        links = all_links(matches.values(), self.observation, instance, self.context)
        refs = {address: _ref(each) for address, each in matches.items()}
        resolver = Resolver(self.observation, tables_by_address(managed), refs)
        graph = dependencies(managed)
        changes = [
            self._change(matches[address], resolver, links, graph[address])
            for address in in_order(graph)
            if not matches[address].problem
        ]
        return Plan(
            stack=desired.stack,
            instance=self.context.instance_name,
            url=self.context.url,
            changes=tuple(changes),
            diagnostics=tuple(self.diagnostics + resolver.diagnostics),
        )

    def _change(
        self, found: Match, resolver: Resolver, links: Mapping[LinkAsk, Seen], depends_on: frozenset[Address]
    ) -> Change:
        managed, row = found.managed, found.row
        if managed.resource.absent:
            return _absence(found)
        record = record_of(managed, row, members_of(managed, row["sys_id"], links)) if row else None
        self._report_hidden(managed, record, links)
        wanted = self._wanted(managed, record, resolver)
        writes = writes_for(wanted, self.identities)
        self._report_elevation(managed, [write.table for write in writes])
        return replace(_described(wanted), writes=writes, depends_on=depends_on)

    def _wanted(self, managed: Managed, record: Record | None, resolver: Resolver) -> Wanted:
        sys_id = record.sys_id if record else managed.own_id
        lacking = self._lacking(managed)
        values = {name: value for name, value in resolver.resolve(managed).items() if name not in lacking}
        difference = diff(managed, record, values, resolver.resolve_members(managed))
        secrets = plan_secrets(managed, sys_id, self.context, exists=record is not None)
        self.diagnostics += [*secrets.diagnostics, *_immutables(managed, record, difference)]
        return Wanted(
            managed=managed,
            sys_id=sys_id,
            record=record,
            difference=replace(
                difference,
                attributes=mark(difference.attributes, managed, record),
                unchanged=difference.unchanged + secrets.unchanged,
            ),
            secrets=secrets.changes,
        )

    def _lacking(self, managed: Managed) -> frozenset[str]:
        """The attributes this release has no column for; reported once each."""
        lacking = [
            each
            for each in managed.kind.readable
            if each.name in managed.resource.attributes
            and (managed.kind.table, each.column) in self.observation.lacking
        ]
        for each in lacking:
            origin = managed.resource.attributes[each.name].origin
            say = problems.key_lacking if each.name in managed.kind.key else problems.column_lacking
            self.diagnostics.append(say(managed, each.name, each.column, origin))
        return frozenset(each.name for each in lacking)

    def _report_hidden(self, managed: Managed, record: Record | None, links: Mapping[LinkAsk, Seen]) -> None:
        attributes = managed.resource.attributes
        for name in sorted(record.hidden if record else ()):
            column = managed.kind.attribute(name).column
            if (managed.kind.table, column) not in self.observation.lacking:
                self.diagnostics.append(
                    problems.column_hidden(managed, name, column, attributes[name].origin)
                )
        for ask in links_of(managed, links):
            if record and not links[ask].is_whole:
                name = ask.attribute.name
                self.diagnostics.append(
                    problems.blind_members(managed, name, ask.table, attributes[name].origin)
                )

    def _report_elevation(self, managed: Managed, tables: Iterable[str]) -> None:
        if self.context.elevation and any(_needs_elevation(table) for table in tables):
            self.diagnostics.append(problems.needs_elevation(managed))


def _ref(found: Match) -> RecordRef:
    return RecordRef(found.row["sys_id"] if found.row else found.managed.own_id, found.managed.address.label)


def _described(wanted: Wanted) -> Change:
    """The change as people review it; its writes come apart."""
    managed, record, difference = wanted.managed, wanted.record, wanted.difference
    attributes = (*difference.attributes, *wanted.secrets)
    return Change(
        address=managed.address,
        action=_action(wanted),
        table=managed.kind.table,
        sys_id=wanted.sys_id,
        origin=managed.resource.origin,
        name=next(iter(managed.key_columns().values()), ""),
        attributes=attributes,
        members=difference.members,
        unchanged=difference.unchanged,
        found=record is not None and record.sys_id != managed.own_id,
        revision=record.revision if record else "",
        updated_by=record.updated_by if record else "",
        updated_on=record.updated_on if record else "",
    )


def _action(wanted: Wanted) -> Action:
    if wanted.record is None:
        return Action.CREATE
    return Action.NO_OP if wanted.difference.is_empty and not wanted.secrets else Action.UPDATE


def _absence(found: Match) -> Change:
    """A record that the stack wants gone."""
    managed, row = found.managed, found.row
    return Change(
        address=managed.address,
        action=Action.DELETE if row else Action.NO_OP,
        table=managed.kind.table,
        sys_id=row["sys_id"] if row else managed.own_id,
        origin=managed.resource.origin,
        name=next(iter(managed.key_columns().values()), ""),
        writes=deletion(managed, row["sys_id"]) if row else (),
        revision=row.get("sys_mod_count", "") if row else "",
        updated_by=row.get("sys_updated_by", "") if row else "",
        updated_on=row.get("sys_updated_on", "") if row else "",
    )


def _immutables(managed: Managed, record: Record | None, difference: Difference) -> Iterable[Diagnostic]:
    for change in difference.attributes if record else ():
        if managed.kind.attribute(change.attribute).immutable:
            origin = change.origin or managed.resource.origin
            yield problems.immutable(managed, change.attribute, str(change.before), origin)


def _needs_elevation(table: str) -> bool:
    known = find_table(table)
    return bool(known and known.needs_elevation)
