"""An apply looks before it takes the lock: it writes nothing when there is nothing to write, and misses nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from snowconf.model.query import where
from tests.cli.hands import by_hand

Run = Callable[..., Any]
Asked = list[str]
LOCK, HEAD = "snowconf.small.lock", "snowconf.small.ledger"
IN_A_FILE = 'name = "small"\nledger = "file:l.json"'


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Every request that is sent, by verb and API."""
    asked: Asked = []
    send = httpx.Client.send

    def noted(self: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        path = request.url.path.removeprefix("/api/now/").removeprefix("v1/")
        asked.append(f"{request.method} {path.split('?')[0]}")
        return send(self, request, **more)

    monkeypatch.setattr(httpx.Client, "send", noted)
    return asked


def add_role(stack: Path) -> None:
    """One block more."""
    with (stack / "small.toml").open("a", encoding="utf-8") as file:
        file.write("\n[role.another]\n")


def of_ledger(requests: Asked) -> Asked:
    """Those to the table and the API where ledger and lock are, which the small stack has one more of: its property."""
    return [each for each in requests if "sys_properties" in each or "attachment" in each or "batch" in each]


def test_an_apply_without_changes_sends_no_write(stack: Path, run: Run, requests: Asked) -> None:
    """Neither lock nor ledger: nothing but lists, and the ledger is not even read again."""
    run("apply", "--auto-approve")
    requests.clear()
    assert run("apply", "--auto-approve").code == 0
    assert {each.split()[0] for each in requests} == {"GET"}
    assert [each for each in requests if "attachment" in each] == []
    assert not (stack / ".snowconf" / "sandbox.journal.jsonl").read_bytes()


def test_with_a_ledger_in_a_file_neither(stack: Path, run: Run, requests: Asked) -> None:
    """The file is as it was."""
    path = stack / "small.toml"
    path.write_text(path.read_text("utf-8").replace('name = "small"', IN_A_FILE), "utf-8")
    run("apply", "--auto-approve")
    before = (stack / "l.json").read_bytes()
    requests.clear()
    assert run("apply", "--auto-approve").code == 0
    assert ({each.split()[0] for each in requests}, (stack / "l.json").read_bytes()) == ({"GET"}, before)


def test_a_change_costs_six_requests_of_the_ledger(stack: Path, run: Run, requests: Asked) -> None:
    """Heads, lock, heads again, attachment, switch, end; the seventh of the table is the stack's own property."""
    run("apply", "--auto-approve")
    add_role(stack)
    requests.clear()
    assert run("apply", "--auto-approve").code == 0
    assert [each.split()[0] + (" batch" if "batch" in each else "") for each in of_ledger(requests)] == [
        "GET",
        "GET",
        "POST",
        "GET",
        "POST",
        "PATCH",
        "POST batch",
    ]


def test_without_a_shelf_the_lock_comes_first(stack: Path, run: Run, requests: Asked) -> None:
    """A fresh checkout has six requests as well, and one that finds nothing to do gives the lock back."""
    run("apply", "--auto-approve")
    shutil.rmtree(stack / ".snowconf" / "receipts")
    (stack / ".snowconf" / "sandbox.ledger.shelf.json.gz").unlink()
    requests.clear()
    assert run("apply", "--auto-approve").code == 0
    assert requests[0] == "POST table/sys_properties"
    assert [each.split()[0] for each in requests if not each.startswith("GET")] == ["POST", "DELETE"]


def test_a_lock_in_other_hands_is_respected_although_nothing_is_to_be_done(stack: Path, run: Run) -> None:
    """Who holds it may be in the middle of a change."""
    run("apply", "--auto-approve")
    with by_hand(stack) as instance:
        instance.insert("sys_properties", {"name": LOCK, "value": "somebody", "type": "string"})
    assert run("apply", "--auto-approve").code == 5


def test_a_ledger_that_moved_on_before_the_lock_is_read_again(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another pipeline was done between plan and lock: the plan is made anew, and creates nothing twice."""
    other = stack.parent / "other"
    text = (stack / "small.toml").read_text("utf-8")
    for folder in (stack, other):
        folder.mkdir(exist_ok=True)
        shared = text.replace('"sandbox:"', f'"sandbox:{stack.parent / "shared.db"}"')
        (folder / "small.toml").write_text(shared, "utf-8")
    assert run("apply", "--auto-approve").code == 0
    add_role(stack)
    add_role(other)
    send = httpx.Client.send
    met: list[int] = []

    def meddled(self: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        if request.method == "POST" and not met:
            met.append(0)
            met.append(run("apply", "--auto-approve", "--directory", str(other)).code)
        return send(self, request, **more)

    monkeypatch.setattr(httpx.Client, "send", meddled)
    ended = run("apply", "--auto-approve", "--json")
    assert (ended.code, met[1:]) == (0, [0])
    assert json.loads(ended.out)["outcomes"] == []


def test_a_lock_that_turns_into_anothers_stops_the_run(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance that takes two creations of one sys_id lets two runs in; the heads are read with the locks beside."""
    run("apply", "--auto-approve")
    add_role(stack)
    send = httpx.Client.send

    def overwritten(self: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = send(self, request, **more)
        if request.method == "POST" and request.url.path.endswith("sys_properties"):
            monkeypatch.setattr(httpx.Client, "send", send)
            with by_hand(stack) as instance:
                (row,) = instance.list_rows("sys_properties", where(name=LOCK), ("value",)).rows
                value = {**json.loads(row["value"]), "run": "0" * 16, "who": "mallory"}
                instance.update("sys_properties", row["sys_id"], {"value": json.dumps(value)})
        return answer

    monkeypatch.setattr(httpx.Client, "send", overwritten)
    ended = run("apply", "--auto-approve")
    assert (ended.code, "mallory" in ended.err) == (5, True)


def test_a_lost_attachment_is_no_loss_where_the_last_version_is_at_hand(stack: Path, run: Run) -> None:
    """The plan is made with it; looking at the ledger itself says that it is damaged."""
    run("apply", "--auto-approve")
    with by_hand(stack) as instance:
        (row,) = instance.list_rows("sys_properties", where(name=HEAD), ("sys_id",)).rows
        for each in instance.list_attachments("sys_properties", row["sys_id"]):
            instance.remove_attachment(each.sys_id)
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("ledger", "verify").code == 1
