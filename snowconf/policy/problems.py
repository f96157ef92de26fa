"""What can be wrong with policies themselves, each with its code; what a plan violates is a finding and not here."""

from dataclasses import dataclass

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem."""

    code: str
    summary: str
    severity: Severity = Severity.ERROR

    def at(self, origin: Origin | None, detail: str) -> Diagnostic:
        """One case of it."""
        return Diagnostic(
            code=self.code, summary=self.summary, detail=detail, severity=self.severity, origin=origin
        )


BROKEN = Problem("SNC641", "Policy not usable")
NO_ENGINE = Problem("SNC642", "No policy engine")
NOTHING = Problem("SNC643", "No policies found")
EXHAUSTED = Problem("SNC644", "Policies took too much")
BAD_DATA = Problem("SNC649", "Policy data not usable")
NO_RULE = Problem("SNC650", "Severity of no rule")
EXPIRED = Problem("SNC647", "Waiver expired")
UNUSED = Problem("SNC648", "Waiver not needed", Severity.WARNING)
NOT_WAIVABLE = Problem("SNC652", "Rule may not be waived")

NOTHING_THERE = Problem("SNC654", "Policy reads what is not there", Severity.WARNING)


class AnnotationError(Exception):
    """An annotation that cannot be understood: the `line` of the file, and why, as a part of a sentence."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


class PoliciesError(Exception):
    """Policies that cannot be asked; every reason is in `diagnostics`."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("policies cannot be asked")
        self.diagnostics = diagnostics
