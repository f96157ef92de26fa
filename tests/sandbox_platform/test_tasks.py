"""Tasks: numbers, priorities, states that close and resolve, what a change may become, and journals."""

import pytest

from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.rules.tasks import CLOSED, NEXT_STATES, PRIORITIES
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"
NOW = "2026-07-01 12:00:00"


def told(row: Row, names: str) -> list[str]:
    """The values of these columns."""
    return [row[name] for name in names.split()]


# -- numbers


@pytest.mark.parametrize(
    ("table", "number"),
    [
        ("task", "TASK0010001"),
        ("incident", "INC0010001"),
        ("problem", "PRB0010001"),
        ("change_request", "CHG0010001"),
        ("change_task", "CTASK0010001"),
        ("problem_task", "PTASK0010001"),
        ("sc_request", "REQ0010001"),
        ("sc_req_item", "RITM0010001"),
        ("sc_task", "SCTASK0010001"),
        ("kb_knowledge", "KB0010001"),
    ],
)
def test_each_class_counts_for_itself(desk: Desk, table: str, number: str) -> None:
    """The prefix of sys_number and seven digits."""
    assert desk.insert(table)["number"] == number


def test_the_numbering_of_a_table_can_be_changed(desk: Desk) -> None:
    """It is a row like any other."""
    row = desk.one("sys_number", category="incident")
    desk.update("sys_number", row, prefix="TKT", number="5", maximum_digits="4")
    assert [desk.insert("incident")["number"] for _ in range(2)] == ["TKT0006", "TKT0007"]


@pytest.mark.parametrize("nonsense", ["", "many", "9" * 30])
def test_a_senseless_numbering_counts_as_usual(desk: Desk, nonsense: str) -> None:
    """What cannot be read is as good as nothing written."""
    row = desk.one("sys_number", category="incident")
    desk.store.update("sys_number", row["sys_id"], {"number": nonsense, "maximum_digits": nonsense})
    assert desk.insert("incident")["number"] == "INC0010001"


def test_numbers_of_another_form_are_not_counted_from(desk: Desk) -> None:
    """Whatever a caller called his incident."""
    for number in ("INC00ABCDE", "INC99999999", "ZZZ0000001"):
        desk.insert("incident", number=number)
    assert desk.insert("incident")["number"] == "INC0010001"


def test_a_table_without_numbering_of_its_own_takes_that_of_its_parent(desk: Desk) -> None:
    """And without any its records have none."""
    for category in ("sc_task", "kb_knowledge"):
        desk.delete("sys_number", desk.one("sys_number", category=category))
    assert desk.insert("sc_task")["number"] == "TASK0010001"
    assert desk.insert("kb_knowledge")["number"] == ""


# -- priorities


@pytest.mark.parametrize(("levels", "priority"), PRIORITIES.items())
@pytest.mark.parametrize("table", ["incident", "problem"])
def test_priority_follows_from_impact_and_urgency(
    desk: Desk, table: str, levels: tuple[str, str], priority: str
) -> None:
    """Whatever priority was sent (recorded answer 14)."""
    row = desk.insert(table, impact=levels[0], urgency=levels[1], priority="9")
    assert row["priority"] == priority


def test_priority_is_looked_up_again(desk: Desk) -> None:
    """When one of the two changes, and when somebody sets another priority."""
    row = desk.insert("incident")
    assert row["priority"] == "5"
    assert desk.update("incident", row, impact="1")["priority"] == "3"
    assert desk.update("incident", row, priority="1")["priority"] == "3"


def test_priority_stays_where_nothing_is_found(desk: Desk) -> None:
    """A level nobody knows decides nothing; a plain task has no lookup."""
    assert desk.insert("incident", impact="7", priority="2")["priority"] == "2"
    assert desk.insert("task", impact="1", urgency="1", priority="2")["priority"] == "2"


# -- states


@pytest.mark.parametrize(
    ("table", "twin", "state"), [("incident", "incident_state", "2"), ("problem", "problem_state", "102")]
)
def test_both_state_columns_are_equal(desk: Desk, table: str, twin: str, state: str) -> None:
    """Whichever of them is written, on insert and on update."""
    for column in ("state", twin):
        assert told(desk.insert(table, **{column: state}), f"state {twin}") == [state] * 2
        changed = desk.as_a_script().update(table, desk.insert(table), **{column: state})
        assert told(changed, f"state {twin}") == [state] * 2


def test_of_two_different_states_the_task_s_counts(desk: Desk) -> None:
    """On insert as on update."""
    row = desk.insert("incident", state="2", incident_state="3")
    assert told(row, "state incident_state") == ["2", "2"]
    row = desk.update("incident", row, state="1", incident_state="3")
    assert told(row, "state incident_state") == ["1", "1"]


@pytest.mark.parametrize(
    ("table", "state"), [(table, state) for table in CLOSED for state in sorted(CLOSED[table])]
)
def test_a_closed_task_is_not_active(desk: Desk, table: str, state: str) -> None:
    """Who closed it and when is noted."""
    desk.switch(change_model="off")
    row = desk.as_a_script().update(table, desk.insert(table), state=state, close_code="User error")
    assert told(row, "active closed_at closed_by") == ["false", NOW, ADMIN]


def test_a_closed_task_took_so_long(desk: Desk) -> None:
    """From when it was opened, as a duration is stored (wire-contract.md 2.2)."""
    row = desk.insert("task")
    desk.clock.forward(hours=26)
    assert desk.update("task", row, state="3")["calendar_duration"] == "1970-01-02 02:00:00"


@pytest.mark.parametrize("opened", ["", "2030-01-01 00:00:00"])
def test_a_task_opened_never_or_later_took_no_time(desk: Desk, opened: str) -> None:
    """There is no negative duration."""
    row = desk.insert("task", opened_at=opened)
    assert desk.update("task", row, state="3")["calendar_duration"] == ""


def test_an_opened_task_is_active_again(desk: Desk) -> None:
    """And nobody has closed it."""
    row = desk.update("incident", desk.insert("incident"), state="7", close_code="User error")
    again = desk.update("incident", row, state="2")
    assert told(again, "active closed_at closed_by") == ["true", "", ""]


def test_what_the_caller_says_of_the_end_counts(desk: Desk) -> None:
    """Only what is empty is filled in."""
    row = desk.insert("incident", close_code="User error")
    joe = desk.user("joe")["sys_id"]
    closed = desk.update("incident", row, state="7", closed_at="2026-06-30 10:00:00", closed_by=joe)
    assert told(closed, "closed_at closed_by") == ["2026-06-30 10:00:00", joe]


def test_an_inactive_task_is_closed(desk: Desk) -> None:
    """*mark_closed*, whatever its state says."""
    row = desk.update("task", desk.insert("task"), active="false")
    assert told(row, "state active closed_at closed_by") == ["1", "false", NOW, ADMIN]
    assert desk.update("task", row, active="true")["active"] == "true"


@pytest.mark.parametrize(("table", "state"), [("incident", "6"), ("problem", "106")])
def test_a_resolved_task_is_still_active(desk: Desk, table: str, state: str) -> None:
    """Who resolved it and when is noted, and forgotten when it is opened again."""
    script = desk.as_a_script()
    row = script.update(table, desk.insert(table), state=state, close_code="User error")
    assert told(row, "active resolved_at resolved_by") == ["true", NOW, ADMIN]
    first = "2" if table == "incident" else "103"
    again = script.update(table, row, state=first)
    assert told(again, "resolved_at resolved_by reopen_count") == ["", "", "1"]


def test_closing_a_resolved_incident_keeps_who_resolved_it(desk: Desk) -> None:
    """It is not opened again."""
    row = desk.update("incident", desk.insert("incident"), state="6", close_code="User error")
    closed = desk.update("incident", row, state="7")
    assert told(closed, "resolved_by reopen_count active") == [ADMIN, "0", "false"]


def test_groups_that_pass_a_task_on_are_counted(desk: Desk) -> None:
    """Not the first one, which has it from nobody."""
    first, second = (desk.insert("sys_user_group", name=name)["sys_id"] for name in ("a", "b"))
    row = desk.update("task", desk.insert("task"), assignment_group=first)
    assert row["reassignment_count"] == "0"
    assert desk.update("task", row, assignment_group=second)["reassignment_count"] == "1"
    desk.store.update("task", row["sys_id"], {"reassignment_count": "lots"})
    assert desk.update("task", row, assignment_group=first)["reassignment_count"] == "1"


# -- data policies and models


@pytest.mark.parametrize(("column", "state"), [("state", "6"), ("incident_state", "6"), ("state", "7")])
def test_resolving_needs_a_resolution_code(desk: Desk, column: str, state: str) -> None:
    """Word for word recorded answer 32, which names the label (wire-contract.md 1.7). So does closing."""
    row = desk.insert("incident")
    with pytest.raises(Aborted) as caught:
        desk.update("incident", row, **{column: state})
    assert caught.value.message == "Operation Failed"
    assert caught.value.detail == "Data Policy Exception: The following fields are mandatory: Resolution code"


def test_a_code_that_is_no_choice_is_none_where_choices_are_checked(desk: Desk) -> None:
    """It was dropped, and the policy found the column empty (recorded answer 32)."""
    desk.switch(choice_values="blank")
    row = desk.insert("incident")
    with pytest.raises(Aborted, match="Resolution code"):
        desk.update("incident", row, state="6", close_code="Solved (Permanently)")


def test_a_resolved_incident_keeps_its_code(desk: Desk) -> None:
    """The policy holds as long as it is resolved."""
    row = desk.insert("incident", state="6", close_code="User error")
    with pytest.raises(Aborted, match="Data Policy"):
        desk.update("incident", row, close_code="")


def test_without_data_policies_nothing_is_mandatory(desk: Desk) -> None:
    """As on older releases."""
    desk.switch(data_policies="off")
    assert desk.insert("incident", state="6")["resolved_at"] == NOW


@pytest.mark.parametrize(("kind", "states"), NEXT_STATES.items())
def test_a_change_goes_step_by_step(desk: Desk, kind: str, states: dict[str, str]) -> None:
    """From new to closed as its type's model leads."""
    row = desk.insert("change_request", type=kind)
    while row["state"] in states:
        row = desk.update("change_request", row, state=states[row["state"]])
    assert told(row, "state active") == ["3", "false"]


@pytest.mark.parametrize("kind", list(NEXT_STATES))
def test_a_change_skips_no_state(desk: Desk, kind: str) -> None:
    """Recorded answer 31 (wire-contract.md 1.7)."""
    row = desk.insert("change_request", type=kind)
    with pytest.raises(Aborted) as caught:
        desk.update("change_request", row, state="-1")
    assert caught.value.detail.startswith(
        "Operation against file 'change_request' was aborted by Business Rule 'Change Model: Check State Transition^"
    )


def test_a_change_can_be_canceled_until_it_is_closed(desk: Desk) -> None:
    """And then goes nowhere."""
    row = desk.update("change_request", desk.insert("change_request"), state="4")
    assert row["active"] == "false"
    with pytest.raises(Aborted):
        desk.update("change_request", row, state="-5")


@pytest.mark.parametrize("switches", [{"change_model": "off"}, {}])
def test_a_change_without_a_model_goes_anywhere(desk: Desk, switches: dict[str, str]) -> None:
    """Where models are off, and where its type has none."""
    desk.switch(**switches)
    row = desk.insert("change_request", type="normal" if switches else "model")
    assert desk.update("change_request", row, state="3")["active"] == "false"


# -- journals


def test_journal_entries_are_kept(desk: Desk) -> None:
    """One row for each entry, with who wrote it; they go with the task."""
    desk.user("joe", "itil")
    row = desk.insert("incident", comments="First")
    desk.by("joe").update("incident", row, work_notes="Second")
    entries = desk.store.find("sys_journal_field", element_id=row["sys_id"])
    kept = sorted((each["element"], each["value"], each["name"], each["sys_created_by"]) for each in entries)
    assert kept == [("comments", "First", "incident", "admin"), ("work_notes", "Second", "incident", "joe")]
    desk.delete("incident", row)
    assert desk.store.find("sys_journal_field", element_id=row["sys_id"]) == []


# -- another application's records


def test_records_of_other_applications_can_be_changed_or_not(desk: Desk) -> None:
    """Measured both ways (wire-contract.md 7.3, tables.md 1.10)."""
    theirs = desk.one("sys_properties", name="x_fls_flexera_fnms.cmdb_or_sam")
    assert desk.update("sys_properties", theirs, value="sam")["value"] == "sam"
    desk.switch(cross_scope_writes="refuse")
    for write in (
        lambda: desk.update("sys_properties", theirs, value="cmdb"),
        lambda: desk.delete("sys_properties", theirs),
    ):
        with pytest.raises(Aborted, match=r"ACL Exception (Update|Delete) Failed"):
            write()
    scope = {"user": ADMIN, "name": "apps.current_app", "value": theirs["sys_scope"]}
    insert_row(desk.session(), "sys_user_preference", scope)
    assert desk.update("sys_properties", theirs, value="cmdb")["value"] == "cmdb"


def test_a_standard_change_has_what_its_template_fixes(desk: Desk) -> None:
    """docs/platform.md "Change requests": read-only columns whatever was sent, then and later; others as they were sent."""
    text = "short_description=Restart^description=Restart it^test_plan=Look^EQ"
    template = desk.insert("sys_template", name="Restart", table="change_request", template=text)["sys_id"]
    producer = desk.insert("std_change_record_producer", name="Restart", template=template)["sys_id"]
    version = desk.insert("std_change_producer_version", name="Restart - 1", std_change_producer=producer)
    standard = {"type": "standard", "std_change_producer_version": version["sys_id"]}
    made = desk.insert("change_request", short_description="Tuesday", description="Mine", **standard)
    assert told(made, "short_description description test_plan") == ["Tuesday", "Restart it", "Look"]
    assert desk.update("change_request", made, test_plan="No")["test_plan"] == "Look"


@pytest.mark.parametrize("version", ["", "f" * 32])
def test_a_change_without_a_template_is_its_requesters(desk: Desk, version: str) -> None:
    """Also one whose version leads to no template."""
    row = desk.insert("change_request", description="Mine", std_change_producer_version=version)
    assert row["description"] == "Mine"
