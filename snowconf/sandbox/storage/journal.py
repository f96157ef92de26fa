"""The sandbox's log: who asked for what, what was answered, and which access control or rule decided.

A ring of a few thousand entries in the sandbox's own file, written some at a time so that requests do not wait for it.
Values that were sent are not kept, and secrets in URLs are masked.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.wire.decisions import Decision, Trail
from snowconf.sandbox.wire.requests import Answer, Request

KEPT = 10_000
WRITTEN_AT_ONCE = 200
WRITTEN_AFTER = timedelta(seconds=0.5)
# Entries wait here while another process writes; more than these are lost.
WAITING_AT_MOST = 5_000
DECISIONS_AT_MOST = 40
TARGET_AT_MOST = 500
MASK = "********"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SECRETS = re.compile(
    r"(?i)\b((?:access_|refresh_)?token|client_secret|code|code_verifier|assertion|password|x-sn-apikey|"
    r"(?:sys)?[a-z_]*password)=[^&^]*"
)
_TABLE = re.compile(r"/(?:table|stats|import|attachment)/([a-z0-9_]+)")

Value: TypeAlias = str | int | float
Columns: TypeAlias = tuple[Value, ...]

_CREATE = """CREATE TABLE IF NOT EXISTS snowconf_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, user TEXT, method TEXT, target TEXT, about TEXT,
    status INTEGER, milliseconds REAL, denied INTEGER, fault TEXT, message TEXT, decisions TEXT)"""
_SUM_UP = "SELECT COUNT(*), COALESCE(SUM(denied), 0), COALESCE(MAX(at), '') FROM snowconf_log"
_INSERT = """INSERT INTO snowconf_log
    (at, user, method, target, about, status, milliseconds, denied, fault, message, decisions)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FORGET = "DELETE FROM snowconf_log WHERE number <= (SELECT MAX(number) FROM snowconf_log) - ?"
# Every filter is always bound, and does nothing when its value is empty.
_READ = """SELECT number, at, user, method, target, about, status, milliseconds, denied, fault, message, decisions
    FROM (SELECT * FROM snowconf_log
          WHERE number > :after AND (:user = '' OR user = :user COLLATE NOCASE)
          AND (:about = '' OR about = :about) AND (:denied = 0 OR denied = 1)
          ORDER BY number DESC LIMIT :limit)
    ORDER BY number"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One decision as the log keeps it; `rows` is for how many rows it was taken."""

    operation: str
    table: str
    column: str
    sys_id: str
    allowed: bool
    by: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request in the log. `at` is UTC with milliseconds, `about` the table, `denied` whether anything was."""

    number: int
    at: str
    user: str
    method: str
    target: str
    about: str
    status: int
    milliseconds: float
    denied: bool
    fault: str
    message: str
    decisions: tuple[Verdict, ...]

    def document(self) -> dict[str, object]:
        """The entry for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A request that was answered, before it is in the log."""

    request: Request
    answer: Answer
    trail: Trail
    user: str
    fault: str
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which entries to read: those after a number, of a user, about a table, only denied ones; the last `limit`."""

    after: int = 0
    user: str = ""
    about: str = ""
    denied: bool = False
    limit: int = 1000


class Journal:
    """Notes what happens and writes it down from time to time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Columns] = []
        self._since = EPOCH
        self._ready = False

    def note(self, happening: Happening) -> None:
        """Take it down; whoever reads the file sees it half a second later at the latest, if requests go on."""
        self._since = self._since if self._waiting else happening.at
        # Bodies may be large, so nothing of request and answer is kept but what the log says of them.
        self._waiting.append(_columns(happening))
        if len(self._waiting) >= WRITTEN_AT_ONCE or happening.at - self._since > WRITTEN_AFTER:
            self.write()

    def write(self) -> None:
        """Write down what waits. What cannot be written now is tried again the next time."""
        if not self._waiting:
            return
        try:
            with self._store.transaction():
                self._prepare()
                self._store.run_many(_INSERT, self._waiting)
                self._store.run(_FORGET, (KEPT,))
        except sqlite3.Error:
            self._ready = False
            del self._waiting[:-WAITING_AT_MOST]
        else:
            self._waiting.clear()

    def read(self, wish: Wish) -> list[Entry]:
        """The entries, oldest first; what waits is written first."""
        self.write()
        self._prepare()
        bound = asdict(wish)
        return [_entry(row) for row in self._store.run(_READ, bound)]

    def sum_up(self) -> tuple[int, int, str]:
        """How many requests are in the log, how many of them were denied something, and when the last one came."""
        self.write()
        self._prepare()
        requests, denied, last = self._store.run(_SUM_UP)[0]
        return requests, denied, last

    def _prepare(self) -> None:
        if not self._ready:
            self._store.run(_CREATE, ())
            self._ready = True


def describe(verdict: Verdict) -> str:
    """A decision in a line: what it was about, how it ended, and why."""
    about = ".".join(part for part in (verdict.table, verdict.column) if part)
    rows = f" for {verdict.rows:,} rows" if verdict.rows > 1 else ""
    what = " ".join(part for part in (verdict.operation, about) if part)
    ended = "allowed" if verdict.allowed else "denied"
    reason = "; ".join(part for part in (verdict.why, f"by {verdict.by}" if verdict.by else "") if part)
    return f"{what}{rows}: {ended}{f', {reason}' if reason else ''}"


def _columns(happening: Happening) -> Columns:
    request, answer = happening.request, happening.answer
    decisions = tuple(happening.trail)
    denied = answer.status in {401, 403} or not all(each.ruling.allowed for each, _ in decisions)
    found = _TABLE.search(request.path)
    return (
        happening.at.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")[:23],
        happening.user,
        request.method,
        mask_target(request.target),
        found[1] if found else "",
        answer.status,
        round(happening.seconds * 1000, 3),
        int(denied),
        happening.fault,
        _message(answer),
        dump_decisions(decisions) if decisions else "",
    )


def mask_target(target: str) -> str:
    """The path and query as they may be shown: without secrets, control characters and endless text."""
    shown = _SECRETS.sub(rf"\1={MASK}", target[: 4 * TARGET_AT_MOST])
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else "�" for each in shown)
    return shown if len(shown) <= TARGET_AT_MOST else shown[: TARGET_AT_MOST - 1] + "…"


# The same is decided again and again.
@lru_cache(maxsize=512)
def dump_decisions(decisions: tuple[tuple[Decision, int], ...]) -> str:
    """The decisions as JSON, what was denied first, as that is what one looks for."""
    kept = sorted(decisions, key=lambda each: each[0].ruling.allowed)[:DECISIONS_AT_MOST]
    return json.dumps([_verdict(decision, rows) for decision, rows in kept], ensure_ascii=False)


def _verdict(decision: Decision, rows: int) -> dict[str, str | int]:
    """What a `Verdict` is made from."""
    return {
        "operation": decision.operation,
        "table": decision.table,
        "column": decision.column,
        "sys_id": decision.sys_id,
        "allowed": decision.ruling.allowed,
        "by": decision.ruling.by,
        "why": decision.ruling.why,
        "rows": rows,
    }


def _message(answer: Answer) -> str:
    """The words of an error envelope."""
    if answer.status < 400 or not answer.body.startswith(b"{"):
        return ""
    try:
        error = json.loads(answer.body)["error"]
    except (ValueError, KeyError):
        return ""
    words = error.values() if isinstance(error, dict) else [error]
    return ": ".join(str(each) for each in words if each)[:TARGET_AT_MOST]


def _entry(row: Iterable[Value]) -> Entry:
    number, at, user, method, target, about, status, milliseconds, denied, fault, message, decisions = row
    return Entry(
        number=int(number),
        at=str(at),
        user=str(user),
        method=str(method),
        target=str(target),
        about=str(about),
        status=int(status),
        milliseconds=float(milliseconds),
        denied=bool(denied),
        fault=str(fault),
        message=str(message),
        decisions=read_verdicts(str(decisions)),
    )


def read_verdicts(text: str) -> tuple[Verdict, ...]:
    """The decisions of an entry from their JSON."""
    return tuple(Verdict(**each) for each in json.loads(text or "[]"))
