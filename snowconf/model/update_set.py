"""An update set that is to be written: what travels in it, what stays behind, and what must be there before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic

# The scope of what REST and this program make (tables.md 1.10), by sys_id and by name.
GLOBAL = "global"
GLOBAL_NAME = "Global"


class UpdateAction(Enum):
    """What a commit does with the record (tables.md 10.2)."""

    INSERT_OR_UPDATE = "INSERT_OR_UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One row of sys_update_xml: a whole record as it is to be, secrets apart.

    `name` is the platform's name for it (`<table>_<sys_id>` as a rule), `label` what the table is called there, `shown`
    what people call the record. `references` are the columns that refer to others, with what those are called as far
    as it is known. `seen_on` is when the record was last changed, empty for one that is created.
    """

    address: Address
    action: UpdateAction
    name: str
    sys_id: str
    guid: str
    table: str
    record: str
    label: str
    shown: str
    columns: Mapping[str, str]
    references: Mapping[str, str] = field(default_factory=dict)
    creates: bool = False
    seen_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """What the plan would write and no update set carries: a record, or only these `columns` of one that travels."""

    address: Address
    table: str
    record: str
    shown: str
    reason: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSet:
    """The set. `sys_id` is that of the row it becomes where it is imported, `origin_id` that of the set it pretends to be from.

    `awaited` are addresses that updates refer to and that do not travel, so they must be applied before. `as_of` is the
    latest change among the records that the plan looked at; the same plan gives the same set, to the last byte.
    """

    name: str
    description: str
    sys_id: str
    origin_id: str
    as_of: str
    updates: tuple[Update, ...]
    left_behind: tuple[LeftBehind, ...] = ()
    awaited: tuple[Address, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
