"""The `javascript:` values of encoded queries (wire-contract.md 3.2): the usual functions of `gs`, computed here.

No script runs. A function that is not one of these makes its condition invalid, as on an instance whose sandbox
refuses it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from snowconf.sandbox.storage.moment import FORM, as_local, find_zone, shift, start_of

PREFIX = "javascript:"

# No two parts of it can divide blanks among them in more than one way, or a long value would take for ever.
_CALL = re.compile(r"gs\.([\w.()]*?\w)\(([^()]*+)\)\s*+;?")
_ARGUMENT = re.compile(r"'([^']*+)'|\"([^\"]*+)\"|(-?[0-9]{1,4})")
_COUNT = re.compile(r"-?[0-9]{1,4}")
_EDGE = re.compile(r"(beginning|end)Of(This|Last|Next)(Week|Month|Quarter|Year)")
_DAY_EDGE = re.compile(r"(beginning|end)Of(Yesterday|Today|Tomorrow)")
_AGO = re.compile(r"(minute|hour|day|week|month|quarter|year)sAgo(Start|End|)")
_TIME = re.compile(r"[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
_SHIFTS = {"Last": -1, "This": 0, "Next": 1, "Yesterday": -1, "Today": 0, "Tomorrow": 1}
_DAY_TIMES = {"start": "00:00:00", "end": "23:59:59"}


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


def evaluate(value: str, scope: Scope) -> str | None:
    """The value itself, or what its `javascript:` gives; None when that is not known."""
    if not value.startswith(PREFIX):
        return value
    call = read_call(value)
    return None if call is None else _call(*call, scope)


def read_call(value: str) -> tuple[str, tuple[str, ...]] | None:
    """The function of `gs` that a value calls, and its arguments; None when it is anything else."""
    call = _CALL.fullmatch(value.removeprefix(PREFIX).strip())
    if call is None:
        return None
    given = call[2].strip()
    arguments = [_ARGUMENT.fullmatch(each.strip()) for each in given.split(",")] if given else []
    if not all(arguments):
        return None
    return call[1], tuple(next(filter(None, found.groups()), "") for found in arguments if found)


def _call(name: str, arguments: tuple[str, ...], scope: Scope) -> str | None:
    if name in _WORDS:
        return _WORDS[name](scope)
    if name == "dateGenerate":
        return _generate(arguments, scope)
    moment = _find_moment(name, arguments, scope.here)
    return None if moment is None else _stored(moment)


def _stored(moment: datetime) -> str | None:
    try:
        return moment.astimezone(UTC).strftime(FORM)
    except OverflowError:
        return None


_WORDS: Mapping[str, Callable[[Scope], str]] = MappingProxyType(
    {
        "getUserID": lambda scope: scope.user_sys_id,
        "getUserName": lambda scope: scope.user_name,
        "getUser().getID": lambda scope: scope.user_sys_id,
        "getUser().getName": lambda scope: scope.user_name,
        "now": lambda scope: scope.here.strftime("%Y-%m-%d"),
        "nowDateTime": lambda scope: scope.now.astimezone(UTC).strftime(FORM),
        "nowNoTZ": lambda scope: scope.now.astimezone(UTC).strftime(FORM),
    }
)


def _generate(arguments: tuple[str, ...], scope: Scope) -> str | None:
    """`dateGenerate('2026-05-01', 'start')`: that time of that day on the caller's clock."""
    day, time = (*arguments, "", "")[:2]
    clock = _DAY_TIMES.get(time, time)
    date = as_local(day, "") if len(day) == len("2026-05-01") else None
    if date is None or not _TIME.fullmatch(clock) or clock >= "24":
        return None
    hour, minute, second = map(int, clock.split(":"))
    return _stored(date.replace(hour=hour, minute=minute, second=second, tzinfo=find_zone(scope.time_zone)))


def _find_moment(name: str, arguments: tuple[str, ...], here: datetime) -> datetime | None:
    if edge := _DAY_EDGE.fullmatch(name):
        return _edge(here, "day", _SHIFTS[edge[2]], at_end=edge[1] == "end")
    if edge := _EDGE.fullmatch(name):
        return _edge(here, edge[3].lower(), _SHIFTS[edge[2]], at_end=edge[1] == "end")
    if name in {"yesterday", "lastWeek"}:
        return here - timedelta(days=1 if name == "yesterday" else 7)
    ago, count = _AGO.fullmatch(name), _find_count(arguments)
    if ago is None or count is None:
        return None
    if ago[2]:
        return _edge(here, ago[1], -count, at_end=ago[2] == "End")
    return shift(here, ago[1], -count)


def _find_count(arguments: tuple[str, ...]) -> int | None:
    given = arguments[0] if arguments else "0"
    return int(given) if _COUNT.fullmatch(given) else None


def _edge(here: datetime, unit: str, count: int, *, at_end: bool) -> datetime | None:
    """The first or the last second of the span that lies so many units from now."""
    start = shift(start_of(here, unit), unit, count + at_end)
    return start - timedelta(seconds=1) if start and at_end else start
