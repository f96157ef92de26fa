"""What an instance holds for a stack's resources, whatever the files ask for."""

from dataclasses import dataclass

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.state import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One resource's record, None when there is none. `secrets` and `masked` name attributes whose values stay hidden."""

    address: Address
    origin: Origin
    table: str
    record: Record | None
    declared: frozenset[str]
    secrets: tuple[str, ...] = ()
    masked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """All of them in address order, and what stood in the way of seeing them."""

    held: tuple[Held, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
