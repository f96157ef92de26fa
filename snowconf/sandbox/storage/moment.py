"""Stored dates and times in a caller's time zone: their parts, the spans they lie in, what lies so far from them.

The platform's date operators ask for these; `store` gives two of them to SQLite.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

FORM = "%Y-%m-%d %H:%M:%S"
DAY_LENGTH = 10
# Months in a unit that has no fixed length, and the length of the others.
MONTHS = MappingProxyType({"month": 1, "quarter": 3, "year": 12})
LENGTHS = MappingProxyType(
    {
        "minute": timedelta(minutes=1),
        "hour": timedelta(hours=1),
        "day": timedelta(days=1),
        "dayofweek": timedelta(days=1),
        "week": timedelta(days=7),
    }
)
# How long a unit counts as when two dates are compared.
SECONDS: Mapping[str, int] = MappingProxyType(
    {unit: int(length.total_seconds()) for unit, length in LENGTHS.items()}
    | {"month": 2_592_000, "quarter": 7_776_000, "year": 31_536_000}
)


def find_zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC when there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def as_local(value: str, zone: str) -> datetime | None:
    """The stored text as a time on the caller's clock; a day alone is a day everywhere. None when it is neither."""
    try:
        found = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return found if len(value) == DAY_LENGTH else found.astimezone(find_zone(zone))
    except (ValueError, OverflowError):
        return None


def shift(moment: datetime, unit: str, count: int) -> datetime | None:
    """The moment so many units later, earlier when `count` is negative; None when no calendar goes that far."""
    try:
        if unit in LENGTHS:
            return moment + count * LENGTHS[unit]
        months = moment.year * 12 + moment.month - 1 + count * MONTHS[unit]
        year, month = months // 12, months % 12 + 1
        return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return None


def start_of(moment: datetime, unit: str) -> datetime:
    """When the span began that the moment lies in. A week begins on Monday."""
    if unit == "minute":
        return moment.replace(second=0, microsecond=0)
    if unit == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return midnight - timedelta(days=moment.weekday())
    if unit in MONTHS:
        return midnight.replace(day=1, month=(moment.month - 1) // MONTHS[unit] * MONTHS[unit] + 1)
    return midnight


def span_of(value: str, unit: str, zone: str) -> str:
    """A text that is the same for all times in one span; empty for what is no time."""
    local = as_local(value, zone)
    try:
        return "" if local is None else start_of(local, unit).strftime(FORM)
    except OverflowError:
        return ""


def part_of(value: str, part: str, zone: str) -> int:
    """The hour, the day of the week (Sunday is 1) and so on of a stored time; -1 for what is no time."""
    local = as_local(value, zone)
    return -1 if local is None else PARTS[part](local)


PARTS: Mapping[str, Callable[[datetime], int]] = MappingProxyType(
    {
        "hour": lambda local: local.hour,
        "dayofweek": lambda local: local.isoweekday() % 7 + 1,
        "week": lambda local: int(local.strftime("%U")),
        "month": lambda local: local.month,
        "quarter": lambda local: (local.month + 2) // 3,
        "year": lambda local: local.year,
    }
)
