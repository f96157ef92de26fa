"""A problem that the user can mend: what, where, why, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.origin import Origin


class Severity(Enum):
    """An error stops the command; a warning is printed and the command goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem.

    `summary` names the kind of problem in constant words; `detail` says in whole sentences what is wrong with what,
    why it matters, and what to do. Neither ever holds a secret. `code` is stable (`SNC101`).
    """

    code: str
    summary: str
    detail: str
    severity: Severity = Severity.ERROR
    origin: Origin | None = None
    address: Address | None = None


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Does any of them stop the command?"""
    return any(each.severity is Severity.ERROR for each in diagnostics)
