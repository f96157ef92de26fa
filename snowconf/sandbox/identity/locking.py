"""Locking accounts out after too many wrong passwords, and letting them in again after a while (docs/platform.md).

An account that somebody locked stays locked: only a lock that was put on here has a job that takes it off.
"""

from datetime import datetime, timedelta

from snowconf.sandbox.acting.session import MOMENT, Clock, as_stored
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches

ATTEMPTS = 5
MINUTES = 15
JOB = "Unlock user account"


def count_failure(store: Store, switches: Switches, user: Row, clock: Clock) -> None:
    """One more wrong password for this user."""
    if switches.get("lockout") == "off":
        return
    attempts = _attempts(user) + 1
    changes = {"failed_attempts": str(attempts)}
    with store.transaction():
        if attempts >= settings.find_number(store, settings.LOCK_AFTER, ATTEMPTS) > 0:
            changes["locked_out"] = "true"
            _plan_unlocking(store, user, clock())
        store.update("sys_user", user["sys_id"], changes)


def forgive(store: Store, user: Row) -> None:
    """The right password ends the count; there is nothing to write when there was none."""
    if _attempts(user):
        store.update("sys_user", user["sys_id"], {"failed_attempts": "0"})


def unlock_when_due(store: Store, user: Row, clock: Clock) -> Row:
    """The user as he is, which is unlocked again when the time has come."""
    if user["locked_out"] != "true":
        return user
    now = as_stored(clock())
    jobs = store.find("sys_trigger", name=JOB, document_key=user["sys_id"])
    if not jobs or any(job["next_action"] > now for job in jobs):
        return user
    changes = {"locked_out": "false", "failed_attempts": "0"}
    with store.transaction():
        for job in jobs:
            store.delete("sys_trigger", job["sys_id"])
        store.update("sys_user", user["sys_id"], changes)
    return user | changes


def _attempts(user: Row) -> int:
    text = user["failed_attempts"]
    return int(text) if text.isdecimal() else 0


def _plan_unlocking(store: Store, user: Row, now: datetime) -> None:
    minutes = settings.find_number(store, settings.UNLOCK_AFTER_MIN, MINUTES)
    due = now + timedelta(minutes=minutes)
    for left in store.find("sys_trigger", name=JOB, document_key=user["sys_id"]):
        store.delete("sys_trigger", left["sys_id"])
    job = {"name": JOB, "document": "sys_user", "document_key": user["sys_id"], "state": "0"}
    store.insert("sys_trigger", job | {"sys_id": fresh_id(), "next_action": due.strftime(MOMENT)})
