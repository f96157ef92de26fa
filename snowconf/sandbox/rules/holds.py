"""What a change on hold, canceled or closed means for its tasks: docs/platform.md "Change requests"."""

from snowconf.sandbox.acting.stamping import stamp_change
from snowconf.sandbox.rules.rule import UPDATE, Event, Follow, Put, Refuse, Rule
from snowconf.sandbox.rules.tasks import CANCELED, close_task
from snowconf.sandbox.storage.store import Row

TASKS, CLOSED = "change_task", "3"
ON, OFF = "true", "false"


def _is_held(event: Event) -> bool:
    """Whether the change is on hold, from where it can only be canceled."""
    return _obeys(event) and event.after["on_hold"] == ON and event.after["state"] != CANCELED


def _has_open_tasks(event: Event) -> bool:
    return _obeys(event) and event.after["state"] == CLOSED and bool(_active_tasks(event))


def _obeys(event: Event) -> bool:
    return event.session.switches.get("change_model") == "on"


def _release(event: Event) -> Row:
    """Nothing is canceled and on hold."""
    return {"on_hold": OFF} if event.after["state"] == CANCELED else {}


def _active_tasks(event: Event) -> list[Row]:
    return event.session.store.find(TASKS, change_request=event.before["sys_id"], active="true")


def _hold_tasks(event: Event) -> None:
    """Tasks are held and released with their change; one that was held by hand keeps its own reason and stays."""
    held, reason = event.after["on_hold"] == ON, event.before["on_hold_reason"]
    for task in _active_tasks(event):
        if held and task["on_hold"] != ON:
            _change(event, task, {"on_hold": ON, "on_hold_reason": event.after["on_hold_reason"]})
        elif not held and task["on_hold"] == ON and task["on_hold_reason"] == reason:
            _change(event, task, {"on_hold": OFF, "on_hold_reason": ""})


def _cancel_tasks(event: Event) -> None:
    if event.after["state"] == CANCELED:
        for task in _active_tasks(event):
            _change(event, task, {"state": CANCELED, "on_hold": OFF})


def _change(event: Event, task: Row, values: Row) -> None:
    session = event.session
    own = Event(session=session, write="update", table=TASKS, before=task, after=task | values)
    changes = values | close_task(own) | stamp_change(session, task)
    session.store.update(TASKS, task["sys_id"], changes)


STATE = frozenset({"state"})
RULES: tuple[Rule, ...] = (
    Refuse(name="Hold change in its state", table="change_request", on=UPDATE, columns=STATE, when=_is_held),
    Refuse(
        name="Close tasks before their change",
        table="change_request",
        on=UPDATE,
        columns=STATE,
        when=_has_open_tasks,
    ),
    Put(name="Release canceled change", table="change_request", on=UPDATE, columns=STATE, values=_release),
    Follow(
        name="Hold tasks with their change",
        table="change_request",
        on=UPDATE,
        columns=frozenset({"on_hold"}),
        then=_hold_tasks,
    ),
    Follow(
        name="Cancel tasks with their change",
        table="change_request",
        on=UPDATE,
        columns=STATE,
        then=_cancel_tasks,
    ),
)
