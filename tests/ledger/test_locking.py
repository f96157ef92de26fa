"""The lock: one gets in, the others are told who, and nobody lets go of what is not theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from snowconf.ledger.failures import LedgerHiddenError, LockHeldError, LockLostError
from snowconf.ledger.filing import FileStore
from snowconf.ledger.holder import Holder, this_process
from snowconf.ledger.locking import RowLock
from snowconf.ledger.storing import InstanceStore, Store
from tests.ledger.box import Box, lose_answer, value_of
from tests.ledger.changes import HOLDER, OTHER
from tests.ledger.entries import URL, ledger
from tests.servicenow import wire

LOCK = "snowconf.demo.lock"
MakeStore: TypeAlias = Callable[[], Store]


def alive(_: Holder) -> bool:
    """Nobody is known to be dead."""
    return False


def dead(_: Holder) -> bool:
    """Everybody is."""
    return True


def on_instance(box: Box) -> InstanceStore:
    """The store of these tests."""
    return InstanceStore(box.records, "demo", URL)


@pytest.fixture(params=["instance", "file"])
def make_store(request: pytest.FixtureRequest, box: Box, tmp_path: Path) -> MakeStore:
    """Makes a store as each process would."""
    path = tmp_path / "ledgers" / "ledger.json"
    return lambda: FileStore(path, "demo", URL) if request.param == "file" else on_instance(box)


def test_one_gets_in_and_the_other_is_told_who(make_store: MakeStore) -> None:
    """Who, where, since when, and how to break it."""
    make_store().take(HOLDER, alive)
    with pytest.raises(LockHeldError) as refused:
        make_store().take(OTHER, alive)
    for word in ("jane on ci-7", "4711", "2026-11-21 10:00:00 UTC", "snowconf ledger unlock"):
        assert word in refused.value.detail


def test_who_lets_go_lets_the_next_one_in(make_store: MakeStore) -> None:
    """Nothing of the lock is left."""
    store = make_store()
    store.take(HOLDER, alive)
    store.release(HOLDER)
    assert (store.holder(), make_store().take(OTHER, alive)) == (None, None)


def test_the_lock_of_a_dead_run_is_taken_over(make_store: MakeStore) -> None:
    """Only on the same machine, and who takes it says whose it was."""
    make_store().take(HOLDER, alive)
    mine = replace(OTHER, host=HOLDER.host)
    assert make_store().take(mine, dead) == HOLDER
    assert make_store().holder() == mine


def test_the_lock_of_another_machine_is_not_taken_over(make_store: MakeStore) -> None:
    """Nobody here can tell whether that run lives."""
    make_store().take(HOLDER, alive)
    with pytest.raises(LockHeldError):
        make_store().take(OTHER, dead)


@pytest.mark.parametrize("taken_again", [False, True])
def test_a_lock_of_others_is_not_let_go_of(make_store: MakeStore, *, taken_again: bool) -> None:
    """It was broken meanwhile; the run is told, and the other one keeps it."""
    store = make_store()
    store.take(HOLDER, alive)
    assert make_store().unlock()
    if taken_again:
        make_store().take(OTHER, alive)
    with pytest.raises(LockLostError, match="held by joe" if taken_again else "Nobody holds it"):
        store.release(HOLDER)
    assert make_store().holder() == (OTHER if taken_again else None)


def test_breaking_a_lock_that_is_not_there_says_so(make_store: MakeStore) -> None:
    """There was none."""
    assert not make_store().unlock()


def test_a_lock_that_was_broken_before_the_ledger_was_stored_is_noticed(box: Box) -> None:
    """The head tells, without a request more."""
    first = on_instance(box)
    first.take(HOLDER, alive)
    first.load()
    first.save(ledger())
    first.release(HOLDER)
    store = on_instance(box)
    store.take(HOLDER, alive)
    store.load()
    on_instance(box).unlock()
    on_instance(box).take(OTHER, alive)
    store.save(ledger())
    with pytest.raises(LockLostError):
        store.release(HOLDER)
    assert on_instance(box).holder() == OTHER


def test_the_lock_is_a_property_that_disturbs_nobody(box: Box) -> None:
    """In no update set, no cache flushed, and an admin who finds it reads what it is."""
    on_instance(box).take(HOLDER, alive)
    row = box.row(LOCK)
    assert row is not None
    assert (row["is_private"], row["ignore_cache"], row["type"]) == ("true", "true", "string")
    assert "snowconf ledger unlock" in row["description"]
    assert value_of(row)["run"] == "r1"


def test_taking_and_letting_go_costs_three_requests(box: Box) -> None:
    """Made, looked at, removed."""
    store = on_instance(box)
    store.take(HOLDER, alive)
    store.release(HOLDER)
    assert box.took() == ["POST table", "GET table", "DELETE table"]


def test_an_answer_that_is_lost_is_looked_for(box: Box) -> None:
    """The row holds this run's name, so the lock is taken."""
    box.transport.meddle = lose_answer("POST", "sys_properties")
    assert on_instance(box).take(HOLDER, alive) is None
    assert on_instance(box).holder() == HOLDER


def test_a_lost_answer_is_no_lock_when_another_run_was_first(box: Box) -> None:
    """The row that is found names the other run."""

    def lose_before(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "POST":
            box.transport.meddle = lambda _, then: then()
            on_instance(box).take(OTHER, alive)
            raise httpx.ReadError("gone", request=request)
        return answer()

    box.transport.meddle = lose_before
    with pytest.raises(LockHeldError, match="joe on laptop"):
        on_instance(box).take(HOLDER, alive)


def test_a_lock_that_cannot_be_read_is_held(box: Box) -> None:
    """Somebody edited it."""
    on_instance(box).take(HOLDER, alive)
    for value in ("{}", "x", '{"run": 1}', "[]"):
        box.put(LOCK, value=value)
        with pytest.raises(LockHeldError, match="not by a run that can be told"):
            on_instance(box).take(OTHER, dead)


def test_a_lock_that_is_let_go_of_in_between_is_asked_for_again(box: Box) -> None:
    """Refused, then gone: the second try gets it."""
    on_instance(box).take(OTHER, alive)

    def gone_after_refusal(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        response = answer()
        if request.method == "POST":
            box.transport.meddle = lambda _, then: then()
            on_instance(box).release(OTHER)
        return response

    box.transport.meddle = gone_after_refusal
    assert on_instance(box).take(HOLDER, alive) is None


def test_a_lock_that_changes_hands_all_the_time_is_held(box: Box) -> None:
    """After a few tries the run gives up."""

    def always(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "POST":
            return wire.refused(
                403,
                "Operation Failed",
                "Error during insert of sys_properties (x), Unique Key violation detected",
            )
        return answer()

    box.transport.meddle = always
    with pytest.raises(LockHeldError):
        on_instance(box).take(HOLDER, alive)


def test_a_takeover_that_others_were_faster_in_is_none(box: Box) -> None:
    """The instance says who holds it after the write."""
    on_instance(box).take(HOLDER, alive)

    def faster(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        response = answer()
        if request.method != "PATCH":
            return response
        return wire.result({"sys_id": "x", "value": OTHER.encode()})

    box.transport.meddle = faster
    with pytest.raises(LockHeldError, match="joe"):
        on_instance(box).take(replace(OTHER, run="r3", host=HOLDER.host), dead)


def test_an_instance_that_gives_other_sys_ids_has_no_mutex(box: Box) -> None:
    """Nobody would be locked out, so nothing is done, and the row is removed."""

    def renumber(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method != "POST":
            return answer()
        return wire.result({"sys_id": "f" * 32, "value": HOLDER.encode()}, 201)

    box.transport.meddle = renumber
    with pytest.raises(LedgerHiddenError, match=r"file:ledger\.json"):
        on_instance(box).take(HOLDER, alive)
    assert box.took()[-1] == "DELETE table"


def test_the_lock_that_a_clone_brought_is_told_from_ours(box: Box) -> None:
    """On a release that takes two rows of one name; breaking the lock removes both."""
    ours = RowLock(records=box.records, stack="demo", url=URL).sys_id
    rows = [
        {"sys_id": "0" * 32, "name": LOCK, "value": OTHER.encode()},
        {"sys_id": ours, "name": LOCK, "value": HOLDER.encode()},
    ]
    box.transport.meddle = lambda request, answer: (
        wire.listed(rows) if request.method == "GET" and "table" in request.url.path else answer()
    )
    lock = RowLock(records=box.records, stack="demo", url=URL)
    assert (lock.holder(), lock.remove()) == (HOLDER, True)
    assert box.took()[-2:] == ["DELETE table", "DELETE table"]


def test_an_account_that_may_write_no_properties_is_told_of_the_other_store(box: Box) -> None:
    """What the instance said, and what to do."""
    records = box.reader()
    with pytest.raises(LedgerHiddenError, match=r"file:ledger\.json"):
        RowLock(records=records, stack="demo", url=URL).take(HOLDER, alive)


def test_of_many_at_once_one_gets_in(make_store: MakeStore) -> None:
    """Eight at a time, each of its own run."""

    def attempt(number: int) -> bool:
        try:
            make_store().take(replace(HOLDER, run=f"r{number}", pid=str(number)), alive)
        except LockHeldError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_holder_is_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run is another one; a user without a name has a number."""
    monkeypatch.setenv("LOGNAME", "jane")
    one, two = this_process("apply", URL), this_process("apply", URL)
    assert (one.run != two.run, one.who, Holder.decode(one.encode())) == (True, "jane", one)


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in many containers."""

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert this_process("apply", URL).who.isdecimal()
