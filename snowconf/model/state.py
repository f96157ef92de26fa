"""Desired and observed state: what the files ask for, and what the instance holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.ownership import Removal
from snowconf.model.value import Located, RecordRef, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A block of a file, parsed.

    `attributes` holds only what is written (plus the natural key, which defaults to the label and then has the block's
    own origin). `table` and `key` are set for kind `record` alone, whose blocks say them. `absent` asks that the
    record not exist. `ignore` names attributes that are sent on create and left alone afterwards; `prevent_delete`,
    `on_remove` and `previously` (the label it had before) say what may become of the record. `access` is what `verify`
    must find true when acting as this user, `no_access` what must be refused to it: operation to tables, `table.*` and
    `table.column`; `promised_at` says for an operation and one of them where it is written. `requires_tables` names
    the tables that must be there, by the value of a property that needs them.
    """

    address: Address
    origin: Origin
    attributes: Mapping[str, Located]
    table: str = ""
    key: tuple[str, ...] = ()
    absent: bool = False
    ignore: frozenset[str] = frozenset()
    prevent_delete: bool = False
    on_remove: Removal | None = None
    previously: str = ""
    access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_access: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    promised_at: Mapping[tuple[str, str], Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """A stack's resources for one instance, in address order."""

    stack: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A row of a link table: its own sys_id, and whom it links."""

    sys_id: str
    ref: RecordRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of the instance, decoded by its kind.

    `attributes` holds what could be read, `hidden` the names of attributes that were asked for and did not come back
    (a column ACL, or a release without that column). `revision` is `sys_mod_count`. Times are UTC, `updated_by` is a
    user name.
    """

    sys_id: str
    attributes: Mapping[str, Value]
    members: Mapping[str, tuple[Member, ...]]
    hidden: frozenset[str]
    revision: str
    updated_by: str
    updated_on: str
    class_name: str = ""
