"""What an apply did, record by record and column by column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Change, Plan


class Verdict(Enum):
    """What became of a column that was sent, by what the instance says it holds (features.md 5.4)."""

    APPLIED = "applied"
    COERCED = "coerced"
    DROPPED = "dropped"
    UNREADABLE = "unreadable"
    # A secret cannot be read back; that the write was accepted is all one knows.
    WRITTEN = "written"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnVerdict:
    """`held` is what the instance holds instead of what was sent; both are empty for what is `sensitive`."""

    table: str
    column: str
    verdict: Verdict
    sent: str = ""
    held: str = ""
    sensitive: bool = False


class Status(Enum):
    """How the work on one change ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    UNKNOWN = "outcome unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One change and how it ended; `problem` says why, when it did not end well.

    `sent` counts the change's writes that the instance answered; when some and not all were, the change is half made.
    `notes` are what was noticed besides; `given` are sys_ids that the instance gave instead of those it was asked for.
    """

    change: Change
    status: Status
    sent: int = 0
    verdicts: tuple[ColumnVerdict, ...] = ()
    problem: Diagnostic | None = None
    notes: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def mismatches(self) -> tuple[ColumnVerdict, ...]:
        """The columns the instance did not take as sent."""
        fine = (Verdict.APPLIED, Verdict.WRITTEN)
        return tuple(each for each in self.verdicts if each.verdict not in fine)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyReport:
    """Everything an apply did. `after` is the plan made from observing again; None when that could not be done."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    requests: Mapping[str, int] = field(default_factory=dict)
    after: Plan | None = None
    interrupted: bool = False
    # What is owned afterwards; None when the run knew no ledger or began nothing.
    ledger: Ledger | None = None
    # How what this run had done was taken back, when that was asked for and something failed.
    undone: "ApplyReport | None" = None
    # What stopped the apply before its first write.
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def attempted(self) -> tuple[Outcome, ...]:
        """The changes of which something may have been sent."""
        return tuple(each for each in self.outcomes if each.status is not Status.NOT_ATTEMPTED)
