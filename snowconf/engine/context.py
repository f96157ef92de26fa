"""What a run is told besides the stack: which instance, what is owned there, what to leave out, who watches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import TypeAlias

from snowconf.engine.port import Journal, Progress, SecretKeeper, Watch
from snowconf.model.address import Address
from snowconf.model.limits import Allowances, Limits
from snowconf.model.outcome import Outcome
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Change, Write

Owners: TypeAlias = Callable[[frozenset[str]], Mapping[str, str]]


def unwatched(_: Progress) -> None:
    """Nobody watches."""


def utc_now() -> datetime:
    """The moment of asking."""
    return datetime.now(UTC)


def unowned(_: frozenset[str]) -> Mapping[str, str]:
    """No other stack owns any of these sys_ids."""
    return {}


class NoJournal:
    """Nothing is written down."""

    def change_begun(self, change: Change) -> None:
        """Not noted."""

    def write_begun(self, change: Change, write: Write) -> None:
        """Not noted."""

    def write_ended(self, change: Change, write: Write, *, answered: bool) -> None:
        """Not noted."""

    def change_ended(self, outcome: Outcome) -> None:
        """Not noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`targets` limits the work to these addresses and what they refer to; empty means everything.

    `ledger` is what this stack owns; without one nothing is owned and nothing is ever removed. `owners` tells, for
    sys_ids, the names of other stacks that own them. `elevation` is what `model.connection.InstanceSettings` says of
    it. `rewrite_secrets` names resources whose secrets are written again whatever is known of them. `limits` and
    `allowances` say how much a plan may touch. A run that only compares (`foresees` false) asks for no consequences.
    """

    instance_name: str
    url: str
    secrets: SecretKeeper
    ledger: Ledger | None = None
    owners: Owners = field(default=unowned)
    journal: Journal = field(default_factory=NoJournal)
    targets: frozenset[Address] = frozenset()
    rewrite_secrets: frozenset[Address] = frozenset()
    limits: Limits = field(default_factory=Limits)
    allowances: Allowances = field(default_factory=Allowances)
    foresees: bool = True
    clock: Callable[[], datetime] = field(default=utc_now)
    elevation: bool = True
    parallelism: int = 4
    watch: Watch = field(default=unwatched)

    def counting(self, phase: str, total: int) -> Callable[[str], None]:
        """Whom to tell what is finished of so many, from any thread: the numbers come in their order."""
        done, lock = count(1), Lock()

        def tell(subject: str) -> None:
            with lock:
                self.watch(Progress(phase=phase, done=next(done), total=total, subject=subject))

        return tell
