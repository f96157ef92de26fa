"""What became of the records that a ledger owns, seen by looking at each."""

from dataclasses import dataclass
from enum import Enum

from snowconf.model.ownership import Ledger, Owned


class Condition(Enum):
    """How an owned record was found."""

    SOUND = "there"
    GONE = "gone"
    RENAMED = "renamed"
    UNREADABLE = "not readable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One entry and its record; `name` is what the record is called now, where that is known."""

    owned: Owned
    condition: Condition
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All of them in address order. `copies` are sentences about other versions of the ledger, `holder` has the lock."""

    ledger: Ledger
    examined: tuple[Examined, ...]
    copies: tuple[str, ...] = ()
    holder: str = ""

    @property
    def is_sound(self) -> bool:
        """Is everything there, under its name?"""
        return all(each.condition is Condition.SOUND for each in self.examined)
