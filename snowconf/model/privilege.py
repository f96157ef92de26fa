"""What one account may do, and which of it its `access` needs: roles, what they open, what is promised."""

from dataclasses import dataclass
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic


class Answer(Enum):
    """Whether something is open. `DEPENDS`: on the record or on a script, so that nobody can tell beforehand."""

    ALLOWED = "allowed"
    DENIED = "denied"
    DEPENDS = "depends"


class Need(Enum):
    """Whether what is promised needs it. `PERHAPS`: it matters only where nobody can tell beforehand."""

    NEEDED = "needed"
    PERHAPS = "perhaps needed"
    SURPLUS = "not needed"
    # A role that only takes away is no privilege.
    RESTRICTS = "restricts"
    # Nothing is promised, so nothing can be said.
    UNASKED = "not asked"


class Fate(Enum):
    """What an apply of the stack does to it."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"

    @property
    def glyph(self) -> str:
        """How a plan draws it."""
        return {"kept": " ", "added": "+", "removed": "-"}[self.value]


class Source(Enum):
    """How a role begins to come to an account. `UNKNOWN`: the instance has it inherited and does not show from where."""

    DIRECT = "direct"
    GROUP = "group"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of a role: through `groups` (the one the account is in, then those above it), within `roles`, outermost first."""

    source: Source
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role of the account. `power` says what makes it as good as admin; an `elevated` one does not work over REST.

    `door` says what asks for it besides access controls. `opens` counts the openings that name it.
    """

    name: str
    sys_id: str
    ways: tuple[Way, ...]
    elevated: bool = False
    power: str = ""
    door: str = ""
    fate: Fate = Fate.KEPT
    need: Need = Need.UNASKED
    opens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Something that can be taken from the account: a role granted directly, or its membership in a group."""

    source: Source
    name: str
    sys_id: str
    need: Need = Need.UNASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All access controls of one type, name and operation, and what they come to for the account.

    `roles` are those of the account by which it is open; without any, everybody who may log in passes. `acls` are the
    sys_ids of those that let it through. `doubts` say why nobody can tell. `heirs` are the tables that extend this one
    and have no access control of their own for the operation.
    """

    type: str
    name: str
    operation: str
    answer: Answer
    roles: tuple[str, ...] = ()
    acls: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    heirs: tuple[str, ...] = ()
    fate: Fate = Fate.KEPT
    need: Need = Need.UNASKED

    @property
    def table(self) -> str:
        """The table, or whatever else the name names."""
        return self.name.partition(".")[0] if self.is_of_records else self.name

    @property
    def column(self) -> str:
        """`*` for those without an access control of their own, empty for the table itself."""
        return self.name.partition(".")[2] if self.is_of_records else ""

    @property
    def is_of_records(self) -> bool:
        """Is it about records, and not about a REST endpoint or a page?"""
        return self.type == "record"

    @property
    def is_wildcard(self) -> bool:
        """Does it open every table, or a column of every one?"""
        return self.is_of_records and self.table == "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One item of `access`, or of `no_access` (`wanted` false): an operation on `reach`, and what it comes to.

    `roles` are those by which it is open; `refused` says by what it is not.
    """

    operation: str
    reach: str
    answer: Answer
    wanted: bool = True
    roles: tuple[str, ...] = ()
    refused: str = ""

    @property
    def is_broken(self) -> bool:
        """Is it for certain the other way round?"""
        return self.answer is (Answer.DENIED if self.wanted else Answer.ALLOWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose privileges: `address` of its block, None when it has none; `state` says why it cannot work now, if so."""

    user_name: str
    sys_id: str
    address: Address | None = None
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privileges:
    """Everything an account may do. `planned`: as it is after an apply, else as the instance is.

    `controls` counts the access controls that were weighed, `overridden` those that the account passes as an admin.
    """

    account: Account
    stack: str
    instance: str
    url: str
    planned: bool
    roles: tuple[HeldRole, ...]
    grants: tuple[Grant, ...]
    openings: tuple[Opening, ...]
    expectations: tuple[Expectation, ...]
    controls: int = 0
    overridden: int = 0
    is_admin: bool = False
    is_read_only: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def surplus(self) -> tuple[Grant, ...]:
        """What can be taken from the account without taking what is promised; all of it together."""
        return tuple(each for each in self.grants if each.need is Need.SURPLUS)

    @property
    def forbidden(self) -> tuple[Expectation, ...]:
        """What is open although `no_access` says that it must not be."""
        return tuple(each for each in self.expectations if each.is_broken and not each.wanted)

    @property
    def is_compared(self) -> bool:
        """Does anything say what the account is for?"""
        return any(each.wanted for each in self.expectations)

    @property
    def by_roles(self) -> tuple[Opening, ...]:
        """What is open because of a role, and not to everybody."""
        return tuple(each for each in self.openings if each.roles)
