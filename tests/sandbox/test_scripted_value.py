from datetime import UTC, datetime

import pytest

from snowconf.sandbox.queries.scripted_value import Scope, evaluate

# A Thursday; in Los Angeles it is still Wednesday evening.
NOW = datetime(2026, 11, 19, 3, 4, 5, tzinfo=UTC)
HERE = Scope(user_sys_id="abc", user_name="ann", now=NOW)
THERE = Scope(now=NOW, time_zone="America/Los_Angeles")


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("getUserID()", "abc"),
        ("getUserName()", "ann"),
        ("now()", "2026-11-19"),
        ("nowDateTime()", "2026-11-19 03:04:05"),
        ("beginningOfToday()", "2026-11-19 00:00:00"),
        ("endOfToday()", "2026-11-19 23:59:59"),
        ("beginningOfYesterday()", "2026-11-18 00:00:00"),
        ("endOfTomorrow()", "2026-11-20 23:59:59"),
        ("beginningOfThisWeek()", "2026-11-16 00:00:00"),
        ("endOfThisWeek()", "2026-11-22 23:59:59"),
        ("beginningOfLastWeek()", "2026-11-09 00:00:00"),
        ("endOfNextWeek()", "2026-11-29 23:59:59"),
        ("beginningOfThisMonth()", "2026-11-01 00:00:00"),
        ("endOfThisMonth()", "2026-11-30 23:59:59"),
        ("beginningOfLastMonth()", "2026-10-01 00:00:00"),
        ("endOfNextMonth()", "2026-12-31 23:59:59"),
        ("beginningOfThisQuarter()", "2026-10-01 00:00:00"),
        ("endOfLastQuarter()", "2026-09-30 23:59:59"),
        ("beginningOfNextYear()", "2027-01-01 00:00:00"),
        ("endOfLastYear()", "2025-12-31 23:59:59"),
        ("minutesAgo(5)", "2026-11-19 02:59:05"),
        ("hoursAgo('4')", "2026-11-18 23:04:05"),
        ("daysAgo(-1)", "2026-11-20 03:04:05"),
        ("daysAgo()", "2026-11-19 03:04:05"),
        ("daysAgoStart(19);", "2026-10-31 00:00:00"),
        ("daysAgoEnd(1)", "2026-11-18 23:59:59"),
    ],
)
def test_known_functions(call: str, value: str) -> None:
    """The usual functions of gs give stored values."""
    assert evaluate(f"javascript:gs.{call}", HERE) == value


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("beginningOfToday()", "2026-11-18 08:00:00"),
        ("endOfToday()", "2026-11-19 07:59:59"),
        ("now()", "2026-11-18"),
        # Daylight saving time ended on the first of November.
        ("beginningOfThisMonth()", "2026-11-01 07:00:00"),
    ],
)
def test_days_are_the_callers(call: str, value: str) -> None:
    """A day begins where the caller is, and is told in UTC."""
    assert evaluate(f"javascript:gs.{call}", THERE) == value


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../../etc/passwd", "\0"])
def test_a_strange_zone_is_utc(zone: str) -> None:
    """What is no zone's name does no harm."""
    scope = Scope(now=NOW, time_zone=zone)
    assert evaluate("javascript:gs.beginningOfToday()", scope) == "2026-11-19 00:00:00"


@pytest.mark.parametrize(
    "call", ["gs.getProperty('x')", "gs.daysAgo(1)+1", "alert(1)", "", "gs.daysAgo(99999)"]
)
def test_unknown_functions_give_nothing(call: str) -> None:
    """No script runs here."""
    assert evaluate(f"javascript:{call}", HERE) is None


def test_other_values_are_themselves() -> None:
    """Only what begins with the prefix is worked out."""
    assert evaluate("Javascript:gs.now()", HERE) == "Javascript:gs.now()"
