"""Times at the edges of the calendar, and dates as people write them."""

from datetime import UTC, datetime

import pytest

from snowconf.sandbox.queries.scripted_value import Scope, evaluate
from snowconf.sandbox.storage.clock_format import Clock
from snowconf.sandbox.storage.moment import part_of, shift, span_of

BERLIN = Clock(time_zone="Europe/Berlin", date_format="dd.MM.yyyy", time_format="HH:mm")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.03.2026", "2026-03-31"),
        ("2026-03-31", "2026-03-31"),
        ("31.03.2026 23:59", "2026-03-31"),
        ("2026-03-31 23:59:59", "2026-03-31"),
        ("31.02.2026", None),
        ("soon", None),
    ],
)
def test_days_are_read(text: str, day: str | None) -> None:
    """A date is read in the user's form and in the ISO one, and is the same day in every zone."""
    assert BERLIN.read_day(text) == day


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("31.03.2026 12:30", "2026-03-31 10:30:00"),
        ("2026-03-31 12:30:00", "2026-03-31 10:30:00"),
        ("31.03.2026", "2026-03-30 22:00:00"),
        ("0001-01-01 00:00:00", None),
        ("soon", None),
    ],
)
def test_times_are_read(text: str, stored: str | None) -> None:
    """A time is read on the user's clock and stored as UTC; what is none, or before all calendars, is nothing."""
    assert BERLIN.read(text) == stored


@pytest.mark.parametrize("value", ["", "soon", "0001-01-01 00:00:00", "9999-12-31 23:59:59"])
@pytest.mark.parametrize("zone", ["", "Pacific/Auckland", "US/Pacific", "Nowhere/Else"])
def test_the_edges_of_the_calendar_are_no_mistakes(value: str, zone: str) -> None:
    """SQLite may ask for any text in any zone: there is always an answer."""
    assert all(
        isinstance(span_of(value, unit, zone), str) for unit in ("minute", "hour", "day", "week", "year")
    )
    assert isinstance(part_of(value, "hour", zone), int)


@pytest.mark.parametrize(
    ("unit", "count", "shifted"),
    [
        ("month", -1, datetime(2026, 2, 28, tzinfo=UTC)),
        ("quarter", 1, datetime(2026, 6, 30, tzinfo=UTC)),
        ("year", -9000, None),
        ("day", 9_999_999, None),
    ],
)
def test_months_are_as_long_as_they_are(unit: str, count: int, shifted: datetime | None) -> None:
    """The last day of a month stays one, and no calendar goes on for ever."""
    assert shift(datetime(2026, 3, 31, tzinfo=UTC), unit, count) == shifted


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("dateGenerate('2026-03-31','start')", "2026-03-30 22:00:00"),
        ("dateGenerate('2026-03-31','12:30:00')", "2026-03-31 10:30:00"),
        ("dateGenerate('2026-03-31','25:00:00')", None),
        ("dateGenerate('2026-03-31')", None),
        ("dateGenerate('soon','end')", None),
        ("dateGenerate('0001-01-01','start')", None),
        ("yesterday()", "2026-03-30 10:30:00"),
        ("lastWeek()", "2026-03-24 11:30:00"),
        ("monthsAgo(1)", "2026-02-28 11:30:00"),
        ("quartersAgoStart(0)", "2025-12-31 23:00:00"),
        ("yearsAgoEnd(1)", "2025-12-31 22:59:59"),
        ("yearsAgo(9999)", None),
        ("daysAgo(x)", None),
        ("daysAgo('soon')", None),
        ("getUser().getID()", "me"),
        ("nope(1)", None),
    ],
)
def test_more_functions(call: str, value: str | None) -> None:
    """wire-contract.md 3.2: functions with several arguments, or of longer spans; what makes no sense is nothing."""
    scope = Scope(now=datetime(2026, 3, 31, 10, 30, tzinfo=UTC), time_zone="Europe/Berlin", user_sys_id="me")
    assert evaluate(f"javascript:gs.{call}", scope) == value
