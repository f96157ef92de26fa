"""Putting records into a sandbox: as a client would, with everything that follows, or raw, as they stand."""

from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import TypeAlias

from snowconf.dictionary import table_names
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import create_row
from snowconf.sandbox.queries.path import find_columns
from snowconf.sandbox.storage.row_files import Rows
from snowconf.sandbox.storage.store import UniqueViolationError
from snowconf.sandbox.writing import glide


class Way(Enum):
    """How records get in: by rules with values as stored, by rules with values as people read them, or raw."""

    RULES = "rules"
    DISPLAY = "display"
    RAW = "raw"


class UnusableRowError(Exception):
    """A record cannot be taken; the text says which and why."""


Write: TypeAlias = Callable[[Session, str, Mapping[str, str]], None]


def fill(session: Session, rows: Rows, way: Way) -> Counter[str]:
    """Create the records, or change those whose sys_id exists; how many there were by table.

    Passwords of users are hashed, so that they log in, unless they come raw.

    Raises:
        UnusableRowError: the first record that cannot be taken. What was before it is the caller's to roll back.
    """
    counts: Counter[str] = Counter()
    for table, records in rows.items():
        for number, values in enumerate(records, 1):
            _fill_one(session, table, values, way=way, where=f"{table}, record {number}")
            counts[table] += 1
    return counts


def _fill_one(session: Session, table: str, values: Mapping[str, str], *, way: Way, where: str) -> None:
    _check(session, table, values, where)
    write = _write_raw if way is Way.RAW else _write_shown if way is Way.DISPLAY else _write_stored
    try:
        write(session, table, values)
    except glide.Aborted as aborted:
        raise UnusableRowError(f"{where}: {aborted.message}: {aborted.detail}.") from aborted
    except UniqueViolationError as taken:
        raise UnusableRowError(f"{where}: {taken}.") from taken


def _check(session: Session, table: str, values: Mapping[str, str], where: str) -> None:
    columns = find_columns(session.switches, table)
    if not columns:
        raise UnusableRowError(f"{where}: the sandbox has no such table.{_guess(table, table_names())}")
    for name in values:
        if name not in columns:
            raise UnusableRowError(
                f'{where}: there is no column "{name[:60]}".{_guess(name, tuple(columns))}'
            )


def _write_raw(session: Session, table: str, values: Mapping[str, str]) -> None:
    sys_id = values.get("sys_id", "")
    if sys_id and session.store.locate(table, sys_id):
        session.store.update(table, sys_id, dict(values))
    else:
        session.store.insert(table, create_row(session, table, dict(values), sys_id) | dict(values))


def _write_stored(session: Session, table: str, values: Mapping[str, str]) -> None:
    columns = find_columns(session.switches, table)
    secret = {name: value for name, value in values.items() if columns[name].type == "password"}
    plain = {name: value for name, value in values.items() if name not in secret}
    sys_id = _write(session, table, plain, display_input=False)
    if secret:
        # The one way in which the platform hashes a password (wire-contract.md 6.5).
        glide.update(session, table, sys_id, secret, display_input=True)


def _write_shown(session: Session, table: str, values: Mapping[str, str]) -> None:
    _write(session, table, values, display_input=True)


def _write(session: Session, table: str, values: Mapping[str, str], *, display_input: bool) -> str:
    sys_id = values.get("sys_id", "")
    if sys_id and session.store.locate(table, sys_id):
        return glide.update(session, table, sys_id, values, display_input=display_input)["sys_id"]
    return glide.insert(session, table, values, display_input=display_input)["sys_id"]


def _guess(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
