"""Time as encoded queries ask about it, worked out slowly and apart from the sandbox, on texts that are UTC."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

FORM = "%Y-%m-%d %H:%M:%S"
NOW = datetime(2026, 3, 31, 10, 30, 0, tzinfo=UTC)
SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
WEEK = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
SIGNS: Mapping[str, Callable[[float], bool]] = {
    "GT": lambda sign: sign > 0,
    "GE": lambda sign: sign >= 0,
    "LT": lambda sign: sign < 0,
    "LE": lambda sign: sign <= 0,
    "EE": lambda sign: sign == 0,
}


def read(text: str) -> datetime:
    """The moment that a text tells."""
    return datetime.strptime(text, FORM).replace(tzinfo=UTC)


def span(text: str, unit: str) -> str:
    """What all moments of a span have in common."""
    if not text or unit == "week":
        return text and (read(text) - timedelta(days=read(text).weekday())).strftime("%Y-%m-%d")
    return text[: {"minute": 16, "hour": 13, "day": 10, "month": 7, "year": 4}[unit]]


def on(held: str, day: str) -> bool:
    """Whether it is that day."""
    return span(held, "day") == day


def relative(held: str, comparator: str, unit: str, count: int) -> bool:
    """Whether it is before, after or in the same span as the moment so many hours or days from now."""
    point = NOW + timedelta(seconds=count * SECONDS[unit])
    if not held:
        return False
    if comparator == "EE":
        return span(held, unit) == span(point.strftime(FORM), unit)
    return SIGNS[comparator]((read(held) - point).total_seconds())


def date_part(held: str, part: str, wanted: str, comparator: str) -> bool:
    """Whether that part of it is before, after or just this."""
    if not held:
        return False
    moment = read(held)
    parts = {"hour": moment.hour, "month": moment.month, "year": moment.year}
    if part == "dayofweek":
        return SIGNS[comparator](WEEK.index(moment.strftime("%A").lower()) - WEEK.index(wanted))
    return SIGNS[comparator](parts[part] - int(wanted))


def apart(held: str, other: str, operator: str, asked: str) -> bool:
    """Whether one is more or less than so many units before or after the other: `unit@direction@count`."""
    unit, direction, count = asked.split("@")
    if not held or not other:
        return False
    ahead = (read(other) - read(held)).total_seconds()
    lead = {"before": ahead, "after": -ahead, "before or after": abs(ahead)}[direction]
    length = int(count) * SECONDS[unit]
    return lead > length if operator == "MORETHAN" else 0 <= lead < length
