"""What a stack owns on an instance: created by it or adopted, and what is remembered of each record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.rotation import Rotation


class Custody(Enum):
    """How a record came to be owned: made by this stack, or found and taken over."""

    CREATED = "created"
    ADOPTED = "adopted"


class Removal(Enum):
    """What happens to a created record whose block leaves the files."""

    DELETE = "delete"
    DEACTIVATE = "deactivate"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """One record of the ledger.

    `origin` is where its block stood last. `digests` are of the stored form of each attribute as last applied (masked
    ones left out): they tell an edit of the file from drift. `secrets` are fingerprints by column; an empty one is of
    a write that was begun and never confirmed. `before` holds, for an adopted record, what the columns held that the
    stack changed. `depends_on` are the resources it referred to, so that removal goes in reverse.
    """

    address: Address
    table: str
    sys_id: str
    custody: Custody
    name: str = ""
    origin: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    on_remove: Removal = Removal.DELETE
    prevent_delete: bool = False
    depends_on: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All that one stack owns on one instance, which `url` names: another url in it means a clone.

    `serial` grows with every version that is stored. `receipts` are of the last applies, newest last, as JSON texts.
    `rotations` are of secrets that are being exchanged.
    """

    stack: str
    url: str
    serial: int = 0
    entries: Mapping[Address, Owned] = field(default_factory=dict)
    receipts: tuple[str, ...] = ()
    rotations: Mapping[Address, Rotation] = field(default_factory=dict)

    def with_entry(self, owned: Owned) -> "Ledger":
        """With one record owned, in place of what stood under its address."""
        return replace(self, entries={**self.entries, owned.address: owned})

    def without(self, address: Address) -> "Ledger":
        """With one record forgotten; the record itself is not touched."""
        return replace(self, entries={key: owned for key, owned in self.entries.items() if key != address})

    def relabelled(self, before: Address, after: Address) -> "Ledger":
        """With nothing under the address that a record had before; a rotation under way goes along with its block."""
        ledger, rotation = self.without(before), self.rotations.get(before)
        if rotation is None:
            return ledger
        return ledger.without_rotation(before).with_rotation(replace(rotation, address=after))

    def with_rotation(self, rotation: Rotation) -> "Ledger":
        """With one rotation as far as it has come."""
        return replace(self, rotations={**self.rotations, rotation.address: rotation})

    def without_rotation(self, address: Address) -> "Ledger":
        """With nothing left to do for this address."""
        return replace(self, rotations={key: each for key, each in self.rotations.items() if key != address})

    def find_sys_id(self, sys_id: str) -> Owned | None:
        """The entry of a record, whatever its address."""
        return next((owned for owned in self.entries.values() if owned.sys_id == sys_id), None)
