"""What an apply leaves behind: each write with what became of it, and what was there before. Values only; no secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from snowconf.model.finding import Waived
from snowconf.model.outcome import ColumnVerdict, Status
from snowconf.model.ownership import Owned
from snowconf.model.plan import Change, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change and how it went. Values that nobody is to see are missing from its writes and verdicts.

    `sent` counts the writes that the instance answered. `given` are sys_ids the instance gave instead of those it was
    asked for. `entry` is what the ledger said of the record before, None when it said nothing.
    """

    change: Change
    status: Status
    sent: int = 0
    verdicts: tuple[ColumnVerdict, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    entry: Owned | None = None

    @property
    def possible(self) -> tuple[Write, ...]:
        """The writes that were made, and the one that may have been."""
        if self.status is Status.NOT_ATTEMPTED:
            return ()
        doubtful = 0 if self.status is Status.DONE else 1
        return self.change.writes[: self.sent + doubtful]

    def id_of(self, asked: str) -> str:
        """The sys_id of the record that was made."""
        return self.given.get(asked, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSetName:
    """Which update set took what was captured: its name may change, its sys_id does not."""

    name: str
    sys_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One apply. `plan` is the checksum of what was to be done, `who` the instance's user as far as known.

    `runner` and `host` say who started it where, `version` with which snowconf. Times are UTC. `takes_back` is the
    digest of the receipt that this apply took back, `waived` what policies found and somebody had taken. `change` is the
    number of the change request that it was done under.
    """

    stack: str
    instance: str
    url: str
    plan: str
    steps: tuple[Step, ...]
    started: str
    ended: str
    runner: str = ""
    host: str = ""
    who: str = ""
    version: str = ""
    requests: Mapping[str, int] = field(default_factory=dict)
    interrupted: bool = False
    takes_back: str = ""
    waived: tuple[Waived, ...] = ()
    change: str = ""
    update_set: UpdateSetName | None = None

    def count(self, status: Status) -> int:
        """How many changes ended so."""
        return sum(each.status is status for each in self.steps)
