"""Lines that vouch for themselves and for all before them: a hash of the chain so far, a blank, JSON. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from snowconf.ledger.failures import JournalDamagedError

Event: TypeAlias = Mapping[str, Any]

FORMAT = 1
_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The whole lines of a journal: what they say, how many bytes they take, and the hash of the last one."""

    events: tuple[Event, ...] = ()
    size: int = 0
    last: str = ""


def render(event: Event, *, last: str) -> tuple[bytes, str]:
    """The event as the line that follows the one with hash `last`, and its own hash."""
    text = json.dumps(event, separators=(",", ":"))
    own = _hash(last, text.encode())
    return f"{own} {text}\n".encode(), own


def parse(content: bytes, *, where: str) -> Lines:
    """Every whole line. One that was being written when its process ended announces nothing that was done: it is left out.

    Raises:
        JournalDamagedError: a line is not what was written, or another version wrote it.
    """
    *whole, tail = content.split(b"\n")
    events: list[Event] = []
    last, size = "", 0
    for number, line in enumerate(whole, 1):
        event = _event(line, last)
        if event is None or event.get("format", FORMAT) != FORMAT:
            raise JournalDamagedError(_damage(where, number))
        events.append(event)
        last, size = line[:_DIGITS].decode(), size + len(line) + 1
    # Only the end of the last line may be what was damaged; then its event counts.
    for candidate in (tail, tail[:-1]):
        if (event := _event(candidate, last)) is not None:
            rest = (*events, event)
            return Lines(events=rest, size=size + len(candidate), last=candidate[:_DIGITS].decode())
    return Lines(events=tuple(events), size=size, last=last)


def _event(line: bytes, last: str) -> Event | None:
    """What the line says, if it is what was written after the line with that hash."""
    own, _, text = line.partition(b" ")
    if own != _hash(last, text).encode():
        return None
    event: Event = json.loads(text)
    return event


def _hash(last: str, text: bytes) -> str:
    return sha256(last.encode() + b" " + text).hexdigest()[:_DIGITS]


def _damage(where: str, number: int) -> str:
    return (
        f"Line {number} of {where} is not what this version of snowconf wrote. It says what an earlier run, which was "
        "cut short, had begun to write. Look at the plan with 'snowconf plan', and at the records of the ledger with "
        f"'snowconf ledger verify'; then remove the journal:\n\n    rm {where}"
    )
