"""The ledger on the instance: a head row that says which of its attachments counts, and the lock beside it.

A new version is attached first, then the head is switched to it: a crash leaves the one or the other, never half.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from secrets import token_hex
from typing import Protocol

from snowconf.errors import ForbiddenError, InstanceError, NotFoundError
from snowconf.ledger.encoding import damage, decode, pack
from snowconf.ledger.failures import (
    ClonedLedgerError,
    LedgerDamagedError,
    LedgerError,
    LedgerNotSavedError,
    LockHeldError,
)
from snowconf.ledger.heads import PREFIX, SUFFIX, Head, find_head, read_head, read_heads, unreadable_head
from snowconf.ledger.holder import Holder
from snowconf.ledger.locking import IsDead, RowLock, columns_of, held_by, lost_to, own_id
from snowconf.ledger.records import TABLE, File, Records, Row
from snowconf.ledger.shelving import Shelf
from snowconf.model.ownership import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The ledger as stored (an empty one when there is none), and the other stacks that have one here."""

    ledger: Ledger
    others: tuple[str, ...] = ()


class Store(Protocol):
    """Keeps the ledger and the lock of one stack for one instance."""

    def take(self, holder: Holder, is_dead: IsDead) -> Holder | None:
        """Take the lock; the run that it was taken over from, if there was one.

        Raises:
            LockHeldError: somebody else holds it.
        """
        ...

    @property
    def may_be_at_hand(self) -> bool:
        """Does `load` cost at most one request, if nobody else stored a ledger since this folder's last apply?"""
        ...

    def load(self) -> Loaded:
        """Read the ledger.

        Raises:
            LedgerError: it is damaged, another stack's or another instance's, or out of reach.
            LockHeldError: this run has taken the lock, and somebody else's is there.
        """
        ...

    @property
    def is_locked(self) -> bool:
        """Was there a lock when the ledger was read?"""
        ...

    def is_current(self, ledger: Ledger) -> bool:
        """Is what `load` gave still what is stored? Asked with the lock in hand; raises as `load`."""
        ...

    def save(self, ledger: Ledger) -> Ledger:
        """Store it as the next version, all of it or nothing, and return it with its serial.

        Raises:
            LedgerNotSavedError: something else was stored.
        """
        ...

    def begin_again(self) -> None:
        """Take what is stored for an empty ledger, whatever it is; the next save writes over it."""
        ...

    def owners_of(self, sys_ids: frozenset[str]) -> Mapping[str, str]:
        """The other stacks that own any of these."""
        ...

    def release(self, holder: Holder) -> None:
        """Let go of the lock, and clean up.

        Raises:
            LockLostError: it was not this run's any more.
        """
        ...

    def holder(self) -> Holder | None:
        """Who holds the lock."""
        ...

    def unlock(self) -> bool:
        """Break the lock, whoever holds it. Was there one?"""
        ...

    def copies(self) -> Sequence[str]:
        """Sentences about every version that is there besides the one that counts."""
        ...

    def afresh(self) -> "Store":
        """The same store with nothing at hand: what it loads is what is stored."""
        ...


class InstanceStore:
    """`Store` on the instance itself: every pipeline sees the same, and a clone carries it along.

    An apply costs six requests more: lock, heads, content; attachment, head, and one to let go and clean up. One whose
    ledger is on the `shelf` already costs one when there is nothing to do, and otherwise looks at the heads twice.
    """

    def __init__(self, records: Records, stack: str, url: str, *, shelf: Shelf | None = None) -> None:
        self._records = records
        self._shelf = shelf
        self._holder: Holder | None = None
        self._held: Row | None = None
        self._stack = stack
        self._url = url
        self._lock = RowLock(records=records, stack=stack, url=url)
        self._others: Mapping[str, Row] | None = None
        self._owners: Mapping[str, str] | None = None
        self._row: Row | None = None
        self._head: Head | None = None
        self._leftover: tuple[str, ...] = ()
        self._is_proven = False

    def take(self, holder: Holder, is_dead: IsDead) -> Holder | None:
        """Take the lock; the run that it was taken over from, if there was one."""
        left = self._lock.take(holder, is_dead)
        self._holder = holder
        return left

    def holder(self) -> Holder | None:
        """Who holds the lock."""
        return self._lock.holder()

    @property
    def may_be_at_hand(self) -> bool:
        """Is some version on the shelf?"""
        return self._shelf is not None and not self._shelf.is_empty

    @property
    def is_locked(self) -> bool:
        """Was there a lock beside the heads?"""
        return self._held is not None

    def is_current(self, ledger: Ledger) -> bool:
        """Read the heads again: is this stack's the row that it was?"""
        del ledger
        before = self._row
        self._others = self._owners = None
        self._look()
        return self._row == before

    def load(self) -> Loaded:
        """Read the heads, and the content of this stack's."""
        others = tuple(sorted(self._look()))
        if self._row is None:
            return Loaded(ledger=self._empty, others=others)
        self._head = read_head(self._stack, self._row)
        ledger = self._content(self._head) if self._head.attachment else self._empty
        if self._head.url != self._url:
            raise ClonedLedgerError(_cloned(self._head, self._url), ledger)
        return Loaded(ledger=ledger, others=others)

    def begin_again(self) -> None:
        """Take what is stored for an empty ledger, whatever it is; the next save writes over it."""
        if self._row is not None:
            named = find_head(self._stack, self._row)
            self._head = named or unreadable_head(self._stack, self._row)

    def save(self, ledger: Ledger) -> Ledger:
        """Attach the next version, then switch the head to it."""
        head = self._head or self._first_head()
        stored = replace(ledger, stack=self._stack, url=self._url, serial=head.serial + 1)
        content = pack(stored)
        sum_ = sha256(content).hexdigest()
        name = f"snowconf-{self._stack}-{stored.serial}-{sum_[:12]}.json.gz"
        attachment = self._records.attach(TABLE, head.sys_id, name=name, content=content)
        after = replace(head, serial=stored.serial, attachment=attachment, sha256=sum_, url=self._url)
        self._switch(head, after)
        if self._shelf:
            self._shelf.put(content)
        return stored

    def owners_of(self, sys_ids: frozenset[str]) -> Mapping[str, str]:
        """The other stacks that own any of these; their ledgers are read when this is first asked."""
        if self._owners is None:
            self._owners = {
                owned.sys_id: name
                for name, row in self._look().items()
                for owned in self._content(read_head(name, row)).entries.values()
            }
        return {sys_id: self._owners[sys_id] for sys_id in sys_ids if sys_id in self._owners}

    def release(self, holder: Holder) -> None:
        """Let go of the lock, and remove what no head points to.

        Who breaks a lock changes the head. So a head that this run's write moved on by one proves that the lock was this
        run's until then; otherwise the lock is looked at.
        """
        if not self._is_proven:
            held = self._lock.holder()
            if held is None or held.run != holder.run:
                raise lost_to(self._stack, held)
        if self._head is None or not self._is_proven:
            self._records.delete(TABLE, self._lock.sys_id)
            return
        files = self._records.sweep(TABLE, self._head.sys_id, row=self._lock.sys_id, files=self._leftover)
        for each in files:
            if each.sys_id not in (self._head.attachment, *self._leftover) and _is_past(each, self._head):
                self._records.remove_attachment(each.sys_id)

    def unlock(self) -> bool:
        """Break the lock, whoever holds it. Was there one?"""
        self._look()
        head = find_head(self._stack, self._row) if self._row else None
        if head:
            self._records.update(TABLE, head.sys_id, {"value": head.touched(token_hex(4))})
        return self._lock.remove()

    def copies(self) -> Sequence[str]:
        """Sentences about every version that is there besides the one that counts."""
        self._look()
        if self._row is None:
            return ()
        head = find_head(self._stack, self._row)
        counts = head.attachment if head else ""
        files = self._records.list_attachments(TABLE, self._row["sys_id"])
        return [self._copy(each) for each in files if each.sys_id != counts]

    def afresh(self) -> Store:
        """One that has read nothing, and has no shelf."""
        return InstanceStore(self._records, self._stack, self._url)

    @property
    def _name(self) -> str:
        return f"{PREFIX}{self._stack}{SUFFIX}"

    @property
    def _empty(self) -> Ledger:
        serial = self._head.serial if self._head else 0
        return Ledger(stack=self._stack, url=self._url, serial=serial)

    def _look(self) -> Mapping[str, Row]:
        """The heads of other stacks; this stack's is in `_row`."""
        if self._others is None:
            found = read_heads(self._records)
            self._row, self._held = found.heads.get(self._stack), self._lock.among(found.locks)
            self._others = {name: row for name, row in found.heads.items() if name != self._stack}
            self._check_lock()
        return self._others

    def _check_lock(self) -> None:
        """The lock is this run's, or not taken yet: an instance that takes two rows of one sys_id would let two in."""
        held = Holder.decode(self._held.get("value", "")) if self._held else None
        if self._holder and (held is None or held.run != self._holder.run):
            raise LockHeldError(held_by(self._stack, held)) if held else lost_to(self._stack, None)

    def _content(self, head: Head) -> Ledger:
        if not head.attachment:
            return Ledger(stack=head.stack, url=head.url, serial=head.serial)
        content = self._kept(head) or self._read(head)
        if sha256(content).hexdigest() != head.sha256:
            raise LedgerDamagedError(damage(head.where, "the head tells of another content"))
        return decode(content, where=head.where, stack=head.stack)

    def _kept(self, head: Head) -> bytes | None:
        return self._shelf.find(head.sha256) if self._shelf and head.stack == self._stack else None

    def _read(self, head: Head) -> bytes:
        try:
            content = self._records.read_attachment(head.attachment)
        except NotFoundError:
            raise LedgerDamagedError(damage(head.where, "the attachment has gone")) from None
        if self._shelf and head.stack == self._stack:
            self._shelf.put(content)
        return content

    def _first_head(self) -> Head:
        """A head that points to nothing yet: only a row that is there can have attachments."""
        head = Head(
            stack=self._stack,
            sys_id=own_id(self._url, self._stack, "head"),
            revision="0",
            serial=0,
            url=self._url,
        )
        description = (
            f"What snowconf owns for the stack '{self._stack}': this points to one of the attachments of this record. "
            "Without it snowconf does not know which records are its own. 'snowconf ledger show' shows it."
        )
        columns = columns_of(self._name, head.sys_id, value=head.value, description=description)
        try:
            row = self._records.insert(TABLE, columns)
        except ForbiddenError as refused:
            raise LedgerNotSavedError(_not_made(self._name, refused.detail)) from refused
        if row.get("value") != head.value:
            raise LedgerNotSavedError(_not_made(self._name, "Another run made it meanwhile."))
        return replace(head, sys_id=row["sys_id"], revision=row.get("sys_mod_count", ""))

    def _switch(self, head: Head, after: Head) -> None:
        row = self._records.update(TABLE, head.sys_id, {"value": after.value})
        if row.get("value") != after.value:
            raise LedgerNotSavedError(
                f"The instance did not take the value of {self._name} as it was sent, so it points to an older version."
            )
        revision = row.get("sys_mod_count", "")
        self._is_proven = head.revision.isdecimal() and revision == str(int(head.revision) + 1)
        self._leftover = (*self._leftover, head.attachment) if head.attachment else self._leftover
        self._head = replace(after, revision=revision)

    def _copy(self, file: File) -> str:
        try:
            ledger = decode(self._records.read_attachment(file.sys_id), where="It", stack=self._stack)
        except (LedgerError, InstanceError) as problem:
            return f"The attachment {file.sys_id} ({file.name[:80]}) is no ledger of this stack: {problem.summary}."
        return (
            f"The attachment {file.sys_id} ({file.name[:80]}) is a whole ledger of version {ledger.serial} with "
            f"{len(ledger.entries)} records, and the head does not point to it."
        )


def _is_past(file: File, head: Head) -> bool:
    """Is this an earlier version, or one that a run began and never switched to? What a later run attaches is not."""
    found = re.fullmatch(rf"snowconf-{re.escape(head.stack)}-(\d+)-[0-9a-f]+\.json\.gz", file.name)
    return found is not None and int(found[1]) <= head.serial


def _cloned(head: Head, url: str) -> str:
    return (
        f"{head.where} was written for {head.url[:100]}, and this is {url}: the instance is a clone, or has a new address. "
        "Nothing was changed. If the stack shall own on this instance what it owned on that one, say so:\n\n"
        "    snowconf ledger rehome\n\n"
        "To own nothing here and begin anew: 'snowconf ledger forget --all'."
    )


def _not_made(name: str, why: str) -> str:
    return f"The property {name}, which says where the ledger is, could not be made. {why}"
