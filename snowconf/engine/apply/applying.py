"""Carrying a plan out: independent work side by side, dependents after, and a truthful report whatever happens."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from typing import TypeAlias

from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.apply.performing import Performer, diagnose
from snowconf.engine.apply.settling import settle
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Instance, Progress
from snowconf.engine.stopping import StoppedError
from snowconf.engine.workers import Workers
from snowconf.errors import (
    InstanceError,
    OutcomeUnknownError,
    SecretAbsentError,
    SecretUnavailableError,
    StoreError,
)
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.outcome import ApplyReport, Outcome, Status
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Change, Plan
from snowconf.model.state import Desired

Replan: TypeAlias = Callable[[Context], Plan]

LEFT = (
    "The run was left before the instance answered, so whether this was done is not known. Plan again: the plan shows "
    "what the instance holds."
)


def apply(plan: Plan, desired: Desired, instance: Instance, context: Context) -> ApplyReport:
    """Make the instance what the plan says, then observe what was touched again."""
    return carry_out(Confirmed(plan=plan), _asking_files(desired, instance), instance, context)


def apply_confirmed(
    confirmed: Confirmed, desired: Desired, instance: Instance, context: Context
) -> ApplyReport:
    """The same for what is left of a plan that was reviewed earlier."""
    return carry_out(confirmed, _asking_files(desired, instance), instance, context)


def carry_out(confirmed: Confirmed, replan: Replan, instance: Instance, context: Context) -> ApplyReport:
    """Make the changes that are not refused; `replan` tells afterwards what is still to be done.

    A plan with errors, or one whose secrets cannot be had, is not begun: the report says why and nothing was sent.
    A change that fails has that in its outcome; what depends on it is not attempted, everything else is done.
    """
    plan = confirmed.plan
    problems = (*plan.diagnostics, *_missing_secrets(plan, context))
    if not has_errors(problems):
        problems = (*problems, *_unkept_secrets(confirmed, context))
    if has_errors(problems):
        untouched = tuple(Outcome(change=each, status=Status.NOT_ATTEMPTED) for each in plan.pending)
        return ApplyReport(plan=plan, outcomes=untouched, diagnostics=problems)
    work = _begin_work(confirmed, instance, context)
    work.run()
    ledger = _settled(plan, work, context)
    report = ApplyReport(plan=plan, outcomes=work.report(), interrupted=work.interrupted, ledger=ledger)
    if work.interrupted or not any(outcome.change.writes for outcome in report.attempted):
        return report
    return _observed_again(report, replan, context)


def _begin_work(confirmed: Confirmed, instance: Instance, context: Context) -> "_Work":
    changes = {each.address: each for each in confirmed.plan.pending}
    refused = {
        address: Outcome(change=changes[address], status=Status.NOT_ATTEMPTED, problem=problem)
        for address, problem in confirmed.refused.items()
    }
    performer = Performer(instance, context.secrets, context.journal)
    return _Work(changes, performer, context, outcomes=refused)


def _asking_files(desired: Desired, instance: Instance) -> Replan:
    """A plan from what the files ask for."""
    return lambda context: make_plan(desired, instance, context)


def _settled(plan: Plan, work: "_Work", context: Context) -> Ledger | None:
    if context.ledger is None:
        return None
    return settle(context.ledger, plan, work.report(), context.secrets.fingerprints())


def _observed_again(report: ApplyReport, replan: Replan, context: Context) -> ApplyReport:
    """With the plan that would be made now for what was touched: empty, when everything held. Ctrl-C ends the looking."""
    touched = frozenset(each.address for each in report.plan.pending)
    settled = replace(
        context, rewrite_secrets=frozenset(), ledger=report.ledger, targets=touched, foresees=False
    )
    try:
        return replace(report, after=replan(settled))
    except KeyboardInterrupt:
        return replace(report, interrupted=True)
    except (InstanceError, StoppedError) as error:
        return replace(report, diagnostics=(*report.diagnostics, diagnose(error)))


def _missing_secrets(plan: Plan, context: Context) -> Iterable[Diagnostic]:
    """Every secret that this plan would send and that cannot be had; found before anything is written."""
    for change in plan.pending:
        for source in [source for write in change.writes for source in write.secrets.values()]:
            try:
                context.secrets.resolve(source)
            except SecretUnavailableError as error:
                if not (source.generate and isinstance(error, SecretAbsentError)):
                    yield diagnose(error, change)


def _unkept_secrets(confirmed: Confirmed, context: Context) -> Iterable[Diagnostic]:
    """Have every secret that is to be generated in its store before anything is written; the first that cannot be."""
    for change in confirmed.plan.pending:
        sources = [source for write in change.writes for source in write.secrets.values()]
        for source in sources if change.address not in confirmed.refused else ():
            try:
                context.secrets.ensure(source)
            except (SecretUnavailableError, StoreError) as error:
                yield diagnose(error, change)
                return


@dataclass(slots=True)
class _Work:
    """One apply under way. `changes` are the pending ones, in the plan's order."""

    changes: Mapping[Address, Change]
    performer: Performer
    context: Context
    outcomes: dict[Address, Outcome] = field(default_factory=dict)
    # Noted before anything is sent, so that Ctrl-C at the worst moment makes no change look untouched.
    begun: set[Address] = field(default_factory=set)
    running: dict[Future[Outcome], Address] = field(default_factory=dict)
    interrupted: bool = False

    def run(self) -> None:
        """Do the changes. Ctrl-C lets the requests in flight finish and begins no other; a second one leaves them."""
        with Workers(self._workers) as workers:
            try:
                self._drive(workers)
            except KeyboardInterrupt:
                self.interrupted = True
                self._stop()

    def _stop(self) -> None:
        with suppress(KeyboardInterrupt):
            self._tell("stopping", "what was sent is awaited; Ctrl-C once more leaves it")
            self._finish(list(self.running))

    def report(self) -> tuple[Outcome, ...]:
        """How every change ended, in the order of the plan."""
        return tuple(self.outcomes.get(address) or self._left(each) for address, each in self.changes.items())

    def _left(self, change: Change) -> Outcome:
        """A change without an end: nobody knows of one that was begun."""
        if change.address not in self.begun:
            return Outcome(change=change, status=Status.NOT_ATTEMPTED)
        return Outcome(
            change=change, status=Status.UNKNOWN, problem=diagnose(OutcomeUnknownError(LEFT), change)
        )

    @property
    def _workers(self) -> int:
        return max(1, self.context.parallelism)

    def _drive(self, workers: Workers) -> None:
        sorter = TopologicalSorter(
            {address: self._awaited(change) for address, change in self.changes.items()}
        )
        sorter.prepare()
        ready: deque[Address] = deque()
        while sorter.is_active():
            ready.extend(sorter.get_ready())
            while ready and len(self.running) < self._workers:
                self._begin(ready.popleft(), sorter, workers)
            if self.running:
                finished, _ = wait(self.running, return_when=FIRST_COMPLETED)
                sorter.done(*self._finish(finished))

    def _begin(self, address: Address, sorter: TopologicalSorter[Address], workers: Workers) -> None:
        """Start a change, unless something it refers to did not go well."""
        awaited = self._awaited(self.changes[address])
        is_due = address not in self.outcomes
        if is_due and all(
            each in self.outcomes and self.outcomes[each].status is Status.DONE for each in awaited
        ):
            self.begun.add(address)
            self.running[workers.submit(self.performer.perform, self.changes[address])] = address
        else:
            sorter.done(address)

    def _finish(self, futures: Iterable[Future[Outcome]]) -> list[Address]:
        """Note how these ended, waiting for them if need be, and tell who watches."""
        addresses = []
        for future in futures:
            address = self.running[future]
            self.outcomes[address] = future.result()
            del self.running[future]
            addresses.append(address)
            self._tell("writing", str(address), self.outcomes[address])
        return addresses

    def _tell(self, phase: str, subject: str, outcome: Outcome | None = None) -> None:
        done, total = len(self.outcomes), len(self.changes)
        self.context.watch(Progress(phase=phase, done=done, total=total, subject=subject, outcome=outcome))

    def _awaited(self, change: Change) -> frozenset[Address]:
        """The pending changes that must be done before this one."""
        return frozenset(each for each in change.depends_on if each in self.changes)
