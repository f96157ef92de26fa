"""The plan: what observing found, matched, resolved, compared, held against the ledger, and put in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from snowconf.engine.context import Context
from snowconf.engine.identifying import Identities
from snowconf.engine.observe import problems
from snowconf.engine.observe.asking import LinkAsk, Managed, tables_by_address
from snowconf.engine.observe.linking import all_links
from snowconf.engine.observe.matching import Match, links_of, match, members_of, record_of
from snowconf.engine.observe.naming import with_names
from snowconf.engine.observe.observing import Observation, Seen, observe
from snowconf.engine.observe.remembering import Remembered
from snowconf.engine.observe.resolving import Resolver
from snowconf.engine.plan.authorizing import needs_elevation
from snowconf.engine.plan.changing import Asked, absence, described, entry_of, explained, immutables, seen_of
from snowconf.engine.plan.diffing import diff
from snowconf.engine.plan.exchanging import exchanged
from snowconf.engine.plan.leaving import departure, waits_for
from snowconf.engine.plan.masking import mark
from snowconf.engine.plan.ordering import closure, dependencies, in_order, referred
from snowconf.engine.plan.owning import is_made_here, manage
from snowconf.engine.plan.secrets import plan_secrets
from snowconf.engine.plan.setting_aside import set_aside
from snowconf.engine.plan.weighing import Weighing
from snowconf.engine.plan.writing import Wanted, writes_for
from snowconf.engine.port import Reader
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action, Change, Plan
from snowconf.model.state import Desired, Record
from snowconf.model.value import RecordRef


def make_plan(desired: Desired, instance: Reader, context: Context) -> Plan:
    """Compare what the files ask for with what the instance holds. Writes nothing.

    What stands against the plan is among its diagnostics; with an error there, it must not be applied.

    Raises:
        InstanceError: the instance refused or did not answer.
        UnaskableError: a natural key that no query can carry.
    """
    identities = Identities(desired.stack, context.url)
    managed = _targeted(manage(desired, identities, context.ledger), context.targets)
    remembered = Remembered(instance)
    observation = observe(managed, remembered, context)
    plan = _Planning(context, identities, observation).plan(desired, managed, remembered)
    if context.elevation and context.allowances.without_elevated:
        plan = set_aside(plan)
    observed = {table: seen.rows for table, seen in observation.tables.items()}
    by_address = {each.address: each for each in managed}
    return Weighing(managed=by_address, observed=observed, context=context).weigh(plan, remembered)


def _targeted(managed: tuple[Managed, ...], targets: frozenset[Address]) -> tuple[Managed, ...]:
    """The targets and what they refer to; everything, when there are none."""
    if not targets:
        return managed
    wanted = closure(referred(managed), targets)
    return tuple(each for each in managed if each.address in wanted)


@dataclass(slots=True)
class _Planning:
    """One plan in the making. Problems are collected, so that all are reported together."""

    context: Context
    identities: Identities
    observation: Observation
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def plan(self, desired: Desired, managed: Sequence[Managed], instance: Reader) -> Plan:
        """Every resource's change, in the order of the work; what leaves comes last."""
        matches = {each.address: match(each, self.observation) for each in managed}
        self.diagnostics += [each.problem for each in matches.values() if each.problem]
        self._report_foreign(matches)
        links = all_links(matches.values(), self.observation, instance, self.context)
        refs = {address: _ref(each) for address, each in matches.items()}
        resolver = Resolver(self.observation, tables_by_address(managed), refs)
        graph = dependencies(managed)
        changes = [
            self._change(matches[address], resolver, links, graph[address])
            for address in in_order(graph)
            if address in matches and not matches[address].problem
        ]
        return Plan(
            stack=desired.stack,
            instance=self.context.instance_name,
            url=self.context.url,
            changes=exchanged(
                self._ordered(changes, managed),
                {each.address: each for each in managed},
                {address: each.row for address, each in matches.items() if each.row is not None},
            ),
            diagnostics=(*self.diagnostics, *resolver.diagnostics, *self._rotations(managed)),
        )

    def _rotations(self, managed: Sequence[Managed]) -> Iterable[Diagnostic]:
        """Secrets that are being exchanged: between two steps block, store and instance may disagree."""
        under_way = self.context.ledger.rotations if self.context.ledger else {}
        known = (
            (each, under_way.get(each.owned.address if each.owned else each.address)) for each in managed
        )
        return [problems.rotation_under_way(each, rotation) for each, rotation in known if rotation]

    def _report_foreign(self, matches: dict[Address, Match]) -> None:
        """What another stack owns is refused, whatever this one's files say."""
        strangers = {
            each.row["sys_id"]: address
            for address, each in matches.items()
            if each.row is not None and each.managed.owned is None and self.context.ledger is not None
        }
        for sys_id, stack in sorted(self.context.owners(frozenset(strangers)).items()):
            managed = matches.pop(strangers[sys_id]).managed
            self.diagnostics.append(problems.owned_elsewhere(managed, stack))

    def _change(
        self, found: Match, resolver: Resolver, links: Mapping[LinkAsk, Seen], depends_on: frozenset[Address]
    ) -> Change:
        managed, row = found.managed, found.row
        if managed.resource.absent:
            self._report_protected(managed, deletes=row is not None)
            return absence(found)
        record = record_of(managed, row, members_of(managed, row["sys_id"], links)) if row else None
        record = record and with_names(record, managed.kind, resolver.names)
        self._report_hidden(managed, record, links)
        asked = self._asked(managed, resolver, depends_on)
        wanted = replace(self._wanted(managed, record, asked), image=seen_of(managed, row or {}))
        change = self._departing(wanted) if managed.leaving else self._staying(wanted, asked)
        self._report_elevation(managed, [write.table for write in change.writes])
        return change

    def _asked(self, managed: Managed, resolver: Resolver, depends_on: frozenset[Address]) -> Asked:
        lacking = self._lacking(managed)
        values = {name: value for name, value in resolver.resolve(managed).items() if name not in lacking}
        return Asked(values=values, members=resolver.resolve_members(managed), depends_on=depends_on)

    def _wanted(self, managed: Managed, record: Record | None, asked: Asked) -> Wanted:
        sys_id = record.sys_id if record else managed.own_id
        difference = explained(diff(managed, record, asked.values, asked.members), managed)
        secrets = plan_secrets(managed, sys_id, self.context, exists=record is not None)
        self.diagnostics += [*secrets.diagnostics, *immutables(managed, record, difference)]
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

    def _staying(self, wanted: Wanted, asked: Asked) -> Change:
        managed, record = wanted.managed, wanted.record
        change = replace(
            described(wanted),
            writes=writes_for(wanted, self.identities),
            depends_on=asked.depends_on,
        )
        if self.context.ledger is None:
            return change
        parent = asked.values.get(managed.kind.part_of)
        made_here = record is None or is_made_here(
            managed, record.sys_id, parent=parent, identities=self.identities, ledger=self.context.ledger
        )
        adopts = managed.owned is None and not made_here
        return replace(
            change,
            action=Action.ADOPT if adopts else change.action,
            owned=entry_of(wanted, asked, made_here=made_here),
        )

    def _departing(self, wanted: Wanted) -> Change:
        change = departure(wanted, self.identities)
        self._report_protected(wanted.managed, deletes=change.action is Action.DELETE)
        return change

    def _report_protected(self, managed: Managed, *, deletes: bool) -> None:
        """Protection outlives its block: it is the ledger that remembers it."""
        if deletes and managed.owned is not None and managed.owned.prevent_delete:
            self.diagnostics.append(problems.protected(managed))

    def _ordered(self, changes: Sequence[Change], managed: Sequence[Managed]) -> tuple[Change, ...]:
        """What leaves goes last, each after everything that referred to it."""
        leaving = {each.address for each in managed if each.leaving}
        staying = [each for each in changes if each.address not in leaving]
        if self.context.ledger is None or not leaving:
            return tuple(staying)
        pending = {each.address: each for each in changes if each.action is not Action.NO_OP}
        going = {
            each.address: replace(each, depends_on=waits_for(each.address, pending, self.context.ledger))
            for each in changes
            if each.address in leaving
        }
        order = in_order({address: each.depends_on & going.keys() for address, each in going.items()})
        return (*staying, *(going[address] for address in order))

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
        is_refused = self.context.elevation and not self.context.allowances.without_elevated
        if is_refused and any(needs_elevation(table) for table in tables):
            self.diagnostics.append(problems.needs_elevation(managed))


def _ref(found: Match) -> RecordRef:
    return RecordRef(found.row["sys_id"] if found.row else found.managed.own_id, found.managed.address.label)
