"""Acting as the users that a stack declares, and seeing whether they can do what they are promised, and no more."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count

from snowconf.engine.context import Context
from snowconf.engine.enter.diagnosing import diagnose
from snowconf.engine.enter.entering import find_entrances, user_name_of
from snowconf.engine.port import Door, Instance, Progress, Visitor
from snowconf.engine.verify.canaries import Brood
from snowconf.engine.verify.glimpsing import EMPTY, Witness, judge_reading, look
from snowconf.engine.verify.presuming import presume
from snowconf.engine.verify.probing import Prober, unprobed
from snowconf.engine.verify.promising import by_table, promises_of
from snowconf.engine.verify.reasoning import Reasoner
from snowconf.engine.verify.ruling import Rulebook, read_rules
from snowconf.engine.verify.verdicts import no_secret, nothing_promised, problems_of
from snowconf.engine.workers import Workers
from snowconf.errors import SecretUnavailableError, UnauthenticatedError
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Refusal
from snowconf.model.state import Desired, Resource
from snowconf.model.verification import Finding, Identity, Promise, Verdict, Verification

READ = "read"
EXPLAINED = frozenset({Verdict.DENIED, Verdict.OPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where it is done: the runner's own session, and the door for others. `probes` says whether writes are tried."""

    instance: Instance
    door: Door
    probes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One user: how it came in, or why not, and what was found."""

    user: Resource
    promises: tuple[Promise, ...]
    entrance: Entrance | None = None
    visitor: Visitor | None = None
    refusal: Refusal | None = None
    problem: Diagnostic | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_in(self) -> bool:
        """Does the instance take it for the user?"""
        return self.visitor is not None and self.refusal is None

    def shut_out(self, error: UnauthenticatedError) -> "Visit":
        """An API does not take what the token endpoint gave: the user is not in after all."""
        if self.entrance is None:
            raise error
        refusal = Refusal(
            entrance=self.entrance, request=error.request, status=error.status, words=error.detail
        )
        return replace(self, refusal=refusal, findings=())

    def with_findings(self, more: Iterable[Finding]) -> "Visit":
        """Each promise's last finding counts."""
        found = {each.promise: each for each in (*self.findings, *more)} if self.is_in else {}
        return replace(self, findings=tuple(found.values()))


def verify(desired: Desired, site: Site, context: Context) -> Verification:
    """Try every promise of the targets, or of all users.

    Without `site.probes` nothing is written: what only a write would show is not probed.

    Raises:
        InstanceError: the instance did not answer.
    """
    run = _Run(desired, site, context)
    run.sweep()
    with ExitStack() as leaving:
        visits = run.visit(leaving)
        probed, said = run.probe(visits)
        return run.conclude(probed, said)


class _Run:
    """One verification."""

    def __init__(self, desired: Desired, site: Site, context: Context) -> None:
        self._desired = desired
        self._site = site
        self._context = context
        self._promised = promises_of(desired, context.targets)
        self._witness = Witness(site.instance)
        brood = Brood(stack=desired.stack, url=context.url)
        self._prober = Prober(instance=site.instance, brood=brood, elsewhere=self._witness)

    def sweep(self) -> None:
        """Remove what a killed run has left, of whatever user and in whatever table something is promised."""
        found: dict[str, list[Address]] = defaultdict(list)
        for user, promises in promises_of(self._desired, frozenset()).items():
            for table in by_table(promises):
                found[table].append(user)
        if self._site.probes:
            self._prober.sweep(found)

    def visit(self, leaving: ExitStack) -> list[Visit]:
        """Let everybody in and read, some users side by side; `leaving` shuts the door behind them."""
        entrances = find_entrances(self._desired, self._site.instance, self._promised)
        blocks = {each.address: each for each in self._desired.resources}
        visits = [_begin(blocks[user], self._promised[user], entrances[user]) for user in self._promised]
        done = count(1)

        def act(visit: Visit) -> Visit:
            acted = self._read(self._enter(visit, leaving))
            self._tell("reading", next(done), len(visits), subject=str(visit.user.address))
            return acted

        with Workers(max(1, self._context.parallelism)) as workers:
            return [each.result() for each in [workers.submit(act, each) for each in visits]]

    def probe(self, visits: Sequence[Visit]) -> tuple[list[Visit], tuple[Diagnostic, ...]]:
        """Try what only a write shows, one after the other: whoever interrupts it finds nothing left behind."""
        if not self._site.probes:
            return [each.with_findings(unprobed(each.promises)) for each in visits], ()
        open_ = {each.user.address: by_table(_untold(each)) for each in visits if each.is_in}
        total, done = sum(map(len, open_.values())), count(1)
        probed = []
        for visit in visits:
            found: list[Finding] = []
            for table, promises in open_.get(visit.user.address, {}).items():
                self._tell("trying", next(done), total, subject=f"{visit.user.address} {table}")
                found += self._try(visit, promises)
            probed.append(visit.with_findings(found))
        return probed, tuple(self._prober.said)

    def conclude(self, visits: Sequence[Visit], said: tuple[Diagnostic, ...]) -> Verification:
        """Give each finding its reason."""
        refusals = [each.refusal for each in visits if each.refusal]
        diagnosed = diagnose(refusals, self._desired, self._site.instance, self._context)
        reasoner = Reasoner(
            desired=self._desired, rulebook=self._rulebook(visits), elevation=self._context.elevation
        )
        identities = [_identity(each, reasoner) for each in visits]
        problems = [
            problem
            for visit, identity in zip(visits, identities, strict=True)
            for problem in (*_why_out(visit, diagnosed), *problems_of(identity))
        ]
        return Verification(
            stack=self._desired.stack,
            instance=self._context.instance_name,
            url=self._context.url,
            identities=tuple(identities),
            diagnostics=(*problems, *said) if visits else (nothing_promised(),),
            requests=sum((Counter(each.visitor.counts) for each in visits if each.visitor), Counter()),
        )

    def _enter(self, visit: Visit, leaving: ExitStack) -> Visit:
        if visit.entrance is None:
            return visit
        try:
            admitted = self._site.door.enter(visit.entrance)
        except SecretUnavailableError as error:
            return replace(visit, problem=no_secret(visit.user, error))
        if isinstance(admitted, Refusal):
            return replace(visit, refusal=admitted)
        leaving.callback(admitted.close)
        return replace(visit, visitor=admitted)

    def _read(self, visit: Visit) -> Visit:
        """One list for each table of which something is promised to be readable, or not to be."""
        if visit.visitor is None:
            return visit
        found: list[Finding] = []
        reading = by_table(each for each in visit.promises if each.operation == READ)
        for table, promises in reading.items():
            try:
                sight = look(visit.visitor, table, promises)
            except UnauthenticatedError as error:
                return visit.shut_out(error)
            found += (judge_reading(each, sight, self._witness) for each in promises)
        return visit.with_findings(found)

    def _try(self, visit: Visit, promises: Sequence[Promise]) -> Sequence[Finding]:
        return self._prober.try_table(visit.visitor, promises[0].table, promises) if visit.visitor else ()

    def _rulebook(self, visits: Sequence[Visit]) -> Rulebook:
        """Read only where something is to be explained."""
        unexplained = [
            (visit, each)
            for visit in visits
            for each in visit.findings
            if each.verdict in EXPLAINED or not each.tried
        ]
        names = {user_name_of(visit.user) for visit, _ in unexplained}
        findings = [finding for _, finding in unexplained]
        return read_rules(self._site.instance, findings, names) if findings else Rulebook()

    def _tell(self, phase: str, done: int, total: int, *, subject: str) -> None:
        self._context.watch(Progress(phase=phase, done=done, total=total, subject=subject))


def _begin(user: Resource, promises: tuple[Promise, ...], entrance: Entrance | Diagnostic) -> Visit:
    if isinstance(entrance, Diagnostic):
        return Visit(user=user, promises=promises, problem=entrance)
    return Visit(user=user, promises=promises, entrance=entrance)


def _untold(visit: Visit) -> Iterator[Promise]:
    """What reading could not show: everything else, and reading a table without records."""
    empty = {each.promise for each in visit.findings if each.told == EMPTY}
    return (each for each in visit.promises if each.operation != READ or each in empty)


def _why_out(
    visit: Visit, diagnosed: Mapping[Address, tuple[Diagnostic, ...]]
) -> tuple[Diagnostic, ...]:  # fmt: skip
    """Why the user was not let in; nothing when it was."""
    if visit.problem:
        return (visit.problem,)
    return diagnosed[visit.user.address] if visit.refusal else ()


def _identity(visit: Visit, reasoner: Reasoner) -> Identity:
    name = user_name_of(visit.user)
    found = {each.promise: presume(each, reasoner.rulebook, name) for each in visit.findings}
    shut = (Finding(promise=each, verdict=Verdict.NO_ENTRY) for each in visit.promises if each not in found)
    cells = {each.promise: reasoner.cell(each) for each in (*found.values(), *shut)}
    return Identity(
        user=visit.user.address,
        user_name=name,
        origin=visit.user.origin,
        cells=tuple(cells[each] for each in visit.promises),
        way=visit.entrance.way if visit.entrance else "",
        client=visit.entrance.client if visit.entrance else None,
        entered=visit.is_in,
    )
