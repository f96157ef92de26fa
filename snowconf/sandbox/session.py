"""Who acts, where, under which switches and at what time: what every write and every rule needs to know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from snowconf.sandbox.store import Store
from snowconf.sandbox.switches import Switches

Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """The time as it is. A sandbox under test has a clock that can be put forward."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The user a request acts as.

    `roles` are the names of the roles that count: direct and inherited, active, without elevated ones. `time_zone`
    is a zone's name (`America/Los_Angeles`), empty when neither user nor instance has one.
    """

    user_sys_id: str
    user_name: str
    roles: frozenset[str] = frozenset()
    time_zone: str = ""
    admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One request at work: the store it reads and writes, the switches, the user, the clock."""

    store: Store
    switches: Switches
    caller: Caller
    clock: Clock = utc_now

    def now(self) -> str:
        """The present as the platform stores it: `2026-11-20 14:02:11`, UTC."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
