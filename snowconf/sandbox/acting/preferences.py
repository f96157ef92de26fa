"""What sys_user_preference says of the caller, and the application it makes him work in (wire-contract.md 7.2)."""

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.storage.store import Row

PREFERENCES = "sys_user_preference"
APPLICATION = "apps.current_app"
GLOBAL = "global"


def find_preference(session: Session, name: str) -> Row | None:
    """The caller's row of that name, the latest one if somebody made several."""
    user = session.caller.user_sys_id
    rows = session.store.find(PREFERENCES, user=user, name=name) if user else []
    return max(rows, key=lambda row: (row["sys_updated_on"], row["sys_id"]), default=None)


def read_preference(session: Session, name: str) -> str:
    """Its value, empty when there is none."""
    return (find_preference(session, name) or {}).get("value", "")


def current_application(session: Session) -> str:
    """The sys_id of the application the caller works in; a preference that names none means global."""
    chosen = read_preference(session, APPLICATION)
    return chosen if chosen and session.store.get("sys_scope", chosen) else GLOBAL
