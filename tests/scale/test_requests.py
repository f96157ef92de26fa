"""How many requests 380 records cost, counted by a transport between the real client and a sandbox in this process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from snowconf.config.loading import load
from snowconf.config.secrets import Secrets
from snowconf.engine.apply.applying import apply
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Instance
from snowconf.ledger.keeping import LedgerKeeper, NoSecretJournal
from snowconf.model.connection import InstanceSettings
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.state import Desired
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from tests.scale.stacks import GRANTS, IMPORTS, OWN_ROLES, PLATFORM_ROLES, RECORDS, USERS, Shape

SHAPES = {
    "plain": Shape(),
    "with roles of its own": Shape(own_roles=True),
    "with passwords": Shape(passwords=True),
}


class CountingTransport(httpx.BaseTransport):
    """Counts what passes, by verb."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.counts: Counter[str] = Counter()
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One more."""
        self.counts[request.method] += 1
        return self._inner.handle_request(request)

    def take(self) -> "Counts":
        """The counts since the last time."""
        taken, self.counts = dict(self.counts), Counter()
        return taken


Counts: TypeAlias = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A first plan and apply on a fresh instance, and a second of each, with what every one of them cost.

    A plan was made before each apply, so that an apply's requests are those of the whole command. `observed` is what
    the sandbox itself saw in all.
    """

    plan: Plan
    plan_counts: Counts
    report: ApplyReport
    apply_counts: Counts
    second_plan: Plan
    second_plan_counts: Counts
    second_report: ApplyReport
    second_apply_counts: Counts
    observed: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A stack, and a fresh instance behind a counter."""

    desired: Desired
    instance: Instance
    context: Context
    transport: CountingTransport

    def plan(self) -> tuple[Plan, Counts]:
        """What is to do, and what it cost to learn it."""
        return make_plan(self.desired, self.instance, self.context), self.transport.take()

    def apply(self) -> tuple[ApplyReport, Counts]:
        """Plan and do it, as the command does."""
        plan = make_plan(self.desired, self.instance, self.context)
        return apply(plan, self.desired, self.instance, self.context), self.transport.take()

    def tell(self, observed: Counter[str]) -> Told:
        """Twice each."""
        (plan, plan_counts), (report, apply_counts) = self.plan(), self.apply()
        (again, again_counts), (idle, idle_counts) = self.plan(), self.apply()
        return Told(
            plan=plan,
            plan_counts=plan_counts,
            report=report,
            apply_counts=apply_counts,
            second_plan=again,
            second_plan_counts=again_counts,
            second_report=idle,
            second_apply_counts=idle_counts,
            observed=dict(observed),
        )


def desired_of(shape: Shape, folder: Path, text: str = "") -> tuple[Desired, InstanceSettings]:
    """What loading makes of the stack, or of a text that differs from it."""
    folder.mkdir(exist_ok=True)
    (folder / "stack.toml").write_text(text or shape.text(), "utf-8")
    loaded = load(folder, environ=shape.environment())
    assert loaded.diagnostics == ()
    assert loaded.desired is not None
    assert loaded.settings is not None
    return loaded.desired, loaded.settings


@contextmanager
def session_of(shape: Shape, folder: Path, observed: Counter[str], text: str = "") -> Iterator[Session]:
    """A stack from a file, and a sandbox in memory that it is for."""
    desired, settings = desired_of(shape, folder, text)
    secrets = Secrets(shape.environment(), folder)
    sandbox = Sandbox(None, parse({}), observer=lambda request, _: observed.update([request.method]))
    transport = CountingTransport(InProcessTransport(sandbox.exchange("admin")))
    keeper = LedgerKeeper(Ledger(stack=desired.stack, url="sandbox:"), NoSecretJournal(), secrets.resolve)
    context = Context(instance_name="dev", url="sandbox:", secrets=keeper)
    with closing(sandbox), open_instance(settings, secrets.resolve, transport=transport) as instance:
        yield Session(desired=desired, instance=instance, context=context, transport=transport)


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Told once for each shape that a test names."""
    observed: Counter[str] = Counter()
    with session_of(SHAPES[request.param], tmp_path_factory.mktemp("scale"), observed) as session:
        return session.tell(observed)


every_shape = pytest.mark.parametrize("told", SHAPES, indirect=True, scope="module")


def of(name: str) -> pytest.MarkDecorator:
    """One shape alone."""
    return pytest.mark.parametrize("told", [name], indirect=True, scope="module")


def test_the_stack_is_the_one_the_numbers_are_about() -> None:
    """20 applications, 50 users, 200 role grants, 100 properties and 10 scheduled imports are 380 records."""
    assert (RECORDS, GRANTS) == (380, 200)


@every_shape
def test_a_first_plan_is_at_most_ten_gets(told: Told) -> None:
    """Nothing is there yet, so that every table must also prove that it can be seen."""
    assert told.plan.diagnostics == ()
    assert told.plan_counts.keys() == {"GET"}
    assert told.plan_counts["GET"] <= 10


@of("plain")
def test_a_first_plan_announces_one_request_for_each_record(told: Told) -> None:
    """What the plan says it will send is what it takes."""
    assert told.plan.write_count == RECORDS


@every_shape
def test_a_plan_without_changes_is_at_most_ten_gets(told: Told) -> None:
    """When everything is there, one list a table tells."""
    assert (told.second_plan.pending, told.second_plan.diagnostics) == ((), ())
    assert told.second_plan_counts.keys() == {"GET"}
    assert told.second_plan_counts["GET"] <= 10


@every_shape
def test_an_apply_without_changes_writes_nothing(told: Told) -> None:
    """A second apply sends no write."""
    assert told.second_report.outcomes == ()
    assert told.second_apply_counts.keys() == {"GET"}


@of("plain")
def test_a_first_apply_is_at_most_420_requests(told: Told) -> None:
    """Planning, writing 380 records and observing again."""
    assert told.apply_counts.keys() == {"GET", "POST"}
    assert told.apply_counts["POST"] == RECORDS
    assert sum(told.apply_counts.values()) <= 420


@of("with roles of its own")
def test_roles_that_are_not_there_yet_cost_their_own_creation_and_no_more(told: Told) -> None:
    """Four roles more are four requests more, however many users are granted them."""
    assert told.apply_counts["POST"] == RECORDS + len(OWN_ROLES)
    assert sum(told.apply_counts.values()) <= 420


@of("with passwords")
def test_each_password_is_one_request_more(told: Told) -> None:
    """A password goes alone, in a request of its own: fifty of them are fifty requests beyond the 420."""
    assert (told.apply_counts["POST"], told.apply_counts["PATCH"]) == (RECORDS, USERS)
    assert sum(told.apply_counts.values()) <= 420 + USERS


@every_shape
def test_after_a_first_apply_everything_is_as_written(told: Told) -> None:
    """Every change is done, no column was taken otherwise, and a plan made from observing again is empty."""
    assert {each.status for each in told.report.outcomes} == {Status.DONE}
    assert [each for outcome in told.report.outcomes for each in outcome.mismatches] == []
    assert told.report.after is not None
    assert (told.report.after.pending, told.report.after.diagnostics) == ((), ())


@every_shape
def test_the_sandbox_saw_what_the_transport_counted(told: Told) -> None:
    """Nothing reaches the instance by another way."""
    counted = (told.plan_counts, told.apply_counts, told.second_plan_counts, told.second_apply_counts)
    assert told.observed == sum(map(Counter, counted), Counter())


def test_many_references_to_nothing_stay_few_requests(tmp_path: Path) -> None:
    """When not one of the roles and run-as users exists, looking for what was meant is one list a table."""
    text = Shape().text()
    for name in (*PLATFORM_ROLES, *(f"svc_scale_{n:02}" for n in range(IMPORTS))):
        text = text.replace(f"'{name}'", f"'{name}x'").replace(f'run_as = "{name}"', f'run_as = "{name}x"')
    with session_of(Shape(), tmp_path, Counter(), text) as session:
        plan, counts = session.plan()
    assert len(plan.diagnostics) == GRANTS + IMPORTS
    assert counts["GET"] <= 11
