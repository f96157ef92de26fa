"""Business rules that clients write into sys_script (tables.md 1.13, wire-contract.md 1.7)."""

import logging
from dataclasses import replace

import pytest

from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decisions import Decision
from snowconf.sandbox.writing import glide
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk


def rule(desk: Desk, **values: str) -> Row:
    """A rule that lets no problem with EICAR in it be written, unless the values say otherwise."""
    usual = {
        "name": "No EICAR",
        "collection": "problem",
        "when": "before",
        "action_insert": "true",
        "action_update": "true",
        "abort_action": "true",
        "add_message": "true",
        "message": "rejected",
        "filter_condition": "short_descriptionLIKEEICAR^ORdescriptionLIKEEICAR^EQ",
    }
    return desk.insert("sys_script", **(usual | values))


def aborts(desk: Desk, **values: str) -> bool:
    """Whether a problem with these values cannot be written."""
    try:
        desk.insert("problem", **values)
    except Aborted:
        return True
    return False


def test_a_rule_aborts_what_meets_its_conditions(desk: Desk) -> None:
    """With its name and sys_id, and not the message its author wrote (wire-contract.md 1.7)."""
    row = rule(desk)
    with pytest.raises(Aborted) as caught:
        desk.insert("problem", short_description="an eicar string")
    assert (caught.value.message, caught.value.detail) == (
        "Operation Failed",
        (
            f"Operation against file 'problem' was aborted by Business Rule 'No EICAR^{row['sys_id']}'. "
            "Business Rule Stack:No EICAR"
        ),
    )
    assert aborts(desk, description="EICAR")
    assert not aborts(desk, short_description="harmless")


def test_a_rule_aborts_updates(desk: Desk) -> None:
    """And what was there before stays."""
    rule(desk)
    row = desk.insert("problem", short_description="harmless")
    with pytest.raises(Aborted):
        desk.update("problem", row, short_description="EICAR")
    assert desk.one("problem", sys_id=row["sys_id"])["short_description"] == "harmless"


@pytest.mark.parametrize(
    "values",
    [
        {"active": "false"},
        {"action_insert": "false"},
        {"when": "after"},
        {"when": "async"},
        {"collection": "incident"},
        {"abort_action": "false"},
    ],
)
def test_rules_that_do_not_concern_the_write_do_not_run(desk: Desk, values: dict[str, str]) -> None:
    """Inactive, for other writes, other tables, or too late."""
    rule(desk, **values)
    assert not aborts(desk, short_description="EICAR")


def test_a_rule_holds_for_the_classes_of_its_table(desk: Desk) -> None:
    """One of task stops problems as well."""
    rule(desk, collection="task")
    assert aborts(desk, short_description="EICAR")


def test_a_rule_can_prevent_deletion(desk: Desk) -> None:
    """Its conditions are about the row as it is."""
    row = desk.insert("problem", short_description="EICAR")
    rule(desk, action_delete="true", action_insert="false")
    with pytest.raises(Aborted):
        desk.delete("problem", row)


def test_a_rule_can_be_changed_and_removed(desk: Desk) -> None:
    """It holds as it is now."""
    row = rule(desk)
    desk.update("sys_script", row, filter_condition="short_descriptionLIKEother")
    assert not aborts(desk, short_description="EICAR")
    desk.delete("sys_script", row)
    assert not aborts(desk, short_description="other")


@pytest.mark.parametrize(
    ("condition", "priority", "stops"),
    [
        ("urgencyVALCHANGES", {"short_description": "x"}, False),
        ("urgencyVALCHANGES", {"urgency": "1"}, True),
        ("urgencyCHANGESFROM3", {"urgency": "1"}, True),
        ("urgencyCHANGESFROM2", {"urgency": "1"}, False),
        ("urgencyCHANGESTO1", {"urgency": "1"}, True),
        ("urgencyCHANGESTO2", {"urgency": "1"}, False),
    ],
)
def test_conditions_about_the_change_itself(
    desk: Desk, condition: str, priority: dict[str, str], *, stops: bool
) -> None:
    """They mean something here, as nowhere else (wire-contract.md 3.2)."""
    row = desk.insert("problem", urgency="3")
    rule(desk, filter_condition=condition)
    stopped = False
    try:
        desk.update("problem", row, **priority)
    except Aborted:
        stopped = True
    assert stopped == stops


def test_rules_are_for_roles(desk: Desk) -> None:
    """Of the names in role_conditions one must be the caller's; an admin has all of them."""
    desk.user("joe", "itil")
    rule(desk, role_conditions="asset,approver_user")
    assert not aborts(desk.by("joe"), short_description="EICAR")
    assert aborts(desk, short_description="EICAR")


@pytest.mark.parametrize(
    ("condition", "stops"),
    [
        ("", True),
        ("gs.hasRole('itil')", True),
        ("!gs.hasRole('itil')", False),
        ("gs.getUserName() == 'admin'", True),
        ("gs.getUserID() == 'x'", False),
        ("current.urgency == '1'", False),
    ],
)
def test_conditions_in_script_are_understood_where_they_are_simple(
    desk: Desk, condition: str, *, stops: bool
) -> None:
    """Both kinds of condition must hold."""
    rule(desk, condition=condition)
    assert aborts(desk, short_description="EICAR") == stops


@pytest.mark.parametrize(("verdict", "stops"), [("pass", False), ("abort", True)])
def test_what_cannot_be_decided_a_switch_decides(
    desk: Desk, caplog: pytest.LogCaptureFixture, verdict: str, *, stops: bool
) -> None:
    """And the log says so."""
    desk.switch(undecidable_rules=verdict)
    rule(desk, condition="new GlideDateTime().getDayOfWeek() == 7")
    with caplog.at_level(logging.WARNING):
        assert aborts(desk, short_description="EICAR") == stops
    assert "No EICAR cannot be decided" in caplog.text


@pytest.mark.parametrize(
    ("script", "stops"),
    [
        ("current.setAbortAction(true);", True),
        ("gs.addErrorMessage('No.'); current.setAbortAction(true);", True),
        (
            (
                "(function executeRule(current, previous /*null when async*/) {\n"
                '  // never\n  gs.addErrorMessage("No.");\n  current.setAbortAction(true);\n})(current, previous);'
            ),
            True,
        ),
        ("if (current.urgency == '1') { current.setAbortAction(true); }", False),
        ("if (current.urgency == '3') { gs.addInfoMessage('No.'); current.setAbortAction( true ); }", True),
        ("current.setAbortAction(false);", False),
        ("gs.log('x');", False),
    ],
)
def test_scripts_that_only_abort_are_understood(desk: Desk, script: str, *, stops: bool) -> None:
    """Nothing is run to find out."""
    rule(desk, abort_action="false", advanced="true", script=script)
    assert aborts(desk, short_description="EICAR") == stops


def test_a_script_counts_only_where_it_is_used(desk: Desk) -> None:
    """`advanced` says whether it is."""
    rule(desk, abort_action="false", advanced="false", script="current.setAbortAction(true);")
    assert not aborts(desk, short_description="EICAR")


def test_rules_set_columns(desk: Desk) -> None:
    """What the template says, as far as there are such columns."""
    rule(desk, abort_action="false", template="description=Set by rule^bunk=x^urgency=1^EQ")
    row = desk.insert("problem", short_description="EICAR")
    assert (row["description"], row["urgency"]) == ("Set by rule", "1")


def test_early_rules_come_before_the_platforms(desk: Desk) -> None:
    """Priority is looked up at a hundred, and later rules have the last word."""
    rule(desk, abort_action="false", template="urgency=1^impact=1^EQ", order="50")
    assert desk.insert("problem", short_description="EICAR")["priority"] == "1"
    rule(desk, abort_action="false", template="priority=4^EQ", order="soon")
    assert desk.insert("problem", short_description="EICAR")["priority"] == "4"


def test_the_first_of_several_rules_aborts(desk: Desk) -> None:
    """By their order."""
    rule(desk, name="Second", order="300")
    rule(desk, name="First", order="-7")
    with pytest.raises(Aborted, match="Stack:First"):
        desk.insert("problem", short_description="EICAR")


def test_built_in_rules_are_rows(desk: Desk) -> None:
    """One that is switched off there does not run."""
    row = desk.one("sys_script", name="Compute name")
    assert (row["collection"], row["when"], row["action_insert"]) == ("sys_user", "before", "true")
    desk.update("sys_script", row, active="false")
    assert desk.insert("sys_user", user_name="ada", first_name="Ada")["name"] == ""
    follows = desk.one("sys_script", name="Keep journal entries")
    assert follows["when"] == "after"
    desk.update("sys_script", follows, active="false")
    incident = desk.insert("incident", comments="Unkept")
    assert desk.store.find("sys_journal_field", element_id=incident["sys_id"]) == []


@pytest.mark.parametrize(
    ("table", "values", "by"),
    [
        ("problem", {"short_description": "EICAR"}, "No EICAR"),
        (
            "sys_properties",
            {"name": "password_reset.request.expiry", "value": "§"},
            "Password Reset Property Validation",
        ),
        ("incident", {"state": "6"}, "Resolution code of resolved incidents"),
    ],
)
def test_the_log_learns_which_rule_refused(desk: Desk, table: str, values: dict[str, str], by: str) -> None:
    """A client's, the platform's, or a data policy."""
    rule(desk)
    heard: list[Decision] = []
    session = replace(desk.session(), sink=heard.append)
    with pytest.raises(Aborted):
        glide.insert(session, table, values)
    denied = [decision for decision in heard if not decision.ruling.allowed]
    told = [(each.who, each.operation, each.table, each.ruling.by) for each in denied]
    assert told == [("admin", "create", table, by)]
