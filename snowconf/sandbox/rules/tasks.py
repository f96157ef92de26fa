"""Rules of tasks: priority from impact and urgency, states that close, resolve and reopen, what a change may become.

Sources: recorded answers 14, 31 and 32; docs/platform.md "Tasks" for the states of each class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from snowconf.dictionary import get_table
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.rules.rule import UPDATE, Event, Follow, Put, Refuse, Require, Rule
from snowconf.sandbox.storage.store import Row

MOMENT = "%Y-%m-%d %H:%M:%S"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JOURNALS = ("comments", "work_notes")
RESOLVED = {"incident": "6", "problem": "106"}
# A class that is not here closes as task does.
CLOSED: Mapping[str, frozenset[str]] = {
    "incident": frozenset({"7", "8"}),
    "problem": frozenset({"107"}),
    "problem_task": frozenset({"157"}),
    "change_request": frozenset({"3", "4"}),
    "change_task": frozenset({"3", "4"}),
    "sc_request": frozenset({"3", "4", "7"}),
    "sc_task": frozenset({"3", "4", "7"}),
    "task": frozenset({"3", "4", "7"}),
}
# By impact and urgency; the platform's own lookup, which overrides whatever was sent.
PRIORITIES: Mapping[tuple[str, str], str] = {
    ("1", "1"): "1",
    ("1", "2"): "2",
    ("1", "3"): "3",
    ("2", "1"): "2",
    ("2", "2"): "3",
    ("2", "3"): "4",
    ("3", "1"): "3",
    ("3", "2"): "4",
    ("3", "3"): "5",
}
CANCELED = "4"
CLOSED_INCIDENT = "7"
# What a class is when new, and once it is assigned to somebody.
ASSESSED: Mapping[str, tuple[str, str]] = {"problem": ("101", "102"), "problem_task": ("151", "152")}
# What a change may become next, by type; every one of them may be canceled until it is closed.
_TO_THE_END = {"-2": "-1", "-1": "0", "0": "3"}
NEXT_STATES: Mapping[str, Mapping[str, str]] = {
    "normal": {"-5": "-4", "-4": "-3", "-3": "-2", **_TO_THE_END},
    "standard": {"-5": "-2", **_TO_THE_END},
    "emergency": {"-5": "-3", "-3": "-2", **_TO_THE_END},
}


@dataclass(frozen=True, slots=True)
class Twin:
    """A class's own state column, which always equals `state`."""

    table: str
    column: str

    def match(self, event: Event) -> Row:
        """Both get the value of the one that was changed, of `state` when both were."""
        if event.write == "insert":
            own = self.column in event.sent and "state" not in event.sent
        else:
            own = not event.changes("state")
        value = event.after[self.column if own else "state"]
        return {"state": value, self.column: value}


TWINS = (Twin("incident", "incident_state"), Twin("problem", "problem_state"))


def _assess(event: Event) -> Row:
    """What is new and has what assessing it needs is being assessed."""
    new, assessed = ASSESSED[event.table]
    waits = event.after["state"] == new and event.after["assigned_to"]
    columns = ("state", *(twin.column for twin in TWINS if twin.table == event.table))
    return dict.fromkeys(columns, assessed) if waits else {}


def _look_up_priority(event: Event) -> Row:
    found = PRIORITIES.get((event.after["impact"], event.after["urgency"]))
    return {"priority": found} if found else {}


def _is_closed(table: str, state: str) -> bool:
    closing = next(CLOSED[each] for each in get_table(table).lineage if each in CLOSED)
    return state in closing


def close_task(event: Event) -> Row:
    """A closed task is not active; opened again, it is."""
    was, closed = (_is_closed(event.table, row.get("state", "")) for row in (event.before, event.after))
    if was == closed:
        return {}
    if not closed:
        return {"active": "true", "closed_at": "", "closed_by": ""}
    closed_at = event.after["closed_at"] or event.session.now()
    closed_by = event.after["closed_by"] or event.session.caller.user_sys_id
    return {
        "active": "false",
        "closed_at": closed_at,
        "closed_by": closed_by,
        "calendar_duration": _span(event.after["opened_at"], closed_at),
    }


def _mark_closed(event: Event) -> Row:
    """A task that somebody made inactive is closed, whatever its state says."""
    if event.after["active"] == "true" or event.after["closed_at"]:
        return {}
    return {"closed_at": event.session.now(), "closed_by": event.session.caller.user_sys_id}


def _resolve(event: Event) -> Row:
    resolved = RESOLVED[event.table]
    was, now = event.before.get("state", ""), event.after["state"]
    if now == resolved != was:
        return {
            "resolved_at": event.after["resolved_at"] or event.session.now(),
            "resolved_by": event.after["resolved_by"] or event.session.caller.user_sys_id,
        }
    reopened = was == resolved and not _is_closed(event.table, now)
    return {"resolved_at": "", "resolved_by": "", **_count_up(event, "reopen_count")} if reopened else {}


def _count_reassignment(event: Event) -> Row:
    return _count_up(event, "reassignment_count") if event.before["assignment_group"] else {}


def _count_up(event: Event, column: str) -> Row:
    count = event.before[column]
    return {column: str(int(count) + 1 if count.isdecimal() else 1)}


def _span(start: str, end: str) -> str:
    """A duration as the platform stores it, from 1970 on; nothing when the ends are in the wrong order."""
    try:
        first, last = (datetime.strptime(each, MOMENT).replace(tzinfo=UTC) for each in (start, end))
        return (EPOCH + (last - first)).strftime(MOMENT) if first <= last else ""
    except (ValueError, OverflowError):
        return ""


def _keep_entries(event: Event) -> None:
    """What is written into a journal column stays as an entry of its own."""
    for column in JOURNALS:
        text = event.after[column]
        if text and event.changes(column):
            about = {"name": event.table, "element": column, "element_id": event.after["sys_id"]}
            insert_row(event.session, "sys_journal_field", about | {"value": text})


def _skips_states(event: Event) -> bool:
    """Whether the change's model does not lead from the one state to the other (recorded answer 31)."""
    row, before, after = event.after, event.before["state"], event.after["state"]
    following = NEXT_STATES.get(row["type"])
    if following is None or event.session.switches.get("change_model") == "off":
        return False
    return before not in following or after not in {following[before], CANCELED}


def _is_done(event: Event) -> bool:
    return (
        event.after["state"] in {RESOLVED["incident"], CLOSED_INCIDENT}
        and event.session.switches.get("data_policies") == "on"
    )


RULES: tuple[Rule, ...] = (
    *(
        Put(
            name=f"Keep {twin.column} and state equal",
            table=twin.table,
            columns=frozenset({"state", twin.column}),
            values=twin.match,
        )
        for twin in TWINS
    ),
    *(
        Put(name=f"Assess {table}", table=table, columns=frozenset({"assigned_to"}), values=_assess)
        for table in ASSESSED
    ),
    *(
        Put(
            name=f"Priority lookup for {table}",
            table=table,
            columns=frozenset({"impact", "urgency", "priority"}),
            values=_look_up_priority,
        )
        for table in ("incident", "problem")
    ),
    Follow(
        name="Keep journal entries",
        table="task",
        columns=frozenset(JOURNALS),
        then=_keep_entries,
    ),
    Refuse(
        name="Change Model: Check State Transition",
        table="change_request",
        on=UPDATE,
        columns=frozenset({"state"}),
        when=_skips_states,
    ),
    Require(
        name="Resolution code of resolved incidents",
        table="incident",
        columns=frozenset({"state", "incident_state", "close_code"}),
        mandatory=("close_code",),
        when=_is_done,
    ),
    *(
        Put(name=f"Resolve {table}", table=table, columns=frozenset({"state"}), values=_resolve)
        for table in RESOLVED
    ),
    Put(name="Task closer", table="task", columns=frozenset({"state"}), values=close_task),
    Put(name="mark_closed", table="task", columns=frozenset({"active"}), values=_mark_closed),
    Put(
        name="Count reassignments",
        table="task",
        on=UPDATE,
        columns=frozenset({"assignment_group"}),
        values=_count_reassignment,
    ),
)
