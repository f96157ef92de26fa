"""States of problems and their tasks, and the API of a store application that changes them.

docs/platform.md "Problems".
"""

import json
from collections.abc import Iterator

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.sandbox.caller import ADMIN, Caller, Reply
from tests.sandbox_platform.desk import Desk

FIXED = {"cause_notes": "Rust", "fix_notes": "Oil", "resolution_code": "fix_applied"}


@pytest.fixture
def admin() -> Iterator[Caller]:
    """The user who may do everything, on a fresh instance."""
    sandbox = Sandbox(None, parse({"internal_errors": "raise"}))
    yield Caller(sandbox)
    sandbox.close()


def move(caller: Caller, number: str, state: str, **body: str) -> Reply:
    """What the collection asks of the application."""
    path = f"/api/x_rhtpp_ansible/problem/{number}/new_state/{state}"
    return caller.send("PATCH", path, json.dumps(body).encode())


def assessed(caller: Caller) -> str:
    """The number of a problem that is being assessed."""
    found = caller.post("problem", {"short_description": "Squeak", "assigned_to": ADMIN}).result
    return str(found["number"])


# -- by the Table API


@pytest.mark.parametrize(("table", "after"), [("problem", "103"), ("problem_task", "154")])
def test_the_table_api_leaves_states_alone(desk: Desk, table: str, after: str) -> None:
    """Since Rome; the rest of what was sent is written, and scripts still change states."""
    row = desk.insert(table)
    kept = desk.update(table, row, state=after, short_description="Squeak")
    assert (kept["state"], kept["short_description"]) == (row["state"], "Squeak")
    assert desk.as_a_script().update(table, row, state=after)["state"] == after


def test_a_problem_can_begin_in_any_state(desk: Desk) -> None:
    """Only changes are held back."""
    assert desk.insert("problem", problem_state="103")["state"] == "103"


@pytest.mark.parametrize(("table", "state"), [("problem", "102"), ("problem_task", "152")])
def test_what_is_assigned_is_assessed(desk: Desk, table: str, state: str) -> None:
    """The vendor's page *Create a problem*: with what it needs a record moves directly to Assess."""
    assert desk.insert(table, assigned_to=ADMIN)["state"] == state
    row = desk.update(table, desk.insert(table), assigned_to=ADMIN)
    assert {row["state"], row.get("problem_state", state)} == {state}


def test_states_are_free_before_rome() -> None:
    """The switch `problem_states`."""
    sandbox = Sandbox(None, parse({"problem_states": "free"}))
    caller = Caller(sandbox)
    problem = caller.post("problem", {}).result["sys_id"]
    assert caller.patch(f"problem/{problem}", {"state": "107"}).result["active"] == "false"
    sandbox.close()


# -- by the application


def test_the_application_moves_a_problem(admin: Caller) -> None:
    """Step by step to the end; the answer is the record, each column a text."""
    number = assessed(admin)
    for state, sent in (("103", {}), ("104", FIXED), ("106", {}), ("107", {})):
        moved = move(admin, number, state, **sent)
        assert (moved.status, moved.result["state"], moved.result["problem_state"]) == (200, state, state)
    assert (moved.result["active"], moved.result["assigned_to"]) == ("false", ADMIN)


def test_a_step_that_there_is_not_is_refused(admin: Caller) -> None:
    """In the application's words."""
    refused = move(admin, assessed(admin), "106", resolution_code="canceled", close_notes="No")
    assert refused.status == 400
    assert refused.error[0] == "Problem state transition from state 102 to 106 is not possible."


@pytest.mark.parametrize(
    ("state", "sent", "missing"),
    [
        ("103", {}, None),
        ("107", {"resolution_code": "canceled"}, "close_notes"),
        ("107", {"resolution_code": "canceled", "close_notes": "No"}, None),
        ("107", {"resolution_code": "duplicate"}, "duplicate_of"),
        ("107", {"resolution_code": "risk_accepted", "close_notes": "No"}, "cause_notes"),
        ("107", {"resolution_code": "risk_accepted", "cause_notes": "x", "close_notes": "No"}, "fix_notes"),
        ("107", {"cause_notes": "Rust", "fix_notes": "Oil"}, "resolution_code"),
        ("107", FIXED, None),
    ],
)
def test_each_state_needs_its_columns(
    admin: Caller, state: str, sent: dict[str, str], missing: str | None
) -> None:
    """What was never fixed needs no notes of a fix; the rest needs all that the states before it need."""
    reply = move(admin, assessed(admin), state, **sent)
    assert (reply.error[0] if missing else reply.status) == (f"Missing field {missing}." if missing else 200)


@pytest.mark.parametrize(
    ("state", "sent", "status", "text"),
    [
        ("108", {}, 400, "Given new state 108 is not a valid state."),
        (
            "107",
            {"resolution_code": "luck"},
            400,
            "resolution_code is set to luck, which is not a valid value.",
        ),
    ],
)
def test_what_the_application_does_not_know(
    admin: Caller, state: str, sent: dict[str, str], status: int, text: str
) -> None:
    """States and codes of others."""
    reply = move(admin, assessed(admin), state, **(FIXED | sent))
    assert (reply.status, reply.error[0]) == (status, text)


def test_a_rule_may_keep_a_problem_where_it_is(admin: Caller) -> None:
    """The application's script is no more than other scripts."""
    number = assessed(admin)
    rule = {"name": "None", "collection": "problem", "when": "before", "abort_action": "true"}
    admin.post("sys_script", rule | {"action_update": "true"})
    assert move(admin, number, "103").status == 403
    assert admin.names("problem", "state", f"number={number}") == ["102"]


def test_a_problem_that_is_not_there_or_not_ones_own(admin: Caller) -> None:
    """404 for everybody, 406 for who may not write it; a state of another state model is 409."""
    assert move(admin, "PRB9999999", "103").status == 404
    admin.post("sys_user", {"user_name": "nobody"})
    assert move(Caller(admin.sandbox, "nobody"), assessed(admin), "103").status == 406
    other = admin.post("problem", {"state": "3"}).result["number"]
    assert move(admin, other, "103").status == 409


@pytest.mark.parametrize(
    ("method", "place", "body", "status"),
    [
        ("GET", "new_state/103", b"", 405),
        ("PATCH", "old_state/103", b"{}", 400),
        ("PATCH", "new_state/103", b"[", 400),
    ],
)
def test_other_requests_are_refused(admin: Caller, method: str, place: str, body: bytes, status: int) -> None:
    """The verb, the path and the body."""
    path = f"/api/x_rhtpp_ansible/problem/{assessed(admin)}/{place}"
    assert admin.send(method, path, body).status == status


def test_without_the_application_there_is_no_such_place() -> None:
    """The switch `ansible_app`."""
    sandbox = Sandbox(None, parse({"ansible_app": "absent"}))
    assert (
        move(Caller(sandbox), "PRB0010001", "103").error[0] == "Requested URI does not represent any resource"
    )
    sandbox.close()
