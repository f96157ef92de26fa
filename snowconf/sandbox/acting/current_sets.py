"""Which update set takes a user's changes: the one of his preference, or the application's Default.

Sources: wire-contract.md 7.1, 7.2; tables.md 10.2.
"""

from snowconf.sandbox.acting.preferences import GLOBAL, PREFERENCES, find_preference, read_preference
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row, stamp_change
from snowconf.sandbox.storage.store import Row

SET_OF_GLOBAL = "sys_update_set"
SET_OF_SCOPE = "updateSetForScope"
IN_PROGRESS = "in progress"


def find_or_make(session: Session, application: str) -> str:
    """The sys_id of the set that takes the caller's changes to records of this application.

    The one of his preference while it is in progress and of the same application, else the application's Default.
    """
    chosen = session.store.get(
        "sys_update_set", read_preference(session, preference_for(session, application))
    )
    if chosen and takes(chosen, application):
        return chosen["sys_id"]
    defaults = session.store.find("sys_update_set", application=application, is_default="true")
    open_ones = [row["sys_id"] for row in defaults if row["state"] == IN_PROGRESS]
    return open_ones[0] if open_ones else _make_default(session, application, len(defaults))


def takes(update_set: Row, application: str) -> bool:
    """Whether the set can be current for changes to records of the application."""
    return update_set["state"] == IN_PROGRESS and update_set["application"] == application


def preference_for(session: Session, application: str) -> str:
    """The name of the preference that holds the current set of an application."""
    if application == GLOBAL:
        return SET_OF_GLOBAL
    scope = session.store.get("sys_scope", application) or {}
    return f"{SET_OF_SCOPE}{scope.get('scope', application)}"


def choose(session: Session, preference: str, value: str) -> None:
    """Write a preference of the caller; there is only one row of each."""
    found = find_preference(session, preference)
    if found is None:
        mine = {"user": session.caller.user_sys_id, "name": preference, "value": value}
        insert_row(session, PREFERENCES, mine)
    elif found["value"] != value:
        session.store.update(PREFERENCES, found["sys_id"], {"value": value} | stamp_change(session, found))


def _make_default(session: Session, application: str, before: int) -> str:
    """The application has none that is open: the platform makes one, numbered when there were others."""
    name = f"Default {before}" if before else "Default"
    columns = {"name": name, "application": application, "is_default": "true"}
    return insert_row(session, "sys_update_set", columns)["sys_id"]
