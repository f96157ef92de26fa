"""Changes on hold, canceled and closed, and what becomes of their tasks: docs/platform.md "Change requests"."""

import pytest

from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

NOW = "2026-07-01 12:00:00"


@pytest.fixture
def change(desk: Desk) -> Row:
    """A standard change, which may be canceled or scheduled."""
    return desk.insert("change_request", type="standard")


def task(desk: Desk, change: Row, **values: str) -> Row:
    """A task of the change."""
    return desk.insert("change_task", change_request=change["sys_id"], **values)


def now(desk: Desk, task: Row) -> tuple[str, str]:
    """Whether the task is on hold, and why."""
    row = desk.one("change_task", sys_id=task["sys_id"])
    return row["on_hold"], row["on_hold_reason"]


def test_tasks_are_held_and_released_with_their_change(desk: Desk, change: Row) -> None:
    """With the change's reason; one that somebody held has a reason of its own and stays, one that is closed has none."""
    mine, theirs = task(desk, change), task(desk, change, on_hold="true", on_hold_reason="Parts")
    closed = task(desk, change, state="3")
    held = desk.update("change_request", change, on_hold="true", on_hold_reason="Storm")
    assert [now(desk, each) for each in (mine, theirs, closed)] == [
        ("true", "Storm"),
        ("true", "Parts"),
        ("false", ""),
    ]
    desk.update("change_request", held, on_hold="false")
    assert [now(desk, each) for each in (mine, theirs)] == [("false", ""), ("true", "Parts")]


def test_a_change_on_hold_can_only_be_canceled(desk: Desk, change: Row) -> None:
    """And is on hold no more then; released in the same request it goes on."""
    held = desk.update("change_request", change, on_hold="true", on_hold_reason="Storm")
    with pytest.raises(Aborted, match="Hold change in its state"):
        desk.update("change_request", held, state="-2")
    canceled = desk.update("change_request", held, state="4")
    assert (canceled["state"], canceled["on_hold"]) == ("4", "false")
    other = desk.insert("change_request", type="standard", on_hold="true")
    assert desk.update("change_request", other, state="-2", on_hold="false")["state"] == "-2"


def test_tasks_are_canceled_with_their_change(desk: Desk, change: Row) -> None:
    """Those that are still open."""
    open_task, closed = task(desk, change), task(desk, change, state="3")
    desk.update("change_request", change, state="4")
    rows = [desk.one("change_task", sys_id=each["sys_id"]) for each in (open_task, closed)]
    assert [(row["state"], row["active"], row["closed_at"]) for row in rows] == [
        ("4", "false", NOW),
        ("3", "false", NOW),
    ]


def test_a_change_is_closed_after_its_tasks(desk: Desk) -> None:
    """The vendor's page: it can only be closed when all active tasks are closed or canceled."""
    change = desk.insert("change_request", type="standard", state="0")
    left = task(desk, change)
    with pytest.raises(Aborted, match="Close tasks before their change"):
        desk.update("change_request", change, state="3")
    desk.update("change_task", left, state="3")
    assert desk.update("change_request", change, state="3")["state"] == "3"


def test_without_models_nothing_holds_a_change(desk: Desk) -> None:
    """The switch `change_model`."""
    desk.switch(change_model="off")
    change = desk.insert("change_request", on_hold="true")
    task(desk, change)
    assert desk.update("change_request", change, state="3")["state"] == "3"
