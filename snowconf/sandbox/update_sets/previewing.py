"""What a preview finds against committing a retrieved set: records that it refers to and are not there, later local changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from snowconf.dictionary import Table, find_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import STAMPS, insert_row
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.update_sets.documents import DELETE, Record, UnreadableDocumentError, read_payload
from snowconf.sandbox.update_sets.loading import mark, updates_of

PROBLEMS = "sys_update_preview_problem"
PREVIEWED = "previewed"
# Scope and package of what is global, which is no record everywhere.
GLOBAL = "global"
NEWER = "Found a local update that is newer than this one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of one update, in the platform's words."""

    update: Row
    description: str
    missing: str = ""


def preview(session: Session, sys_id: str) -> Sequence[Problem]:
    """Hold the set against this instance, keep what was found as records, and say that it is previewed."""
    updates = updates_of(session, sys_id)
    with session.store.transaction():
        for each in session.store.find(PROBLEMS, remote_update_set=sys_id):
            session.store.delete(PROBLEMS, each["sys_id"])
        arriving = _arriving(updates)
        found = [problem for each in updates for problem in _problems(session, each, arriving)]
        for problem in found:
            _keep(session, sys_id, problem)
        mark(
            session,
            sys_id,
            {"state": PREVIEWED, "collisions": str(sum(each.description == NEWER for each in found))},
        )
    return found


def _keep(session: Session, sys_id: str, problem: Problem) -> None:
    columns = {
        "remote_update_set": sys_id,
        "remote_update": problem.update["sys_id"],
        "type": "error",
        "description": problem.description,
        "missing_item": problem.missing,
    }
    insert_row(session, PROBLEMS, columns)


def _arriving(updates: Sequence[Row]) -> frozenset[str]:
    """The records that the set itself brings."""
    return frozenset(
        record.columns.get("sys_id", "")
        for each in updates
        for record in _records(each)
        if record.action != DELETE
    )


def _records(update: Row) -> Sequence[Record]:
    try:
        return read_payload(update["payload"])
    except UnreadableDocumentError:
        return ()


def _problems(session: Session, update: Row, arriving: frozenset[str]) -> Iterator[Problem]:
    try:
        records = read_payload(update["payload"])
    except UnreadableDocumentError as error:
        yield Problem(update=update, description=f"The payload of this update cannot be read: {error}")
        return
    if not all(_is_held(session, each) for each in records) and _is_newer(session, update):
        yield Problem(update=update, description=NEWER)
    for record in records:
        table = find_table(record.table)
        if table is None:
            yield Problem(
                update=update, description=f"Table '{record.table}' does not exist", missing=record.table
            )
        elif record.action != DELETE:
            yield from _missing(session, update, table, record.columns, arriving)


def _missing(
    session: Session, update: Row, table: Table, columns: Mapping[str, str], arriving: frozenset[str]
) -> Iterator[Problem]:
    for name, text in columns.items():
        column = table.columns.get(name)
        wanted = find_table(column.reference) if column and column.type == "reference" else None
        if wanted is None or text in {"", GLOBAL} or text in arriving:
            continue
        if session.store.get(wanted.name, text) is None:
            description = (
                f"Could not find a record in {wanted.name} for column {name} referenced in this update"
            )
            yield Problem(update=update, description=description, missing=f"{wanted.name}:{text}")


def _is_held(session: Session, record: Record) -> bool:
    """Is everything as the record would make it? Then nothing of anybody's is lost by it."""
    if find_table(record.table) is None:
        return False
    held = session.store.get(record.table, record.columns.get("sys_id", ""))
    if record.action == DELETE or held is None:
        return held is None
    return all(
        held[name] == text for name, text in record.columns.items() if name in held and name not in STAMPS
    )


def _is_newer(session: Session, update: Row) -> bool:
    versions = session.store.find("sys_update_version", name=update["name"], state="current")
    return any(each["sys_updated_on"] > update["sys_updated_on"] for each in versions)
