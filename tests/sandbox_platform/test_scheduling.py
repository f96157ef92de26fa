"""When scheduled jobs run next, and the rows of sys_trigger that say so (tables.md 6.2)."""

from datetime import UTC, datetime

import pytest

from snowconf.sandbox.rules.scheduling import find_next_run
from snowconf.sandbox.storage.store import Row
from tests.sandbox_platform.desk import Desk

# A Wednesday.
NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
BLANK = {"run_start": "", "run_period": "", "run_time": "1970-01-01 06:30:00", "run_type": "daily"}
DAYS = {"run_dayofweek": "", "run_dayofmonth": "", "run_weekinmonth": "", "run_month": ""}


def job(desk: Desk, **values: str) -> Row:
    """A scheduled script that runs every day at half past six, unless the values say otherwise."""
    return desk.insert("sysauto_script", **({"name": "Nightly", "run_time": "1970-01-01 06:30:00"} | values))


def trigger(desk: Desk, row: Row) -> Row:
    """The only trigger of a job."""
    return desk.one("sys_trigger", document_key=row["sys_id"])


@pytest.mark.parametrize(
    ("schedule", "moment"),
    [
        ({}, "2026-07-02 06:30:00"),
        ({"run_time": "1970-01-01 23:00:00"}, "2026-07-01 23:00:00"),
        ({"run_time": "1970-01-01 12:00:00"}, "2026-07-01 12:00:00"),
        ({"run_time": "soon"}, "2026-07-02 00:00:00"),
        ({"run_start": "2026-08-01 00:00:00"}, "2026-08-01 06:30:00"),
        ({"run_type": "weekly", "run_dayofweek": "1"}, "2026-07-06 06:30:00"),
        ({"run_type": "weekly", "run_dayofweek": "3"}, "2026-07-08 06:30:00"),
        ({"run_type": "weekly", "run_dayofweek": "Monday"}, "2026-07-06 06:30:00"),
        ({"run_type": "monthly", "run_dayofmonth": "15"}, "2026-07-15 06:30:00"),
        (
            {"run_type": "monthly", "run_dayofmonth": "31", "run_start": "2026-09-01 00:00:00"},
            "2026-09-30 06:30:00",
        ),
        (
            {"run_type": "day_and_month_in_year", "run_month": "2", "run_dayofmonth": "29"},
            "2027-02-28 06:30:00",
        ),
        ({"run_type": "week_in_month", "run_weekinmonth": "2", "run_dayofweek": "2"}, "2026-07-14 06:30:00"),
        ({"run_type": "week_in_month", "run_weekinmonth": "6", "run_dayofweek": "5"}, "2026-07-31 06:30:00"),
        (
            {
                "run_type": "day_week_month_year",
                "run_month": "12",
                "run_weekinmonth": "1",
                "run_dayofweek": "7",
            },
            "2026-12-06 06:30:00",
        ),
        ({"run_type": "once", "run_start": "2026-07-01 12:00:30"}, "2026-07-01 12:00:30"),
        ({"run_type": "once"}, "2026-07-01 12:00:00"),
        ({"run_type": "periodically", "run_period": "1970-01-01 00:15:00"}, "2026-07-01 12:00:00"),
        (
            {
                "run_type": "periodically",
                "run_period": "1970-01-01 00:15:00",
                "run_start": "2026-07-01 11:52:00",
            },
            "2026-07-01 12:07:00",
        ),
        (
            {
                "run_type": "periodically",
                "run_period": "1970-01-03 00:00:00",
                "run_start": "2026-07-05 00:00:00",
            },
            "2026-07-05 00:00:00",
        ),
    ],
)
def test_when_a_job_runs_next(schedule: Row, moment: str) -> None:
    """By day, week, month, period or once (tables.md 6.1)."""
    found = find_next_run(BLANK | DAYS | schedule, NOW)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M:%S}" == moment


@pytest.mark.parametrize(
    "schedule",
    [
        {"run_type": "on_demand"},
        {"run_type": "business_calendar_start"},
        {"run_type": "parent"},
        {"run_type": "bunk"},
        {"run_type": "periodically"},
        {"run_type": "day_week_month_year", "run_weekinmonth": "9"},
    ],
)
def test_some_jobs_do_not_run_by_the_clock(schedule: Row) -> None:
    """Nor does one whose schedule never comes true."""
    assert find_next_run(BLANK | DAYS | schedule, NOW) is None


def test_an_active_job_has_a_trigger(desk: Desk) -> None:
    """With document, key, next action and state ready (tables.md 6.2)."""
    row = job(desk)
    found = trigger(desk, row)
    named = ("name", "document", "next_action", "state", "trigger_type", "run_time")
    assert [found[name] for name in named] == [
        "Nightly",
        "sysauto_script",
        "2026-07-02 06:30:00",
        "0",
        "2",
        "1970-01-01 06:30:00",
    ]


def test_the_trigger_follows_the_job(desk: Desk) -> None:
    """The same row, with another time."""
    row = job(desk)
    before = trigger(desk, row)
    period = "1970-01-01 01:00:00"
    desk.update("sysauto_script", row, run_type="periodically", run_period=period, name="Hourly")
    after = trigger(desk, row)
    assert after["sys_id"] == before["sys_id"]
    assert [after[name] for name in ("name", "trigger_type", "repeat")] == ["Hourly", "1", period]
    assert after["sys_mod_count"] == "1"


@pytest.mark.parametrize("change", [{"active": "false"}, {"run_type": "on_demand"}])
def test_a_job_that_does_not_run_has_none(desk: Desk, change: dict[str, str]) -> None:
    """Inactive and on-demand jobs have no trigger; made active again, they have one (tables.md 6.2)."""
    row = desk.update("sysauto_script", job(desk), **change)
    assert desk.store.find("sys_trigger", document_key=row["sys_id"]) == []
    desk.update("sysauto_script", row, active="true", run_type="daily")
    assert trigger(desk, row)["state"] == "0"


def test_a_deleted_job_takes_its_trigger_along(desk: Desk) -> None:
    """It will never run again."""
    row = job(desk)
    desk.delete("sysauto_script", row)
    assert desk.store.find("sys_trigger", document_key=row["sys_id"]) == []


def test_a_schedule_beyond_all_reason_has_no_trigger(desk: Desk) -> None:
    """The end of time is nobody's next run."""
    row = job(desk, run_start="9999-12-31 23:00:00")
    assert desk.store.find("sys_trigger", document_key=row["sys_id"]) == []
