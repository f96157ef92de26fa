"""What is remembered of a secret: a keyed digest, bound to the record it was written to. Pure."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from snowconf.model.address import Address

# Stands for a write that was begun and never confirmed.
PENDING = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One secret of one resource."""

    address: Address
    column: str

    def __str__(self) -> str:
        return f"{self.address}/{self.column}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The record a secret was written to, and the secret's digest; PENDING until the write was confirmed."""

    sys_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """All that is remembered for one stack on one instance, which `url` names."""

    url: str
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def find(self, slot: Slot, sys_id: str) -> Entry | None:
        """The entry, if it was made for this very record and not for one that has since been replaced."""
        entry = self.entries.get(str(slot))
        return entry if entry and entry.sys_id == sys_id else None

    def with_entry(self, slot: Slot, entry: Entry) -> "Fingerprints":
        """With one entry set."""
        return replace(self, entries={**self.entries, str(slot): entry})


def fingerprint(key: bytes, slot: Slot, sys_id: str, secret: str) -> str:
    """A digest that only a holder of `key` can compare a guess with, and that fits this slot and record alone."""
    return hmac.new(key, f"{slot}\0{sys_id}\0{secret}".encode(), "sha256").hexdigest()
