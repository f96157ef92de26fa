"""The lock on the instance: a row with a sys_id that is always the same, so that the primary key lets one in.

Who holds it stands in the row. A lock is never taken from anybody but a process of this machine that is known to be dead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from snowconf.errors import ForbiddenError, Reason
from snowconf.ledger.failures import LedgerHiddenError, LockHeldError, LockLostError
from snowconf.ledger.holder import Holder
from snowconf.ledger.records import TABLE, Records, Row
from snowconf.model.query import where

IsDead: TypeAlias = Callable[[Holder], bool]
_TRIES = 3


def own_id(url: str, stack: str, part: str) -> str:
    """32 hex digits for a row of a stack's ledger on one instance."""
    return sha256(f"{url}\0{stack}\0{part}\0ledger".encode()).hexdigest()[:32]


def columns_of(name: str, sys_id: str, *, value: str, description: str) -> dict[str, str]:
    """A property that no update set takes and whose changes flush no caches (tables.md 5)."""
    return {
        "sys_id": sys_id,
        "name": name,
        "value": value,
        "type": "string",
        "is_private": "true",
        "ignore_cache": "true",
        "description": description,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLock:
    """The lock of one stack on one instance."""

    records: Records
    stack: str
    url: str

    @property
    def name(self) -> str:
        """The property's name."""
        return f"snowconf.{self.stack}.lock"

    @property
    def sys_id(self) -> str:
        """The mutex."""
        return own_id(self.url, self.stack, "lock")

    def take(self, holder: Holder, is_dead: IsDead) -> Holder | None:
        """Take the lock; the run that it was taken over from, if there was one.

        Raises:
            LockHeldError: somebody else holds it.
            LedgerHiddenError: this account may not make the row, or the instance gives it another sys_id.
        """
        for _ in range(_TRIES):
            row = self._make(holder) or self._find()
            if row is None:  # let go of in between
                continue
            held = Holder.decode(row.get("value", ""))
            if held and held.run == holder.run:
                self._prove(row)
                return None
            if held and held.host == holder.host and is_dead(held):
                return self._taken_over(row, holder, held)
            raise LockHeldError(held_by(self.stack, held))
        raise LockHeldError(held_by(self.stack, None))

    def holder(self) -> Holder | None:
        """Who holds it; None when nobody does, or nobody who can be told."""
        row = self._find()
        return Holder.decode(row.get("value", "")) if row else None

    def remove(self) -> bool:
        """Break the lock, whoever holds it. Was there one?"""
        rows = self._rows()
        for row in rows:
            self.records.delete(TABLE, row["sys_id"])
        return bool(rows)

    def _make(self, holder: Holder) -> Row | None:
        """The row, or None when its key is taken."""
        columns = columns_of(
            self.name,
            self.sys_id,
            value=holder.encode(),
            description=f"snowconf is at work on the stack '{self.stack}'. 'snowconf ledger unlock' removes this lock.",
        )
        try:
            return self.records.insert(TABLE, columns)
        except ForbiddenError as refused:
            if refused.reason is Reason.UNIQUE_KEY:
                return None
            raise out_of_reach(refused.detail) from refused

    def _prove(self, row: Row) -> None:
        """A row with another sys_id locks nobody out (wire-contract.md 6.1)."""
        if row["sys_id"] != self.sys_id:
            self.records.delete(TABLE, row["sys_id"])
            raise out_of_reach("The instance does not take the sys_id that makes a lock of a record.")

    def _taken_over(self, row: Row, holder: Holder, held: Holder) -> Holder:
        after = self.records.update(TABLE, row["sys_id"], {"value": holder.encode()})
        now = Holder.decode(after.get("value", ""))
        if now is None or now.run != holder.run:
            raise LockHeldError(held_by(self.stack, now))
        return held

    def _find(self) -> Row | None:
        return self.among(self._rows())

    def among(self, rows: Iterable[Row]) -> Row | None:
        """This lock among rows with `name`: the mutex first, because a clone brings another row of the same name."""
        mine = sorted(
            (row for row in rows if row.get("name") == self.name),
            key=lambda row: row["sys_id"] != self.sys_id,
        )
        return mine[0] if mine else None

    def _rows(self) -> Sequence[Row]:
        return self.records.list_rows(TABLE, where(name=self.name), ("name", "value")).rows


def held_by(stack: str, held: Holder | None) -> str:
    """The sentences for a lock that somebody else has."""
    by = f"is held by {held}" if held else "is held, and not by a run that can be told"
    return (
        f"The lock of the stack '{stack}' {by}. Wait until that run is done. When it is certain that it died, break its "
        "lock, and look at the plan:\n\n    snowconf ledger unlock"
    )


def lost_to(stack: str, held: Holder | None) -> LockLostError:
    """What to raise when a run finds its lock in other hands, or in none."""
    now = f"It is held by {held} now." if held else "Nobody holds it now."
    return LockLostError(
        f"The lock of the stack '{stack}' was broken while this run held it. {now} What this run wrote is on the "
        "instance. If another run was at work meanwhile, look at the plan before anything else:\n\n    snowconf plan"
    )


def out_of_reach(why: str) -> LedgerHiddenError:
    """What to raise when the rows of the ledger cannot be read or written."""
    return LedgerHiddenError(
        f"{why} Ledger and lock are properties of the instance (sys_properties), which usually only an admin may read and "
        "write. Give the account of this [instance] block that right, or keep the ledger in a file:\n\n"
        '    [stack]\n    ledger = "file:ledger.json"'
    )
