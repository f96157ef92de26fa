"""Committing a previewed set: its records are written whatever access controls say of REST, as an elevated admin's commit does.

Business rules run and versions are kept, in a local set of the same name. Whether every rule runs on an instance is not known.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from snowconf.dictionary import find_table, get_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.update_sets.documents import DELETE, Record, UnreadableDocumentError, read_payload
from snowconf.sandbox.update_sets.loading import SETS, UPDATES, mark, updates_of
from snowconf.sandbox.update_sets.previewing import PREVIEWED, PROBLEMS
from snowconf.sandbox.writing import glide

COMMITTED = "committed"
SKIPPED = "skipped"


class NotCommittedError(Exception):
    """The set is not one that can be committed now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What was written; `failures` are updates that a rule or a unique key refused, each with why."""

    local_set: str
    inserted: int
    updated: int
    deleted: int
    failures: Sequence[tuple[Row, str]]


def commit(session: Session, sys_id: str, *, force: bool = False) -> Commit:
    """Write the updates in their order. One that is refused does not keep the others back, as on the platform.

    Raises:
        NotCommittedError: it was not previewed, was committed before, or has problems that nobody has decided about.
    """
    with session.store.transaction():
        found = session.store.get(SETS, sys_id)
        _check(session, sys_id, found, force=force)
        assert found is not None, sys_id
        local = _make_local(session, found)
        done = _Committing(_elevated(session, local)).run(_wanted(session, sys_id))
        mark(session, sys_id, _outcome(session, done))
        return done


def _check(session: Session, sys_id: str, found: Row | None, *, force: bool) -> None:
    if found is None:
        raise NotCommittedError("There is no such retrieved update set.")
    if found["state"] != PREVIEWED:
        raise NotCommittedError(
            f"The update set is {found['state']}, and only one that is previewed can be committed."
        )
    undecided = session.store.find(PROBLEMS, remote_update_set=sys_id, type="error", status="")
    if undecided and not force:
        raise NotCommittedError(f"The preview found {len(undecided)} problems that nobody has decided about.")


def _wanted(session: Session, sys_id: str) -> Sequence[Row]:
    skipped = session.store.find(PROBLEMS, remote_update_set=sys_id, status=SKIPPED)
    out = {each["remote_update"] for each in skipped}
    return [each for each in updates_of(session, sys_id) if each["sys_id"] not in out]


def _make_local(session: Session, found: Row) -> str:
    columns = {
        "name": found["name"],
        "description": found["description"],
        "application": found["application"],
        "state": "complete",
        "completed_by": session.caller.user_name,
        "completed_on": session.now(),
        "installed_from": found["remote_sys_id"],
        "install_date": session.now(),
    }
    return insert_row(session, "sys_update_set", columns)["sys_id"]


def _elevated(session: Session, local_set: str) -> Session:
    """The same user with all that elevation gives, whose changes are kept in the local set."""
    switches = Switches(MappingProxyType({**session.switches.chosen, "elevation": "off"}))
    caller = replace(session.caller, admin=True, roles=session.caller.roles | {"admin"})
    return replace(session, switches=switches, caller=caller, update_set=local_set)


def _outcome(session: Session, done: Commit) -> Row:
    return {
        "state": COMMITTED,
        "commit_date": session.now(),
        "update_set": done.local_set,
        "inserted": str(done.inserted),
        "updated": str(done.updated),
        "deleted": str(done.deleted),
    }


class _Committing:
    """One commit under way."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._counts: Counter[str] = Counter()
        self._failures: list[tuple[Row, str]] = []
        self._names: frozenset[str] = frozenset()

    def run(self, updates: Sequence[Row]) -> Commit:
        """Write them all."""
        self._names = frozenset(each["name"] for each in updates)
        for each in updates:
            try:
                for record in read_payload(each["payload"]):
                    self._write(record)
            except (glide.Aborted, UnreadableDocumentError, LookupError) as error:
                self._failures.append((each, str(error)))
        return Commit(
            local_set=self._session.update_set,
            inserted=self._counts["insert"],
            updated=self._counts["update"],
            deleted=self._counts["delete"],
            failures=tuple(self._failures),
        )

    def _write(self, record: Record) -> None:
        if find_table(record.table) is None:
            raise LookupError(f"Table '{record.table}' does not exist")
        sys_id = record.columns.get("sys_id", "")
        is_there = self._session.store.locate(record.table, sys_id) is not None
        if record.action == DELETE:
            if is_there:
                glide.delete(self._session, record.table, sys_id)
                self._counts["delete"] += 1
        elif is_there:
            glide.update(self._session, record.table, sys_id, record.columns)
            self._counts["update"] += 1
        else:
            self._insert(record)
            self._counts["insert"] += 1

    def _insert(self, record: Record) -> None:
        """What a rule has made a moment ago gives way to the record of the same key that the set brings."""
        try:
            glide.insert(self._session, record.table, record.columns)
        except glide.Aborted:
            made = list(self._made_by_rules(record))
            if not made:
                raise
            for row in made:
                self._unmake(record.table, row)
            glide.insert(self._session, record.table, record.columns)

    def _made_by_rules(self, record: Record) -> Iterator[Row]:
        """Rows with one of the record's unique keys that came with this commit, and with none of its updates."""
        store, local = self._session.store, self._session.update_set
        for key in get_table(record.table).unique:
            for row in store.find(record.table, **{name: record.columns.get(name, "") for name in key}):
                name = f"{record.table}_{row['sys_id']}"
                if name not in self._names and store.find(UPDATES, name=name, update_set=local):
                    yield row

    def _unmake(self, table: str, row: Row) -> None:
        """As if it had not been made: no books are kept of it either."""
        store, name = self._session.store, f"{table}_{row['sys_id']}"
        store.delete(table, row["sys_id"])
        for kept in (UPDATES, "sys_update_version"):
            for each in store.find(kept, name=name):
                store.delete(kept, each["sys_id"])
