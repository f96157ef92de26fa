"""The types of attributes that are about time: lengths, times of day, moments (tables.md 1.9, 6.1)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from snowconf.kinds.attribute import Attribute, ParseError
from snowconf.model.value import Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STORED = "%Y-%m-%d %H:%M:%S"
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
DURATION = re.compile(r"(\d{1,9})\s*([dhms])", re.ASCII)
# The platform's calendar ends with the year 9999.
LONGEST = datetime.max.replace(tzinfo=UTC) - EPOCH


@dataclass(frozen=True, slots=True)
class Duration(Attribute):
    """A length of time, written `15m`, `1h 30m`, `2d`; stored as an offset from 1970 (tables.md 1.9)."""

    says: ClassVar[str] = "a duration such as '15m'"

    def parse(self, raw: Any) -> Value:
        """Whole seconds.

        Raises:
            ParseError: it is no duration, or longer than the platform's calendar.
        """
        if DURATION.sub("", str(raw)).strip() or not DURATION.search(str(raw)):
            raise ParseError(f"'{raw}' is no duration; write one like '15m', '1h 30m' or '2d'")
        seconds = sum(int(count) * UNITS[unit] for count, unit in DURATION.findall(str(raw)))
        if seconds > LONGEST.total_seconds():
            raise ParseError(f"'{raw}' is longer than the platform can store, which is {LONGEST.days} days")
        return seconds

    def encode(self, value: Value) -> str:
        """The moment that long after 1970."""
        return (EPOCH + timedelta(seconds=int(str(value)))).strftime(STORED)

    def decode(self, text: str) -> Value:
        """Seconds since 1970; text that is no moment is kept as it is."""
        moment = _moment(text)
        return int((moment - EPOCH).total_seconds()) if moment else text

    def schema(self) -> dict[str, object]:
        """Numbers with units."""
        return {"type": "string", "pattern": r"^\s*(\d+\s*[dhms]\s*)+$"}


@dataclass(frozen=True, slots=True)
class TimeOfDay(Attribute):
    """A time of day, written `02:30`; stored as that time on 1970-01-01 (tables.md 6.1)."""

    says: ClassVar[str] = "a time such as '02:30'"

    def parse(self, raw: Any) -> Value:
        """Hours, minutes and seconds.

        Raises:
            ParseError: it is no time of day.
        """
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", str(raw), re.ASCII)
        if not found:
            raise ParseError(f"'{raw}' is no time of day; write one like '02:30' or '23:15:00'")
        return f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}"

    def encode(self, value: Value) -> str:
        """On the first day of 1970."""
        return f"1970-01-01 {value}"

    def decode(self, text: str) -> Value:
        """Without the day."""
        return text.removeprefix("1970-01-01 ")

    def schema(self) -> dict[str, object]:
        """With or without seconds."""
        return {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}


@dataclass(frozen=True, slots=True)
class DateTime(Attribute):
    """A moment. A TOML date-time with an offset is that moment; without one it is UTC, as the platform stores it."""

    accepts: ClassVar[tuple[type, ...]] = (datetime, date, str)
    says: ClassVar[str] = "a date and time such as 2026-11-30T02:00:00Z"

    def parse(self, raw: Any) -> Value:
        """The stored form, in UTC.

        Raises:
            ParseError: text that is no moment.
        """
        try:
            moment = datetime.fromisoformat(str(raw))
            moment = moment.astimezone(UTC) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            raise ParseError(f"'{raw}' is no date and time; write one like 2026-11-30T02:00:00Z") from None
        return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")

    def schema(self) -> dict[str, object]:
        """Text; editors check TOML's own date-times themselves."""
        return {"type": "string"}


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STORED).replace(tzinfo=UTC)
    except ValueError:
        return None
