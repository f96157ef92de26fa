"""Words and chance: what the demo data is put together from, and what decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeAlias, TypeVar

from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.seed.reading import read_data

Words: TypeAlias = Mapping[str, Any]
Thing = TypeVar("Thing")

MOMENT = "%Y-%m-%d %H:%M:%S"
# The last day of the demo data: the evening before the platform itself was installed.
LATEST = datetime(2025, 1, 14, 20, 0, tzinfo=UTC)


def read_words() -> Words:
    """The words by what they are for."""
    return read_data("words")


@dataclass(slots=True)
class Dice:
    """Chance that is the same every time for the same name, whatever Python rolls them."""

    name: str
    rolled: int = 0

    def number(self, low: int, high: int) -> int:
        """Any from `low` to `high`, both included."""
        self.rolled += 1
        rolled = blake2b(f"{self.name} {self.rolled}".encode(), digest_size=8).digest()
        return low + int.from_bytes(rolled, "big") % (high - low + 1)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Any one of them."""
        return things[self.number(0, len(things) - 1)]

    def sample(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """So many different ones."""
        left = list(things)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]

    def happens(self, percent: int) -> bool:
        """Whether it happens this time."""
        return self.number(1, 100) <= percent

    def moment(self, days: int) -> datetime:
        """Some time in the last so many days of the demo data."""
        return LATEST - timedelta(seconds=self.number(0, days * 86_400))

    def digits(self, count: int) -> str:
        """So many digits."""
        return f"{self.number(0, 10**count - 1):0{count}d}"


def stored(moment: datetime) -> str:
    """The moment as the platform stores it."""
    return moment.strftime(MOMENT)


def made(by: str, at: datetime, until: datetime | None = None, count: int = 0) -> dict[str, str]:
    """System columns of a row that `by` made and somebody changed `count` times, the last time at `until`."""
    return {
        "sys_created_by": by,
        "sys_created_on": stored(at),
        "sys_updated_by": by,
        "sys_updated_on": stored(until or at),
        "sys_mod_count": str(count),
    }


def users_of(entries: Sequence[Entry]) -> list[str]:
    """The user names among the entries of people who still work there."""
    users = (entry.columns for entry in entries if entry.table == "sys_user")
    return [columns["user_name"] for columns in users if columns.get("active") != "false"]
