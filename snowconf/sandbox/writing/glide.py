"""The one door for writes: access control, coercion, defaults, rules, storage, in the platform's order.

Each function is one transaction: it happens whole or not at all.
"""

from collections.abc import Iterable, Mapping

from snowconf.dictionary import get_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import STAMPS, create_row, name_record, stamp_change
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.rules import Event, after_write, before_write, dependents
from snowconf.sandbox.storage.release import installed_columns
from snowconf.sandbox.storage.store import Row, UniqueViolationError
from snowconf.sandbox.wire.refusals import AbortedError as Aborted, Operation, by_acl, by_unique_key
from snowconf.sandbox.writing import attachments, journals
from snowconf.sandbox.writing.coercing import coerce

__all__ = ["Aborted", "Session", "delete", "insert", "update"]

SYS_ID_LENGTH = 32


def insert(session: Session, table: str, values: Mapping[str, str], *, display_input: bool = False) -> Row:
    """Create a record and return it as it was stored, with whatever rules made of it.

    Raises:
        Aborted: an access control, a rule or a unique key refuses (wire-contract.md 1.7).
    """
    with session.store.transaction():
        sent = coerce(session, table, _given(session, table, values), display_input=display_input)
        row = create_row(session, table, sent, values.get("sys_id", "")[:SYS_ID_LENGTH])
        writable = _writable(session, "create", table, (sent, row))
        kept = {name: value for name, value in sent.items() if name in writable}
        row = create_row(session, table, kept, row["sys_id"])
        event = Event(
            session=session, write="insert", table=table, before={}, after=row, sent=frozenset(kept)
        )
        return _store_new(before_write(event))


def update(
    session: Session, table: str, sys_id: str, values: Mapping[str, str], *, display_input: bool = False
) -> Row:
    """Change a record and return it; a write that changes nothing leaves no trace (tables.md 1.1).

    Raises:
        Aborted: an access control, a rule or a unique key refuses (wire-contract.md 1.7).
        LookupError: there is no such record.
    """
    with session.store.transaction():
        own, before = _find(session, table, sys_id)
        given = _given(session, own, values)
        # What is there already is no input: a sealed secret sent back must not be sealed again.
        different = {name: value for name, value in given.items() if value != before[name]}
        sent = coerce(session, own, different, display_input=display_input)
        writable = _writable(session, "write", own, (given, before))
        kept = {name: value for name, value in sent.items() if name in writable}
        event = Event(
            session=session, write="update", table=own, before=before, after=before | kept, sent=writable
        )
        return _store_changes(before_write(event))


def delete(session: Session, table: str, sys_id: str) -> None:
    """Delete a record and what goes with it.

    Raises:
        Aborted: an access control or a rule refuses (wire-contract.md 1.7).
        LookupError: there is no such record.
    """
    with session.store.transaction():
        own, before = _find(session, table, sys_id)
        _refuse(session, "delete", own, before)
        event = Event(session=session, write="delete", table=own, before=before, after={})
        before_write(event)
        _remove(event)


def _writable(
    session: Session, operation: Operation, table: str, about: tuple[Iterable[str], Row]
) -> frozenset[str]:
    """Those of the columns that the session may write of that row."""
    columns, row = about
    access = _refuse(session, operation, table, row)
    return frozenset(columns) if session.scripted else access.writable_columns(table, columns, row, operation)


def _refuse(session: Session, operation: Operation, table: str, row: Row) -> Access:
    """Access control, once it has let the session do that to the row."""
    access = Access(session.store, session.switches, session.caller, session.sink)
    if not session.scripted and not access.may(operation, table, row):
        raise by_acl(operation)
    return access


def _given(session: Session, table: str, values: Mapping[str, str]) -> dict[str, str]:
    """What of the values is the caller's to say: known columns that are not the platform's alone (tables.md 1.11)."""
    columns, free = installed_columns(session.switches, table), frozenset() if session.stamps else STAMPS
    return {
        name: value
        for name, value in values.items()
        if name in columns and (name in free or not columns[name].computed)
    }


def _find(session: Session, table: str, sys_id: str) -> tuple[str, Row]:
    row, own = session.store.get(table, sys_id), session.store.locate(table, sys_id)
    if row is None or own is None:
        raise LookupError(sys_id)
    return own, row


def _store_new(event: Event) -> Row:
    row, _ = journals.take(event.table, event.after | name_record(event.table, event.after))
    try:
        event.session.store.insert(event.table, row)
    except UniqueViolationError as violation:
        raise by_unique_key(event.table, _show(event.table, row)) from violation
    after_write(event)
    return _read_back(event, row["sys_id"])


def _store_changes(event: Event) -> Row:
    after, notes = journals.take(event.table, event.after | name_record(event.table, event.after))
    changes = {name: value for name, value in after.items() if value != event.before[name]}
    if not changes and not notes:
        return event.before
    sys_id = event.before["sys_id"]
    try:
        event.session.store.update(event.table, sys_id, changes | stamp_change(event.session, event.before))
    except UniqueViolationError as violation:
        raise by_unique_key(event.table, _show(event.table, after), "update") from violation
    after_write(event)
    return _read_back(event, sys_id)


def _read_back(event: Event, sys_id: str) -> Row:
    """The row as it is after all rules; one of them may have written it again."""
    return event.session.store.get(event.table, sys_id) or event.after


def _remove(event: Event) -> None:
    event.session.store.delete(event.table, event.before["sys_id"])
    attachments.follow(event.session, event.table, event.before["sys_id"])
    for table, row in dependents(event):
        _remove(Event(session=event.session, write="delete", table=table, before=row, after={}))
    after_write(event)


def _show(table: str, row: Row) -> str:
    return row.get(get_table(table).display, "")
