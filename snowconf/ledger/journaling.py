"""The write-ahead journal: what a run is about to do and what came of it, on the local disk before it is relied on.

One event a line, as `lines` makes them. What the events of an earlier run mean is `recovering`'s.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from snowconf.ledger.claiming import Claim, claim
from snowconf.ledger.encoding import digest, entry_document
from snowconf.ledger.failures import JournalDamagedError, JournalUnwritableError, LockHeldError
from snowconf.ledger.holder import Holder
from snowconf.ledger.lines import FORMAT, Event, parse, render
from snowconf.model.address import Address
from snowconf.model.outcome import Outcome
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Change, Write


def read_events(path: Path) -> tuple[Event, ...]:
    """What the journal says; nothing when there is none.

    Raises:
        JournalDamagedError: a line other than a torn last one is not what was written.
    """
    return parse(path.read_bytes(), where=str(path)).events if path.exists() else ()


class FileJournal:
    """The journal of one stack on one instance. Open, it is this process's alone. Safe to share among threads.

    `earlier` has the events of runs whose ledger was never stored.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal, made when it is not there.

        Raises:
            LockHeldError: another process of this machine has it open.
            JournalDamagedError: it is not what was written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = Lock()
        self._unsaid: dict[Address, Event] = {}
        self._broken = ""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._claim = claim(self._descriptor)
            self._begin_after(path.read_bytes())
        except BaseException:
            os.close(self._descriptor)
            raise

    def _begin_after(self, content: bytes) -> None:
        if self._claim is Claim.TAKEN:
            raise LockHeldError(_held_here(self._path, _last_run(content)))
        lines = parse(content, where=str(self._path))
        self.earlier = lines.events
        self._last = lines.last
        os.ftruncate(self._descriptor, lines.size)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        if lines.size and not content[: lines.size].endswith(b"\n"):
            self._whole(b"\n")

    def began_here(self, holder: Holder) -> bool:
        """Is this a run that wrote this journal, and certainly lives no more?"""
        runs = {each["run"] for each in self.earlier if each["event"] == "run"}
        return self._claim is Claim.OURS and holder.run in runs

    def run_begun(self, holder: Holder) -> None:
        """A run begins, and will ask for the lock next.

        Raises:
            JournalUnwritableError: the disk does not take it.
        """
        self._announce([{"event": "run", "format": FORMAT, **asdict(holder)}])

    def ledger_loaded(self, ledger: Ledger) -> None:
        """What follows is done by who knew this ledger, as stored."""
        self._note({"event": "loaded", "ledger": digest(ledger)})

    def change_begun(self, change: Change) -> None:
        """Written together with the change's first write, or with its outcome."""
        secrets = sorted({column for write in change.writes for column in write.secrets})
        event = {
            "event": "change",
            "address": str(change.address),
            "action": change.action.value,
            "sys_id": change.sys_id,
            "owned": entry_document(change.owned) if change.owned else None,
            "secrets": secrets,
        }
        with self._lock:
            self._unsaid[change.address] = event

    def write_begun(self, change: Change, write: Write) -> None:
        """It is on the disk when this returns.

        Raises:
            JournalUnwritableError: the disk does not take it, so nothing may be sent.
        """
        self._announce(
            [
                *self._said_now(change.address),
                {
                    "event": "write",
                    "address": str(change.address),
                    "verb": write.verb.value,
                    "table": write.table,
                    "sys_id": write.sys_id,
                },
            ]
        )

    def write_ended(self, change: Change, write: Write, *, answered: bool) -> None:
        """What came of it."""
        self._note(
            {
                "event": "answer",
                "address": str(change.address),
                "sys_id": write.sys_id,
                "answered": answered,
            }
        )

    def change_ended(self, outcome: Outcome) -> None:
        """How the change ended."""
        address = outcome.change.address
        event = {"event": "outcome", "address": str(address), "status": outcome.status.value}
        self._note(*self._said_now(address), event)

    def secret_written(self, address: Address, column: str, fingerprint: str) -> None:
        """The instance took a secret."""
        self._note({"event": "secret", "address": str(address), "column": column, "fingerprint": fingerprint})

    def clear(self) -> None:
        """A stored ledger holds all that is written here: begin an empty journal."""
        with self._lock:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.fsync(self._descriptor)
            self._last = ""

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _said_now(self, address: Address) -> list[Event]:
        with self._lock:
            event = self._unsaid.pop(address, None)
        return [event] if event else []

    def _announce(self, events: Sequence[Event]) -> None:
        """On the disk, or nothing may follow."""
        try:
            self._write(events)
            os.fsync(self._descriptor)
        except OSError as problem:
            self._broken = problem.strerror or type(problem).__name__
        if self._broken:
            raise JournalUnwritableError(_unwritable(self._path, self._broken))

    def _note(self, *events: Event) -> None:
        """It has happened already: that the disk does not take it stops only what would follow."""
        try:
            self._write(events)
        except OSError as problem:
            self._broken = problem.strerror or type(problem).__name__

    def _write(self, events: Sequence[Event]) -> None:
        """After a line that was cut short nothing more may stand, or the journal would not be readable."""
        with self._lock:
            for event in events if not self._broken else ():
                line, last = render(event, last=self._last)
                self._whole(line)
                self._last = last

    def _whole(self, line: bytes) -> None:
        while line:
            line = line[os.write(self._descriptor, line) :]


def _last_run(content: bytes) -> Holder | None:
    """Who began last; None when that run has just begun, or what it writes cannot be read."""
    try:
        events = parse(content, where="").events
    except JournalDamagedError:
        return None
    runs = [each for each in events if each["event"] == "run"]
    return Holder.decode(json.dumps(runs[-1])) if runs else None


def _held_here(path: Path, holder: Holder | None) -> str:
    return (
        f"The lock is held by {holder or 'a run that has just begun'}, which works on the same stack and instance from this "
        f"folder: it has {path} open. Wait until it is done; nothing was changed."
    )


def _unwritable(path: Path, why: str) -> str:
    return (
        f"The journal {path} cannot be written ({why}). Every write is noted there before it is sent, so nothing more is "
        "sent. Make room on the disk, or make the folder writable, and apply again."
    )
