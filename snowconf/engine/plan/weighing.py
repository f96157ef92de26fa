"""What a plan may break, found before anything is written: hazards, consequences, and checks between records.

An instance is asked only for what the plan touches. What stands against the plan joins its diagnostics.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from snowconf.engine.context import Context
from snowconf.engine.observe.asking import Managed
from snowconf.engine.observe.inquiring import inquire
from snowconf.engine.plan import dangers
from snowconf.engine.plan.authorizing import check_runner
from snowconf.engine.plan.foreseeing import foresee
from snowconf.engine.plan.limiting import check_limits
from snowconf.engine.port import Reader, Row
from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Evidence, Inquiry, Surroundings
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Change, Plan
from snowconf.model.runner import Runner
from snowconf.model.state import Resource

STAMP = "%Y-%m-%d %H:%M:%S"


def weigh_return(plan: Plan, instance: Reader, context: Context) -> Plan:
    """The same for a plan that takes an apply back. No block speaks in it, and no limit: it undoes what one run did.

    Raises:
        InstanceError: the instance did not answer.
    """
    managed = {each.address: _undeclared(each) for each in plan.changes}
    return Weighing(managed=managed, observed={}, context=replace(context, ledger=None)).weigh(plan, instance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Weighs the plan of these resources. `observed` are the rows that were read for it, by table."""

    managed: Mapping[Address, Managed]
    observed: Mapping[str, Sequence[Row]]
    context: Context

    def weigh(self, plan: Plan, instance: Reader) -> Plan:
        """The plan with its hazards and what follows from it, and with what stands against it among its diagnostics.

        Nothing is asked about a plan that does nothing, nor in a run that only compares.

        Raises:
            InstanceError: the instance did not answer.
        """
        if not (plan.pending and self.context.foresees):
            return plan
        runner = instance.whoami() if plan.write_count else Runner()
        cases = self._cases(plan, runner, instance)
        foreseen = {each.change.address: self._foreseen(each) for each in cases}
        changes = tuple(foreseen.get(each.address, each) for each in plan.changes)
        found = (
            *check_limits(plan, self.context),
            *self._check_runner(plan, runner),
            *_lockouts(changes),
            *self._cross_check(cases),
        )
        return replace(plan, changes=changes, diagnostics=(*plan.diagnostics, *found))

    def _cases(self, plan: Plan, runner: Runner, instance: Reader) -> Sequence[Case]:
        """One for each change, with all that the instance was asked for."""
        around, observed = self._surroundings(plan, runner), Evidence(self.observed)
        asking = [
            Case(
                change=each,
                resource=self.managed[each.address].resource,
                around=around,
                evidence=observed,
            )
            for each in plan.pending
        ]
        evidence = inquire(self._inquiries(asking), around.yesterday, instance=instance, context=self.context)
        return [replace(each, evidence=observed.joined(evidence)) for each in asking]

    def _surroundings(self, plan: Plan, runner: Runner) -> Surroundings:
        staying = [each for each in plan.changes if not self.managed[each.address].leaving]
        now = self.context.clock()
        return Surroundings(
            declared={each.sys_id: self.managed[each.address].resource for each in staying},
            named={(each.table, each.name): self.managed[each.address].resource for each in staying},
            blocks=self._blocks(),
            changes={each.sys_id: each for each in plan.pending},
            runner=runner,
            now=now.strftime(STAMP),
            yesterday=(now - timedelta(days=1)).strftime(STAMP),
        )

    def _blocks(self) -> Mapping[str, Sequence[Resource]]:
        blocks: dict[str, list[Resource]] = defaultdict(list)
        for each in self.managed.values():
            if not each.leaving:
                blocks[each.address.kind].append(each.resource)
        return blocks

    def _inquiries(self, cases: Iterable[Case]) -> Mapping[Inquiry, Sequence[Case]]:
        """Every inquiry with the cases it may concern."""
        asked: dict[Inquiry, list[Case]] = defaultdict(list)
        for case in cases:
            kind = self.managed[case.change.address].kind
            inquiries = {inquiry for stake in kind.stakes for inquiry in stake.asks}
            for inquiry in inquiries.union(*(check.asks for check in kind.cross_checks)):
                asked[inquiry].append(case)
        return asked

    def _foreseen(self, case: Case) -> Change:
        return foresee(case, self.managed[case.change.address].kind, self.context)

    def _check_runner(self, plan: Plan, runner: Runner) -> Iterable[Diagnostic]:
        if not self.context.allowances.unchecked_runner:
            yield from check_runner(plan.pending, self.managed, runner)

    def _cross_check(self, cases: Iterable[Case]) -> Iterable[Diagnostic]:
        said: set[CrossCheck] = set()
        for case in cases:
            for check in self.managed[case.change.address].kind.cross_checks:
                found = () if check in said else tuple(check.find(case))
                if found and check.once:
                    said.add(check)
                yield from found


def _undeclared(change: Change) -> Managed:
    """A record that is known by its change alone."""
    table = "" if KINDS[change.address.kind].table else change.table
    resource = Resource(address=change.address, origin=change.origin, attributes={}, table=table)
    return Managed(resource=resource, kind=kind_of(resource), own_id=change.sys_id, leaving=True)


def _lockouts(changes: Iterable[Change]) -> Iterable[Diagnostic]:
    """What nobody may do by accident, as errors that stop the plan."""
    for change in changes:
        for hazard in change.hazards:
            if hazard.code == "self_lockout" and hazard.severity is Severity.ERROR:
                yield dangers.self_lockout(change, hazard.sentence)
