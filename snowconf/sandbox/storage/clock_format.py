"""Dates and times in the form that a user or the instance has chosen: `dd/MM/yyyy`, `hh:mm:ss a` (wire-contract.md 2.2)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from snowconf.sandbox.storage.moment import DAY_LENGTH, FORM, as_local, find_zone

ISO_DATE, ISO_TIME = "%Y-%m-%d", "%H:%M:%S"
# Clients that write dates as JSON libraries do are understood (docs/platform.md).
WITH_T = f"{ISO_DATE}T{ISO_TIME}"
_LETTERS = re.compile(r"([A-Za-z])\1*")
# The letters of the platform's patterns that its own choices use, by their first and their number.
_DIRECTIVES = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "h": "%I",
    "mm": "%M",
    "ss": "%S",
    "a": "%p",
}


@lru_cache(maxsize=64)
def to_directives(pattern: str, otherwise: str) -> str:
    """The pattern as strftime knows it; `otherwise` when there is none, or one with letters nobody chooses."""
    letters = {found[0] for found in _LETTERS.finditer(pattern)}
    if not pattern or not letters <= _DIRECTIVES.keys():
        return otherwise
    return _LETTERS.sub(lambda found: _DIRECTIVES[found[0]], pattern.replace("%", "%%"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How somebody reads and writes times; empty names are those of an instance that nobody configured."""

    time_zone: str = ""
    date_format: str = ""
    time_format: str = ""

    @property
    def form(self) -> str:
        """Date and time together."""
        return f"{self.day_form} {to_directives(self.time_format, ISO_TIME)}"

    @property
    def day_form(self) -> str:
        """A date alone."""
        return to_directives(self.date_format, ISO_DATE)

    def show(self, value: str) -> str:
        """A stored time on this clock; what is none stays as it is."""
        local = as_local(value, self.time_zone)
        if local is None:
            return value
        return local.strftime(self.day_form if len(value) == DAY_LENGTH else self.form)

    def read(self, text: str) -> str | None:
        """The stored form of a time written on this clock, or in the ISO form; None for what is no time."""
        for form in dict.fromkeys((self.form, FORM, WITH_T, self.day_form, ISO_DATE)):
            try:
                local = datetime.strptime(text, form).replace(tzinfo=find_zone(self.time_zone))
                return local.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
            except (ValueError, OverflowError):
                continue
        return None

    def read_day(self, text: str) -> str | None:
        """The stored form of a date written in this form, or in the ISO one; None for what is no date."""
        for form in dict.fromkeys((self.day_form, ISO_DATE, self.form, FORM)):
            try:
                parsed = datetime.strptime(text, form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return date(parsed.year, parsed.month, parsed.day).isoformat()
        return None
