"""What users are promised, and what acting as them has shown: a cell for each promise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin


class Verdict(Enum):
    """What is known of a promise. Only PROVEN is a kept one; the last three say that nothing was shown either way."""

    PROVEN = "proven"
    DENIED = "denied"
    OPEN = "open"
    UNDECIDABLE = "undecidable"
    NOT_PROBED = "not probed"
    NO_ENTRY = "no entry"

    @property
    def is_broken(self) -> bool:
        """Was it shown not to hold, or is the user not even let in?"""
        return self in (Verdict.DENIED, Verdict.OPEN, Verdict.NO_ENTRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A user can do an operation on a table, or must not (`allowed` false). `column` is a name, "*", or "" for the rows."""

    user: Address
    operation: str
    table: str
    column: str = ""
    allowed: bool = True
    origin: Origin

    @property
    def reach(self) -> str:
        """As the file says it: `incident`, `incident.*`, `incident.state`."""
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def name(self) -> str:
        """How it is spoken of: `read incident.*`, `not delete sys_user`."""
        return f"{'' if self.allowed else 'not '}{self.operation} {self.reach}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was shown of a promise, in a sentence. `columns` are those that were asked for and kept back, or shown.

    Not `tried` is what only a write would show, and nobody wrote: then access controls alone may tell.
    """

    promise: Promise
    verdict: Verdict
    told: str = ""
    columns: tuple[str, ...] = ()
    tried: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A promise with its verdict; `why` and `remedy` are sentences, and `blocks` those of the stack that would change it.

    Not `tried` is a verdict that access controls alone gave.
    """

    promise: Promise
    verdict: Verdict
    why: str = ""
    remedy: str = ""
    blocks: tuple[Address, ...] = ()
    tried: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A user with its promises. `way` is the grant it got in by, `client` the block of the OAuth client that asked."""

    user: Address
    user_name: str
    origin: Origin
    cells: tuple[Cell, ...]
    way: str = ""
    client: Address | None = None
    entered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Everything that was tried. `diagnostics` has one for each promise that is not proven, and what else went wrong."""

    stack: str
    instance: str
    url: str
    identities: tuple[Identity, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    requests: Mapping[str, int] = field(default_factory=dict)

    @property
    def cells(self) -> Iterator[Cell]:
        """Those of all users."""
        return (cell for identity in self.identities for cell in identity.cells)

    @property
    def is_proven(self) -> bool:
        """Does every promise hold? Not so when there are none, or when something went wrong besides."""
        return any(True for _ in self.cells) and all(each.verdict is Verdict.PROVEN for each in self.cells)

    @property
    def presumed(self) -> int:
        """How many are proven by access controls alone."""
        return sum(each.verdict is Verdict.PROVEN and not each.tried for each in self.cells)

    def count(self, verdict: Verdict) -> int:
        """How many promises came out so."""
        return sum(each.verdict is verdict for each in self.cells)
