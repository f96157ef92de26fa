"""How many requests an apply takes, and what happens where only so many may be sent."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from snowconf.config.loading import load
from snowconf.config.secrets import Secrets
from snowconf.engine.apply.applying import apply, apply_confirmed, carry_out
from snowconf.engine.apply.confirming import Confirmed, confirm, reviewed
from snowconf.engine.budgeting import Rationed, RequestsSpentError, check_need
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Instance
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.query import Query
from snowconf.model.state import Desired
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from tests.driving.shared import Owner
from tests.engine.building import resource, stack
from tests.engine.pretend import PretendKeeper

USERS = 40
HEAD = '[stack]\nname = "many"\n[instance.dev]\nurl = "sandbox:"\ndefault = true\n'


class Counter(httpx.BaseTransport):
    """Counts what passes."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.count = 0
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One more."""
        self.count += 1
        return self._inner.handle_request(request)

    def take(self) -> int:
        """How many since the last time."""
        taken, self.count = self.count, 0
        return taken


@dataclass(kw_only=True)
class Bench:
    """A sandbox behind a counter, and one stack's ledger."""

    folder: Path
    instance: Instance
    counter: Counter
    context: Context

    def desired(self, first_name: str, *, changed: int = USERS) -> Desired:
        """A role and users; the first of them have this name."""
        names = [first_name if number < changed else "Same" for number in range(USERS)]
        users = (
            f'[user.u{number}]\nfirst_name = "{name}"\nroles = ["z"]\n' for number, name in enumerate(names)
        )
        text = HEAD + '[role.z]\ndescription = "Z"\n' + "".join(users)
        (self.folder / "stack.toml").write_text(text, "utf-8")
        loaded = load(self.folder, environ={})
        assert loaded.desired is not None, loaded.diagnostics
        return loaded.desired

    def apply(self, desired: Desired) -> ApplyReport:
        """Plan and apply, and own what it made."""
        report = apply(make_plan(desired, self.instance, self.context), desired, self.instance, self.context)
        self.context = replace(self.context, ledger=report.ledger)
        return report


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Opened and closed."""
    with _opened(tmp_path) as opened:
        yield opened


@contextmanager
def _opened(folder: Path) -> Iterator[Bench]:
    (folder / "stack.toml").write_text(HEAD, "utf-8")
    loaded = load(folder, environ={})
    assert loaded.settings is not None, loaded.diagnostics
    secrets = Secrets({}, folder)
    sandbox = Sandbox(None, parse({}))
    counter = Counter(InProcessTransport(sandbox.exchange("admin")))
    context = Context(
        instance_name="dev",
        url="sandbox:",
        secrets=PretendKeeper(),
        ledger=Ledger(stack="many", url="sandbox:"),
        foresees=False,
    )
    with closing(sandbox), open_instance(loaded.settings, secrets.resolve, transport=counter) as instance:
        yield Bench(folder=folder, instance=instance, counter=counter, context=context)


def tables_of(plan: Plan) -> set[str]:
    """The tables that are written to."""
    return {write.table for change in plan.pending for write in change.writes}


def test_an_apply_takes_one_request_for_each_write_and_two_lists_for_each_table(bench: Bench) -> None:
    """N + 2 a table + 8, with everything to create: observed before, written, observed after."""
    desired = bench.desired("First")
    plan = make_plan(desired, bench.instance, bench.context)
    bench.counter.take()
    report = bench.apply(desired)
    assert {each.status for each in report.outcomes} == {Status.DONE}
    assert bench.counter.take() <= plan.write_count + 2 * len(tables_of(plan)) + 8


def test_changing_all_takes_no_more(bench: Bench) -> None:
    """Forty updates of records that are there, and the tables that their members are in."""
    bench.apply(bench.desired("First"))
    bench.counter.take()
    report = bench.apply(bench.desired("Second"))
    assert len(report.attempted) == USERS
    assert bench.counter.take() <= USERS + 2 * 3 + 8


def test_a_saved_plan_asks_only_for_what_it_touches(bench: Bench) -> None:
    """One of forty users: a list of each table it needs, the write, and the same lists again."""
    bench.apply(bench.desired("First", changed=1))
    desired = bench.desired("Second", changed=1)
    plan = make_plan(desired, bench.instance, bench.context)
    bench.counter.take()
    pending = frozenset(each.address for each in plan.pending)
    today = make_plan(desired, bench.instance, replace(bench.context, targets=pending))
    report = apply_confirmed(confirm(reviewed(plan), today), desired, bench.instance, bench.context)
    assert [each.status for each in report.outcomes] == [Status.DONE]
    assert bench.counter.take() <= 1 + 2 * 1 + 8


def spending(owner: Owner, most: int) -> Rationed:
    """The instance of which so many requests may be asked."""
    return Rationed(instance=owner.instance, spent=lambda: sum(owner.instance.requests.values()), most=most)


def test_a_run_that_has_spent_its_requests_begins_nothing_more() -> None:
    """What was done is done, what was not is not attempted and says why, and nothing was observed again."""
    owner = Owner()
    desired = stack(*(resource("role", f"r{number}") for number in range(5)))
    plan = owner.plan(desired)
    before = sum(owner.instance.requests.values())
    rationed = spending(owner, before + 2)
    context = replace(owner.context, parallelism=1)
    report = carry_out(
        Confirmed(plan=plan), lambda today: make_plan(desired, rationed, today), rationed, context
    )
    assert [each.status for each in report.outcomes] == [Status.DONE] * 2 + [Status.NOT_ATTEMPTED] * 3
    assert {each.problem.code for each in report.outcomes if each.problem} == {"SNC268"}
    assert [each.code for each in report.diagnostics] == ["SNC268"]
    assert sum(owner.instance.requests.values()) == before + 2


def test_a_change_that_is_half_made_when_requests_are_spent_has_failed() -> None:
    """The record was made, and its role was not: that is no untouched change."""
    owner = Owner()
    desired = stack(resource("user", "svc", roles=["itil"]))
    plan = owner.plan(desired)
    rationed = spending(owner, sum(owner.instance.requests.values()) + 1)
    report = carry_out(Confirmed(plan=plan), lambda _: plan, rationed, owner.context)
    assert [(each.status, each.sent) for each in report.outcomes] == [(Status.FAILED, 1)]


def test_every_question_and_every_write_counts() -> None:
    """Lists, the runner, creations, changes and deletions, each held against the bound."""
    owner = Owner()
    free, spent = spending(owner, 1_000), spending(owner, 0)
    assert free.whoami().is_trusted
    assert free.insert("sys_user_role", {"sys_id": "c" * 32, "name": "c"})["sys_id"] == "c" * 32
    assert free.update("sys_user_role", "c" * 32, {"name": "d"})["name"] == "d"
    free.delete("sys_user_role", "c" * 32)
    for ask in (
        lambda: spent.list_rows("sys_user_role", Query(), ["name"]),
        spent.whoami,
        lambda: spent.insert("sys_user_role", {}),
        lambda: spent.update("sys_user_role", "c" * 32, {}),
        lambda: spent.delete("sys_user_role", "c" * 32),
    ):
        with pytest.raises(RequestsSpentError, match="all that --max-requests allows"):
            ask()


def test_a_need_beyond_the_bound_is_told_before_anything_is_written() -> None:
    """With what is needed, what was sent, and what is allowed."""
    check_need(5, 5, 10)
    with pytest.raises(RequestsSpentError, match="needs about 6 more requests, 5 were sent already"):
        check_need(6, 5, 10)
