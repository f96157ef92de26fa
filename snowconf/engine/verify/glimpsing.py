"""Reading as a user: one list of a table tells of all that is promised of reading it. Nothing is believed.

An unreadable row is counted and not shown, an unreadable column is missing from the row, and both come with 200
(wire-contract.md 1.5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from snowconf.dictionary import find_table
from snowconf.engine.port import Instance, Row, Visitor
from snowconf.errors import BadRequestError, ForbiddenError, NotFoundError
from snowconf.model.query import Query
from snowconf.model.verification import Finding, Promise, Verdict

# Rows looked at: enough to see that some are kept back, few enough to be quick.
ROWS = 20
EVERY = "*"
KEY = "sys_id"
EMPTY = "The table has no records, so nothing can be told."

Shown: TypeAlias = Callable[[str], frozenset[str]]
"""The columns of a table that somebody else is shown, who may read more; none when not even a record is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one list showed. `refused` is why there was none, `is_missing` that there is no such table."""

    rows: tuple[Row, ...] = ()
    counted: int | None = None
    refused: str = ""
    is_missing: bool = False

    @property
    def looked_at(self) -> int:
        """How many rows a list would hold that keeps none back."""
        return len(self.rows) if self.counted is None else min(self.counted, ROWS)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to be seen by anybody?"""
        return not (self.rows or self.counted or self.refused or self.is_missing)

    @property
    def is_shut(self) -> bool:
        """Is nothing shown of what is there?"""
        return bool(self.refused) or (not self.rows and bool(self.counted))

    @property
    def shown(self) -> frozenset[str]:
        """Columns that any row has."""
        return frozenset[str]().union(*self.rows)

    @property
    def always_shown(self) -> frozenset[str]:
        """Columns that every row has."""
        return self.shown.intersection(*self.rows)


def look(visitor: Visitor, table: str, promises: Sequence[Promise]) -> Sight:
    """One list with every column that any of the promises is about.

    Raises:
        InstanceError: the instance did not answer, or does not know the user any more.
    """
    columns = frozenset({KEY}).union(*(columns_of(each) for each in promises))
    try:
        glimpse = visitor.glimpse(table, sorted(columns), limit=ROWS)
    except ForbiddenError as error:
        return Sight(refused=error.reason.value)
    except (BadRequestError, NotFoundError):
        return Sight(is_missing=True)
    return Sight(rows=tuple(glimpse.rows), counted=glimpse.counted)


def columns_of(promise: Promise) -> frozenset[str]:
    """The columns that a promise is about. Passwords are in no `*`: nobody is promised those."""
    if promise.column != EVERY:
        return frozenset({promise.column} - {""})
    known = find_table(promise.table)
    columns = known.columns.values() if known else ()
    return frozenset(each.name for each in columns if "password" not in each.type)


def judge_reading(promise: Promise, sight: Sight, elsewhere: Shown) -> Finding:
    """What the list says of one promise; where columns are missing, whether `elsewhere` they are shown."""
    if sight.is_missing:
        return _found(promise, Verdict.UNDECIDABLE, f"The instance has no table {promise.table}.")
    if sight.is_empty:
        return Finding(promise=promise, verdict=Verdict.UNDECIDABLE, told=EMPTY, tried=False)
    return _judge_allowed(promise, sight, elsewhere) if promise.allowed else _judge_closed(promise, sight)


def _judge_allowed(promise: Promise, sight: Sight, elsewhere: Shown) -> Finding:
    if sight.refused:
        return _found(promise, Verdict.DENIED, f"The instance refuses the list: {sight.refused}.")
    if sight.is_shut:
        told = f"The instance counts {sight.counted} records and shows none of them."
        return _found(promise, Verdict.DENIED, told)
    return _judge_columns(promise, sight, elsewhere) or _judge_rows(promise, sight)


def _judge_columns(promise: Promise, sight: Sight, elsewhere: Shown) -> Finding | None:
    """None when every column is there that the instance has."""
    asked = columns_of(promise)
    missing = asked - sight.shown
    seen = elsewhere(promise.table) if missing else frozenset[str]()
    lacking = missing - seen if seen else frozenset[str]()
    if missing - lacking:
        told = f"Records are shown without {_some(missing - lacking)}."
        return _found(promise, Verdict.DENIED, told, missing - lacking)
    if lacking and promise.column != EVERY:
        told = "The column is not shown to the runner either, so this release may not have it."
        return _found(promise, Verdict.UNDECIDABLE, told)
    partly = asked & (sight.shown - sight.always_shown)
    if partly:
        told = f"Some records are shown without {_some(partly)}, others with."
        return _found(promise, Verdict.UNDECIDABLE, told, partly)
    return None


def _judge_rows(promise: Promise, sight: Sight) -> Finding:
    hidden = sight.looked_at - len(sight.rows)
    if hidden > 0:
        told = f"Of the first {sight.looked_at} records {hidden} are not shown: what hides them looks at the record."
        return _found(promise, Verdict.UNDECIDABLE, told)
    return _found(promise, Verdict.PROVEN)


def _judge_closed(promise: Promise, sight: Sight) -> Finding:
    if sight.is_shut:
        return _found(promise, Verdict.PROVEN)
    if not promise.column:
        told = f"Records of {promise.table} are shown."
        return _found(promise, Verdict.OPEN, told)
    seen = (columns_of(promise) & sight.shown) - ({KEY} if promise.column == EVERY else set())
    if seen:
        return _found(promise, Verdict.OPEN, f"Records are shown with {_some(seen)}.", seen)
    return _found(promise, Verdict.PROVEN)


def _found(
    promise: Promise, verdict: Verdict, told: str = "", columns: frozenset[str] = frozenset()
) -> Finding:  # fmt: skip
    return Finding(promise=promise, verdict=verdict, told=told, columns=tuple(sorted(columns)))


def _some(columns: frozenset[str], most: int = 6) -> str:
    """The first few names, and how many more."""
    names = sorted(columns)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


class Witness:
    """What the runner is shown where a user is not: a column that is kept back from it too may not exist at all.

    Each table is asked for once, whichever thread is the first.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._shown: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def __call__(self, table: str) -> frozenset[str]:
        """The columns of the first record; none where the runner sees no record."""
        with self._lock:
            if table not in self._shown:
                self._shown[table] = self._ask(table)
            return self._shown[table]

    def _ask(self, table: str) -> frozenset[str]:
        known = find_table(table)
        columns = sorted(known.columns) if known else []
        try:
            rows = self._instance.list_rows(table, Query(), columns, limit=1).rows
        except (ForbiddenError, NotFoundError, BadRequestError):
            return frozenset()
        return frozenset[str]().union(*rows)
