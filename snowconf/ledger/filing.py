"""The ledger in a file, and its lock in another beside it: for accounts that may not touch the instance's properties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snowconf.files import create_whole, write_whole
from snowconf.ledger.encoding import decode, encode
from snowconf.ledger.failures import ClonedLedgerError, LockHeldError
from snowconf.ledger.holder import Holder
from snowconf.ledger.locking import IsDead, held_by, lost_to
from snowconf.ledger.storing import Loaded, Store
from snowconf.model.ownership import Ledger


@dataclass(frozen=True, slots=True)
class FileStore:
    """`Store` in a file. Every pipeline has to see the same file; what other stacks own is not known."""

    path: Path
    stack: str
    url: str

    def take(self, holder: Holder, is_dead: IsDead) -> Holder | None:
        """Take the lock; the run that it was taken over from, if there was one."""
        content = holder.encode().encode()
        if create_whole(self._lock, content):
            return None
        held = self.holder()
        if held and held.host == holder.host and is_dead(held):
            write_whole(self._lock, content)
            return held
        raise LockHeldError(f"{held_by(self.stack, held)}\n\nThe lock is the file {self._lock}.")

    def holder(self) -> Holder | None:
        """Who holds the lock."""
        return Holder.decode(self._lock.read_text("utf-8")) if self._lock.exists() else None

    @property
    def may_be_at_hand(self) -> bool:
        """A file costs no request."""
        return True

    @property
    def is_locked(self) -> bool:
        """Is there a lock beside it?"""
        return self._lock.exists()

    def is_current(self, ledger: Ledger) -> bool:
        """Read the file again."""
        return self.load().ledger == ledger

    def load(self) -> Loaded:
        """Read the file; an empty ledger when there is none."""
        if not self.path.exists():
            return Loaded(ledger=Ledger(stack=self.stack, url=self.url))
        ledger = decode(self.path.read_bytes(), where=f"The ledger {self.path}", stack=self.stack)
        if ledger.url != self.url:
            raise ClonedLedgerError(_elsewhere(self.path, ledger.url, self.url), ledger)
        return Loaded(ledger=ledger)

    def begin_again(self) -> None:
        """Nothing of the file is needed to write it anew."""

    def save(self, ledger: Ledger) -> Ledger:
        """Put the next version in place of the file."""
        stored = replace(ledger, stack=self.stack, url=self.url, serial=ledger.serial + 1)
        write_whole(self.path, encode(stored))
        return stored

    def owners_of(self, sys_ids: frozenset[str]) -> Mapping[str, str]:
        """Nobody, as far as a file can tell."""
        del sys_ids
        return {}

    def release(self, holder: Holder) -> None:
        """Let go of the lock."""
        held = self.holder()
        if held is None or held.run != holder.run:
            raise lost_to(self.stack, held)
        self._lock.unlink()

    def unlock(self) -> bool:
        """Break the lock, whoever holds it. Was there one?"""
        there = self._lock.exists()
        self._lock.unlink(missing_ok=True)
        return there

    def copies(self) -> Sequence[str]:
        """A file has no other versions."""
        return ()

    def afresh(self) -> Store:
        """A file is always read."""
        return self

    @property
    def _lock(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")


def _elsewhere(path: Path, found: str, url: str) -> str:
    return (
        f"The ledger {path} was written for {found[:100]}, and this is {url}. Give each instance a file of its own, with its "
        'name in the path: ledger = "file:ledger-{instance}.json". If the instance has a new address, or is a clone, and '
        "the stack shall own there what it owned on that one, say so:\n\n    snowconf ledger rehome"
    )
