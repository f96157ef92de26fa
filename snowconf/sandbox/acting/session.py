"""Who acts, where, under which switches and at what time: what every write and every rule needs to know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.decisions import Sink, unheard

Clock: TypeAlias = Callable[[], datetime]

# How the platform stores a date and time, which is always UTC.
MOMENT = "%Y-%m-%d %H:%M:%S"


def utc_now() -> datetime:
    """The time as it is. A sandbox under test has a clock that can be put forward."""
    return datetime.now(UTC)


def as_stored(moment: datetime) -> str:
    """The moment as the platform stores it."""
    return moment.astimezone(UTC).strftime(MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The user a request acts as.

    `roles` are the names of the roles that count: direct and inherited, active, without elevated ones. `time_zone`
    is a zone's name (`America/Los_Angeles`), empty when neither user nor instance has one; `date_format` and
    `time_format` are the platform's (`dd/MM/yyyy`, `hh:mm:ss a`), empty for the ISO ones.
    """

    user_sys_id: str
    user_name: str
    roles: frozenset[str] = frozenset()
    time_zone: str = ""
    date_format: str = ""
    time_format: str = ""
    admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One request at work: the store it reads and writes, the switches, the user, the clock.

    `sink` is told what access control decides. `stamps` says whether the system columns are the platform's alone, as
    they are unless sysparm_suppress_auto_sys_field was sent. A `scripted` one writes as the platform's own scripts do,
    past access control. `update_set` takes what is captured, whatever the user's current one is; empty for everything
    but the commit of a set.
    """

    store: Store
    switches: Switches
    caller: Caller
    clock: Clock = utc_now
    sink: Sink = unheard
    stamps: bool = True
    scripted: bool = False
    update_set: str = ""

    def now(self) -> str:
        """The present as the platform stores it: `2026-11-20 14:02:11`, UTC."""
        return as_stored(self.clock())
