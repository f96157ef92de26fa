"""Scheduled data imports (tables.md 6.1): jobs that load a data source and transform it."""

from collections.abc import Iterator, Mapping

from snowconf.kinds import writers
from snowconf.kinds.attributes import (
    Boolean,
    Choice,
    DateTime,
    Duration,
    Integer,
    Reference,
    Script,
    Text,
    TimeOfDay,
)
from snowconf.kinds.choices import choices_of, labels_of
from snowconf.kinds.findings import CONDITION_OFF, NO_RUN_AS, SCHEDULE_IGNORED, ZONE_WITHOUT_ENTERED_TIME
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_schedules
from snowconf.kinds.targets import DATA_SOURCE, SCHEDULED_IMPORT as TO_IMPORT, TRANSFORM_MAP, USER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "scheduled_import_set"
TIMES = ("run_time", "entered_time")
# What each run type looks at, among the attributes that only some look at.
HEEDED: Mapping[str, tuple[str, ...]] = {
    "daily": TIMES,
    "weekly": ("run_dayofweek", *TIMES),
    "monthly": ("run_dayofmonth", *TIMES),
    "periodically": ("run_period",),
    "once": (),
    "on_demand": (),
    "day_and_month_in_year": ("run_dayofmonth", "run_month", *TIMES),
    "day_week_month_year": ("run_dayofweek", "run_weekinmonth", "run_month", *TIMES),
    "week_in_month": ("run_dayofweek", "run_weekinmonth", *TIMES),
    "business_calendar_start": ("offset", "offset_type"),
    "business_calendar_end": ("offset", "offset_type"),
    "parent": ("parent",),
}
CHOOSY = tuple(dict.fromkeys(name for heeded in HEEDED.values() for name in heeded))


def entered(run_time: str) -> Mapping[str, str]:
    """What the user typed; without a time zone of its own the job's is the same time (tables.md 6.1)."""
    return {"entered_time": run_time}


def runs_before(script: str) -> Mapping[str, str]:
    """The script runs only when this box is ticked."""
    return {"pre_script_bool": "true" if script else "false"}


def runs_after(script: str) -> Mapping[str, str]:
    """The script runs only when this box is ticked."""
    return {"post_script_bool": "true" if script else "false"}


def zone_without_entered_time(resource: Resource) -> Iterator[Diagnostic]:
    """The platform recomputes run_time when it is told a zone and no entered time (tables.md 12.12)."""
    zone = text_of(resource, "time_zone")
    if zone and "run_time" in resource.attributes and "entered_time" not in resource.attributes:
        yield ZONE_WITHOUT_ENTERED_TIME.at(
            resource,
            "run_time",
            f"run_time = '{text_of(resource, 'run_time')}' is UTC, and time_zone is '{zone}'. The platform would shift "
            f"it. Write entered_time too, with the same moment as a clock in {zone} shows it.",
        )


def ignored_schedule(resource: Resource) -> Iterator[Diagnostic]:
    """Attributes that the written run type does not look at."""
    run_type = text_of(resource, "run_type")
    for name in CHOOSY if run_type else ():
        if name in resource.attributes and name not in HEEDED[run_type]:
            yield SCHEDULE_IGNORED.at(
                resource,
                name,
                f"A job with run_type = '{run_type}' does not look at {name}. Take it out, or choose the run_type "
                "that it belongs to.",
            )


def no_run_as(resource: Resource) -> Iterator[Diagnostic]:
    """The platform puts the API caller when nobody is named (tables.md 12.10)."""
    if "run_as" not in resource.attributes:
        yield NO_RUN_AS.at(
            resource,
            "run_as",
            "run_as is not written. If the import is created, the platform makes it run as the account that snowconf "
            'logs in with. Write run_as = "…" with the user it shall run as.',
        )


def condition_off(resource: Resource) -> Iterator[Diagnostic]:
    """A condition without `conditional = true` is never asked."""
    if value_of(resource, "condition") and value_of(resource, "conditional") is not True:
        yield CONDITION_OFF.at(
            resource,
            "condition",
            "The import has a condition, and conditional = true is not written, so nothing says that it is asked. "
            "Write conditional = true beside it.",
        )


SCHEDULED_IMPORT = Kind(
    name="scheduled_import",
    table=TABLE,
    doc="A scheduled data import: when a data source is loaded, and as whom.",
    key=("name",),
    attributes=(
        Text("name", "The import's name; the platform allows two of one name, snowconf does not."),
        Reference("run_as", "The user whose rights the import has.", target=USER),
        Boolean("active", "Inactive imports do not run."),
        Reference("data_source", "The data source that is loaded.", target=DATA_SOURCE),
        Reference(
            "map", "The transform map that is used, when not all of the source's are.", target=TRANSFORM_MAP
        ),
        Choice("run_type", "What kind of schedule the import has.", choices=choices_of(TABLE, "run_type")),
        TimeOfDay("run_time", "The time of day it runs, in UTC.", implies=entered),
        TimeOfDay("entered_time", "The same time of day as a clock in the job's time zone shows it."),
        Text("time_zone", "The job's time zone, such as Europe/Berlin; '' means the instance's."),
        Text("run_as_tz", "The time zone of the run-as user, as the platform keeps it beside the job."),
        Choice(
            "run_dayofweek",
            "The day of the week, for weekly imports.",
            choices=labels_of(TABLE, "run_dayofweek"),
        ),
        Integer("run_dayofmonth", "The day of the month, for monthly imports.", minimum=1, maximum=31),
        Choice(
            "run_weekinmonth",
            "Which week of the month, for imports that run by week.",
            choices=labels_of(TABLE, "run_weekinmonth"),
        ),
        Choice("run_month", "The month, for yearly imports.", choices=labels_of(TABLE, "run_month")),
        Integer("repeat_every", "Every how many days, weeks or months it runs.", minimum=1),
        Duration(
            "run_period", "How long after one run the next starts, for periodical imports: '15m', '1d 12h'."
        ),
        DateTime(
            "run_start", "The moment from which it runs; the platform takes now when it is not written."
        ),
        DateTime("run_end", "The moment after which it no longer runs."),
        Duration("offset", "How far from the business calendar's entry it runs."),
        Choice(
            "offset_type",
            "Whether the offset is before or after the business calendar's entry.",
            choices=labels_of(TABLE, "offset_type"),
        ),
        Reference(
            "parent", "The import after which this one runs, for run_type = 'parent'.", target=TO_IMPORT
        ),
        Integer("order", "The order among imports with the same parent.", minimum=0),
        Boolean("conditional", "The import runs only when its condition says so."),
        Script("condition", "A script that decides whether the import runs."),
        Script(
            "pre_script", "A script that runs before the import; '' switches it off.", implies=runs_before
        ),
        Script("post_script", "A script that runs after the import; '' switches it off.", implies=runs_after),
        Boolean("concurrent_import", "The data is split and loaded by several workers at once."),
        Choice(
            "partition_method",
            "How a concurrent import splits the data.",
            choices=choices_of(TABLE, "partition_method"),
        ),
        Integer("partition_size", "How many rows one part of a concurrent import has.", minimum=1),
        Script("partition_script", "A script that splits the data of a concurrent import."),
        Boolean("synchronize_inserts", "Concurrent workers do not insert the same record twice."),
        Boolean("upgrade_safe", "The import may run while the instance is upgraded."),
    ),
    checks=(zone_without_entered_time, ignored_schedule, no_run_as, condition_off),
    cross_checks=of_schedules.IMPORT_CROSS_CHECKS,
    writers=writers.IMPORTS,
)
