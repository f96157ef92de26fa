"""What a change may break, said in a sentence that an admin understands. Policies see hazards by their names."""

from dataclasses import dataclass

from snowconf.model.address import Address
from snowconf.model.diagnostic import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One danger of one change. `code` is a stable name such as `live_tokens`; with an error the plan must not be applied."""

    code: str
    sentence: str
    address: Address
    severity: Severity = Severity.WARNING
