"""Rules of configuration records: roles, access controls, schedules (tables.md 3.2, 4.4, 6.1)."""

from datetime import UTC, datetime, timedelta

from snowconf.sandbox.rules.rule import UPDATE, Cascade, Event, Put, Rule
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.moment import find_zone
from snowconf.sandbox.storage.store import Row

TIME = "%Y-%m-%d %H:%M:%S"
SYSTEM_ZONES = frozenset({"", "floating"})


def _couple_script(event: Event) -> Row:
    return {"advanced": "true" if event.after["script"].strip() else "false"}


def _adjust_time(event: Event) -> Row:
    """With one half sent, the run time follows from the entered time; with both sent, both stand."""
    if {"run_time", "entered_time"} <= event.sent or not event.after["entered_time"]:
        return {}
    try:
        entered = datetime.strptime(event.after["entered_time"], TIME).replace(tzinfo=UTC)
    except ValueError:
        return {}
    offset = event.session.clock().astimezone(find_zone(_zone(event))).utcoffset()
    # A time of day has no date: only the clock's hands move, on a day with room on both sides.
    run_time = entered.replace(year=1970, month=1, day=2) - (offset or timedelta())
    return {"run_time": f"1970-01-01 {run_time:%H:%M:%S}"}


def _zone(event: Event) -> str:
    own = event.after["time_zone"]
    system = settings.find_setting(event.session.store, settings.TIME_ZONE) or ""
    return system if own in SYSTEM_ZONES else own


RULES: tuple[Rule, ...] = (
    Put(
        name="Name is fixed once saved",
        table="sys_user_role",
        on=UPDATE,
        columns=frozenset({"name"}),
        values=lambda event: {"name": event.before["name"]},
    ),
    Put(
        name="Type is fixed once saved",
        table="sys_security_acl",
        on=UPDATE,
        columns=frozenset({"type"}),
        values=lambda event: {"type": event.before["type"]},
    ),
    Put(name="AdvancedCheckbox", table="sys_security_acl", values=_couple_script),
    Put(
        name="Adjust Time Based on Time Zone",
        table="sysauto",
        columns=frozenset({"run_time", "entered_time", "time_zone"}),
        values=_adjust_time,
    ),
)

CASCADES: tuple[Cascade, ...] = (
    Cascade(parent="sys_security_acl", table="sys_security_acl_role", column="sys_security_acl"),
)
