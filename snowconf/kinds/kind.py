"""What a kind is: one frozen value from which everything else follows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from snowconf.kinds.attributes import Attribute, Members, Reference, Secret
from snowconf.kinds.stakes.case import CrossCheck, Stake
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

Check: TypeAlias = Callable[[Resource], Iterable[Diagnostic]]
Mask: TypeAlias = Callable[[Resource], frozenset[str]]
Computed: TypeAlias = Callable[[Resource], str]
AnAttribute = TypeVar("AnAttribute", bound=Attribute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive:
    """What only one record of `table` and of those that extend it can be at a time.

    No two that hold `only` may hold the same in `columns`. `says` is the rule in words, as what the platform keeps.
    `lifted_by` is an attribute of the record that the last column refers to: where it is true there is no such rule.
    """

    table: str
    columns: tuple[str, ...]
    only: Mapping[str, str]
    says: str
    lifted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Rows of `table` that the platform makes by itself along with a record, and that are worth nothing without it.

    `owner` is their column for the record, and they hold `only`.
    """

    table: str
    owner: str
    only: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Something snowconf manages.

    `key` names the attributes that identify a record on the instance; the first defaults to the block's label. A kind
    without a key (acl) is found by the sys_id that snowconf gave it, and by nothing else.
    `constants` are columns sent on create unless an attribute says otherwise; `match` are columns of which every record
    of this kind has one of these values (a record that has the name and none of them is of another class).
    `on_remove` is what becomes of a created record whose block leaves the files, and `deactivation` the columns that
    switch one off. `display` is the column people know a record by. `checks` look at one block and report what attributes alone
    cannot see. `masked` names attributes of a block whose values look like secrets although the platform calls them
    text; reports hide them. `can_be_absent` lets a block say `absent = true`, `has_access` `access` and
    `no_access`, `has_requirements` `requires_tables`.
    `stakes` are what its changes put at risk, `cross_checks` what must hold between its records and others, and
    `writers` the roles of which one is enough to write them, link tables included (empty: not known).
    `computes` gives columns that the platform works out from a block, for names that mean the record by them.
    `exclusive` is what decides which of two changes comes first. `companions` go when a record goes; `part_of` names the
    attribute for the record that the platform makes ours along with, so that one it made is taken over and not doubled.
    """

    name: str
    table: str
    doc: str
    attributes: tuple[Attribute, ...]
    key: tuple[str, ...] = ()
    display: str = "name"
    constants: Mapping[str, str] = field(default_factory=dict)
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    masked: Mask | None = None
    on_remove: Removal = Removal.DELETE
    deactivation: Mapping[str, str] = field(default_factory=dict)
    stakes: tuple[Stake, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
    writers: tuple[str, ...] = ()
    computes: Mapping[str, Computed] = field(default_factory=dict)
    exclusive: tuple[Exclusive, ...] = ()
    companions: tuple[Companion, ...] = ()
    part_of: str = ""
    can_be_absent: bool = False
    has_access: bool = False
    has_requirements: bool = False

    def attribute(self, name: str) -> Attribute:
        """The attribute of this name.

        Raises:
            KeyError: there is none.
        """
        for each in self.attributes:
            if each.name == name:
                return each
        raise KeyError(name)

    def of_type(self, wanted: type[AnAttribute]) -> tuple[AnAttribute, ...]:
        """The attributes of one type."""
        return tuple(each for each in self.attributes if isinstance(each, wanted))

    @property
    def readable(self) -> tuple[Attribute, ...]:
        """The attributes that are columns of the record and can be compared."""
        return tuple(each for each in self.attributes if not isinstance(each, (Secret, Members)))

    @property
    def references(self) -> tuple[Reference | Members, ...]:
        """The attributes that point at other records."""
        return tuple(each for each in self.attributes if isinstance(each, (Reference, Members)))
