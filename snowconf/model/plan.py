"""What would be done, and why: a value that reports draw and `applying` carries out.

A change keeps two forms side by side. What people review is in `attributes` and `members`; what is sent is in
`writes`, in the order of sending. Secrets are in neither: only where they are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.ownership import Owned
from snowconf.model.value import RecordRef, SecretSource, Value


class Action(Enum):
    """What happens to one record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    # Taken over: the record was there, and no stack owned it.
    ADOPT = "adopt"
    # Owned no more, and left where it is.
    FORGET = "forget"
    NO_OP = "no-op"

    @property
    def glyph(self) -> str:
        """How a plan draws it."""
        return {"create": "+", "update": "~", "delete": "-", "adopt": ">", "forget": "<", "no-op": " "}[
            self.value
        ]


class Why(Enum):
    """Which side moved since the last apply."""

    EDITED = "edited"
    DRIFTED = "drifted"
    BOTH = "edited and drifted"
    # Neither: what an adopted record held before is held again.
    RESTORED = "put back"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeChange:
    """One attribute that differs. `before` is None when there was no record or it could not be read.

    `why` tells an edit of the file from drift of the instance, where the ledger knows what was last applied.
    A secret has its `SecretSource` as `after`, and `note` says why it is written. `note` also carries what changed
    inside a structure.
    """

    attribute: str
    before: Value | None
    after: Value | None
    origin: Origin | None
    sensitive: bool = False
    note: str = ""
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersChange:
    """Rows of a link table to add and to remove, named as people name them."""

    attribute: str
    add: tuple[RecordRef, ...]
    remove: tuple[RecordRef, ...]
    kept: tuple[RecordRef, ...]
    origin: Origin | None
    why: Why | None = None


class Verb(Enum):
    """The three writes of the Table API."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One request that changes the instance.

    `sys_id` is ours to choose on insert. `columns` are encoded as the wire wants them; a reference to a record that
    this plan creates holds the sys_id that the record will be given. `secrets` are resolved at the last moment.
    `display_input` marks the request that must carry `sysparm_input_display_value=true` (wire-contract.md 6.5).
    `before` is what the instance held for these columns when the plan was made, as far as it could be read.
    """

    verb: Verb
    table: str
    sys_id: str
    columns: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, SecretSource] = field(default_factory=dict)
    display_input: bool = False
    before: Mapping[str, str] = field(default_factory=dict)
    # Columns whose values are shown to nobody.
    masked: frozenset[str] = frozenset()
    # The attribute whose members this row is one of; empty for the record itself.
    member_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one resource, and the evidence: who touched the record last, and which revision was compared."""

    address: Address
    action: Action
    table: str
    sys_id: str
    origin: Origin
    name: str = ""
    attributes: tuple[AttributeChange, ...] = ()
    members: tuple[MembersChange, ...] = ()
    writes: tuple[Write, ...] = ()
    depends_on: frozenset[Address] = frozenset()
    unchanged: int = 0
    # The record was found by its natural key and has not been created by this stack.
    found: bool = False
    revision: str = ""
    updated_by: str = ""
    updated_on: str = ""
    # What follows from it on the instance, for people to know.
    notes: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    # What the ledger says of the record once this is done; None when it is owned no more.
    owned: Owned | None = None
    # Its block has left the files.
    leaving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Every resource's change, no-ops included, in the order of the work."""

    stack: str
    instance: str
    url: str
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(each for each in self.changes if each.action is not Action.NO_OP)

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The dangers of all changes, in the order of the work."""
        return tuple(hazard for change in self.changes for hazard in change.hazards)

    @property
    def write_count(self) -> int:
        """How many writing requests an apply sends, if none has to be repeated."""
        return sum(len(each.writes) for each in self.changes)

    def count(self, action: Action) -> int:
        """How many changes have this action."""
        return Counter(each.action for each in self.changes)[action]
