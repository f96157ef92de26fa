"""What came of showing declared secrets at the door, which is the only way to know whether they still open it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance
from snowconf.model.origin import Origin


class Ending(Enum):
    """How a trial ended."""

    OPENED = "opened"
    DRIFTED = "drifted"
    SHUT = "refused for another reason"
    UNTRIED = "not tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An identity that was refused: when by the clock of the run, and the `sys_updated_on` of its account then."""

    at: datetime
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A secret that a way in needs: whose, which attribute, and where it is declared."""

    address: Address
    attribute: str
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One identity before the door. `secrets` are those that it shows; of a drifted one, those that may be wrong.

    `why` says in a sentence why it was not tried; `diagnostics` why it was refused.
    """

    entrance: Entrance
    ending: Ending
    secrets: tuple[Shown, ...] = ()
    why: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
