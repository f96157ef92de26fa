"""The `javascript:` values of encoded queries (wire-contract.md 3.2): the usual functions of `gs`, computed here.

No script runs. A function that is not one of these makes its condition invalid, as on an instance whose sandbox
refuses it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PREFIX = "javascript:"
MOMENT = "%Y-%m-%d %H:%M:%S"

_CALL = re.compile(r"\s*gs\.(\w+)\(\s*['\"]?(-?[0-9]{0,4})['\"]?\s*\)\s*;?\s*")
_EDGE = re.compile(r"(beginning|end)Of(This|Last|Next)(Week|Month|Quarter|Year)")
_DAY_EDGE = re.compile(r"(beginning|end)Of(Yesterday|Today|Tomorrow)")
_SHIFTS = {"Last": -1, "This": 0, "Next": 1, "Yesterday": -1, "Today": 0, "Tomorrow": 1}
_MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who asks, and when. `time_zone` is a zone's name; empty or unknown means UTC."""

    user_sys_id: str = ""
    user_name: str = ""
    time_zone: str = ""
    now: datetime

    @property
    def here(self) -> datetime:
        """The present in the caller's time zone."""
        return self.now.astimezone(find_zone(self.time_zone))


def find_zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC when there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def evaluate(value: str, scope: Scope) -> str | None:
    """The value itself, or what its `javascript:` gives; None when that is not known."""
    if not value.startswith(PREFIX):
        return value
    call = _CALL.fullmatch(value.removeprefix(PREFIX))
    return None if call is None else _call(call[1], call[2], scope)


def _call(name: str, argument: str, scope: Scope) -> str | None:
    if name in _WORDS:
        return _WORDS[name](scope)
    moment = _find_moment(name, argument, scope.here)
    return None if moment is None else moment.astimezone(UTC).strftime(MOMENT)


_WORDS: Mapping[str, Callable[[Scope], str]] = {
    "getUserID": lambda scope: scope.user_sys_id,
    "getUserName": lambda scope: scope.user_name,
    "now": lambda scope: scope.here.strftime("%Y-%m-%d"),
    "nowDateTime": lambda scope: scope.now.astimezone(UTC).strftime(MOMENT),
}


def _find_moment(name: str, argument: str, here: datetime) -> datetime | None:
    if edge := _DAY_EDGE.fullmatch(name):
        return _edge_of_day(here, _SHIFTS[edge[2]], edge[1])
    if edge := _EDGE.fullmatch(name):
        return _edge_of_span(here, _SHIFTS[edge[2]], edge[1], edge[3])
    ago = _AGO.get(name)
    return None if ago is None else ago(here, int(argument) if argument.lstrip("-") else 0)


def _edge_of_day(here: datetime, days: int, edge: str) -> datetime:
    start = (here + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    return start if edge == "beginning" else start.replace(hour=23, minute=59, second=59)


def _edge_of_span(here: datetime, shift: int, edge: str, span: str) -> datetime:
    """A week begins on Monday. An end is the last second before the next span."""
    wanted = shift + (edge == "end")
    if span == "Week":
        monday = _edge_of_day(here, -here.weekday(), "beginning")
        start = _edge_of_day(monday, 7 * wanted, "beginning")
    else:
        months = _MONTHS[span]
        count = (here.year * 12 + here.month - 1) // months * months + wanted * months
        first = here.replace(day=1, year=count // 12, month=count % 12 + 1)
        start = _edge_of_day(first, 0, "beginning")
    return start if edge == "beginning" else start - timedelta(seconds=1)


_AGO: Mapping[str, Callable[[datetime, int], datetime]] = {
    "minutesAgo": lambda here, count: here - timedelta(minutes=count),
    "hoursAgo": lambda here, count: here - timedelta(hours=count),
    "daysAgo": lambda here, count: here - timedelta(days=count),
    "daysAgoStart": lambda here, count: _edge_of_day(here, -count, "beginning"),
    "daysAgoEnd": lambda here, count: _edge_of_day(here, -count, "end"),
}
