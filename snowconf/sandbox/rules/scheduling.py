"""Rows of sys_trigger: one for each scheduled job that will run by itself, with the time of its next run.

Source: tables.md 6.2. What a schedule means day by day is our reading of 6.1; nothing ever runs here.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from snowconf.sandbox.acting.stamping import insert_row, stamp_change
from snowconf.sandbox.rules.rule import DELETE, EVERY_CHANGE, Event, Follow, Rule
from snowconf.sandbox.storage.store import Row

TRIGGER = "sys_trigger"
MOMENT = "%Y-%m-%d %H:%M:%S"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The job that runs scripts: records/sys_trigger.
RUN_SCRIPT_JOB = "81c92ce9c0a8016400e5f0d2f784ea78"
LAST_WEEK = 6
# A day that comes once in four years is within this reach.
REACH_DAYS = 366 * 5
COPIED = ("name", "run_time", "run_dayofweek", "run_dayofmonth", "run_weekinmonth", "run_month", "max_drift")
TYPES = {"once": "0", "periodically": "1", "daily": "2", "weekly": "3", "monthly": "4"}
Test: TypeAlias = Callable[[Row, date], bool]


def _number(row: Row, column: str) -> int:
    text = row[column]
    return int(text) if text.isdecimal() and len(text) < 5 else 1


def _is_weekday(row: Row, day: date) -> bool:
    return day.isoweekday() == _number(row, "run_dayofweek")


def _is_day_of_month(row: Row, day: date) -> bool:
    """The 31st is the last day of a shorter month."""
    last = monthrange(day.year, day.month)[1]
    return day.day == min(_number(row, "run_dayofmonth"), last)


def _is_week_in_month(row: Row, day: date) -> bool:
    week = _number(row, "run_weekinmonth")
    last = day.day > monthrange(day.year, day.month)[1] - 7
    return _is_weekday(row, day) and (last if week == LAST_WEEK else (day.day - 1) // 7 + 1 == week)


def _is_month(row: Row, day: date) -> bool:
    return day.month == _number(row, "run_month")


DAYS: Mapping[str, Test] = MappingProxyType(
    {
        "daily": lambda _row, _day: True,
        "weekly": _is_weekday,
        "monthly": _is_day_of_month,
        "day_and_month_in_year": lambda row, day: _is_month(row, day) and _is_day_of_month(row, day),
        "week_in_month": _is_week_in_month,
        "day_week_month_year": lambda row, day: _is_month(row, day) and _is_week_in_month(row, day),
    }
)


def find_next_run(row: Row, now: datetime) -> datetime | None:
    """When the job runs next; None when it does not run by the clock."""
    start = _read(row["run_start"]) or now
    if row["run_type"] == "once":
        return start
    if row["run_type"] == "periodically":
        return _find_next_repeat(start, _read(row["run_period"]), now)
    test = DAYS.get(row["run_type"])
    return None if test is None else _find_next_day(row, test, max(start, now))


def _find_next_repeat(start: datetime, period: datetime | None, now: datetime) -> datetime | None:
    length = (period or EPOCH) - EPOCH
    if length <= timedelta():
        return None
    missed = max(0, -((start - now) // length))
    return start + missed * length


def _find_next_day(row: Row, test: Test, after: datetime) -> datetime | None:
    at = (_read(row["run_time"]) or EPOCH).time()
    days = (after.date() + timedelta(days=ahead) for ahead in range(REACH_DAYS))
    moments = (datetime.combine(day, at, UTC) for day in days if test(row, day))
    return next((moment for moment in moments if moment >= after), None)


def _read(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _reschedule(event: Event) -> None:
    store, row = event.session.store, event.row
    found = store.find(TRIGGER, document_key=row["sys_id"])
    columns = _trigger_of(event)
    if columns is None:
        for each in found:
            store.delete(TRIGGER, each["sys_id"])
    elif found:
        store.update(TRIGGER, found[0]["sys_id"], columns | stamp_change(event.session, found[0]))
    else:
        insert_row(event.session, TRIGGER, columns)


def _trigger_of(event: Event) -> Row | None:
    """What sys_trigger says of the job; nothing of one that is gone, inactive or run on demand."""
    row = event.row
    following = _find(row, event.session.clock().astimezone(UTC))
    if event.write == "delete" or row["active"] != "true" or following is None:
        return None
    return {column: row[column] for column in COPIED} | {
        "document": event.table,
        "document_key": row["sys_id"],
        "next_action": following.strftime(MOMENT),
        "trigger_type": TYPES.get(row["run_type"], "4"),
        "job_id": RUN_SCRIPT_JOB,
        "repeat": row["run_period"] if row["run_type"] == "periodically" else "",
        "application": row["sys_scope"],
    }


def _find(row: Row, now: datetime) -> datetime | None:
    """The next run; a schedule beyond all reason has none."""
    try:
        return find_next_run(row, now)
    except OverflowError:
        return None


RULES: tuple[Rule, ...] = (
    Follow(
        name="Reschedule sys_trigger",
        table="sysauto",
        on=EVERY_CHANGE | DELETE,
        then=_reschedule,
    ),
)
