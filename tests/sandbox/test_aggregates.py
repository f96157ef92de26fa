"""The Aggregate API: wire-contract.md 5.2 and recorded answers 53 and 54, and the vendor's page on it."""

from typing import Any
from urllib.parse import urlencode

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller, Reply

# Short description, urgency, seconds open, whether it has a group.
INCIDENTS = [
    ("a", "1", "60", True),
    ("b", "2", "120", True),
    ("c", "2", "", False),
    ("d", "3", "1000", False),
]


@pytest.fixture
def incidents(admin: Caller) -> Caller:
    """Four incidents, two of them of one group."""
    group = admin.post("sys_user_group", {"name": "Zoo"}).result["sys_id"]
    for text, urgency, seconds, grouped in INCIDENTS:
        body = {
            "short_description": text,
            "urgency": urgency,
            "business_stc": seconds,
            "assignment_group": group if grouped else "",
            "correlation_id": "test",
            "business_duration": f"1970-01-01 00:0{urgency}:00",
        }
        assert admin.post("incident", body).status == 201
    return admin


def ask(caller: Caller, table: str = "incident", query: str = "correlation_id=test", **given: str) -> Reply:
    """The statistics that these parameters ask for; `count` stands for `sysparm_count`."""
    parameters = {f"sysparm_{name}": value for name, value in given.items()} | {"sysparm_query": query}
    return caller.send("GET", f"/api/now/stats/{table}?{urlencode(parameters)}")


def test_rows_are_counted(incidents: Caller) -> None:
    """wire-contract.md 5.2, recorded 53: the count is a string."""
    assert ask(incidents, count="true").json() == {"result": {"stats": {"count": "4"}}}
    assert ask(incidents, query="nope=1^correlation_id=none", count="True").result == {
        "stats": {"count": "0"}
    }


def test_columns_are_summed_up(incidents: Caller) -> None:
    """wire-contract.md 5.2: figures nest per column, averages have four decimals, texts have no sum."""
    asked = {f"{kind}_fields": "business_stc,short_description,nope" for kind in ("sum", "avg", "min", "max")}
    assert ask(incidents, **asked).result == {
        "stats": {
            "avg": {"business_stc": "393.3333"},
            "max": {"business_stc": "1000", "short_description": "d"},
            "min": {"business_stc": "60", "short_description": "a"},
            "sum": {"business_stc": "1180"},
        }
    }


def test_figures_of_nothing_are_empty(incidents: Caller) -> None:
    """Where there are no rows there is no average."""
    assert ask(incidents, query="correlation_id=none", avg_fields="business_stc").result == {
        "stats": {"avg": {"business_stc": ""}}
    }


def test_durations_are_summed_up_as_durations(incidents: Caller) -> None:
    """Durations are stored from 1970 on, so are their sums and averages."""
    stats = ask(incidents, sum_fields="business_duration", avg_fields="business_duration").result["stats"]
    assert stats["sum"] == {"business_duration": "1970-01-01 00:08:00"}
    assert stats["avg"] == {"business_duration": "1970-01-01 00:02:00"}


def test_rows_are_grouped(incidents: Caller) -> None:
    """Recorded 54: a list, with the columns of each group; groups stand in the order of what they show."""
    zoo = incidents.names("sys_user_group", "sys_id", "name=Zoo")[0]
    result = ask(incidents, count="true", avg_fields="business_stc", group_by="assignment_group").result
    assert result == [
        {
            "stats": {"count": "2", "avg": {"business_stc": "1000.0000"}},
            "groupby_fields": [{"field": "assignment_group", "value": ""}],
        },
        {
            "stats": {"count": "2", "avg": {"business_stc": "90.0000"}},
            "groupby_fields": [{"field": "assignment_group", "value": zoo}],
        },
    ]


@pytest.mark.parametrize(
    ("mode", "key"),
    [
        ("false", {"field": "urgency", "value": "1"}),
        ("true", {"field": "urgency", "value": "1 - High"}),
        ("all", {"field": "urgency", "value": "1", "display_value": "1 - High"}),
    ],
)
def test_groups_are_shown(incidents: Caller, mode: str, key: dict[str, str]) -> None:
    """The vendor's page: sysparm_display_value concerns the columns that rows are grouped by."""
    result = ask(incidents, count="true", group_by="urgency", display_value=mode).result
    assert result[0]["groupby_fields"] == [key]


def test_groups_of_several_and_of_walked_columns(incidents: Caller) -> None:
    """Groups can have several columns, and some of other records; unknown ones are ignored."""
    result = ask(incidents, count="true", group_by="assignment_group.name,urgency,nope").result
    assert [[key["value"] for key in group["groupby_fields"]] for group in result] == [
        ["", "2"],
        ["", "3"],
        ["Zoo", "1"],
        ["Zoo", "2"],
    ]


def groups(reply: Reply) -> list[Any]:
    """The values of a single grouping column."""
    return [group["groupby_fields"][0]["value"] for group in reply.result]


@pytest.mark.parametrize(
    ("order", "urgencies"),
    [
        ("urgency^DESC", ["3", "2", "1"]),
        ("COUNT^DESC", ["2", "1", "3"]),
        ("count,urgency^DESC", ["3", "1", "2"]),
        ("AVG^business_stc", ["1", "2", "3"]),
        ("SUM^business_stc^DESC", ["3", "2", "1"]),
        ("nope,AVG^nope", ["1", "2", "3"]),
    ],
)
def test_groups_are_ordered(incidents: Caller, order: str, urgencies: list[str]) -> None:
    """The vendor's page: by a column or an aggregate, ascending unless DESC is said."""
    assert groups(ask(incidents, count="true", group_by="urgency", order_by=order)) == urgencies


@pytest.mark.parametrize(
    ("having", "urgencies"),
    [
        ("count^urgency^>^1", ["2"]),
        ("count^urgency^=^1,avg^business_stc^<^100", ["1"]),
        ("sum^business_stc^!=^60", ["2", "3"]),
        ("count^urgency^!^1", ["1", "2", "3"]),
        ("count^urgency^>^x", ["1", "2", "3"]),
        ("median^urgency^>^1", ["1", "2", "3"]),
    ],
)
def test_groups_are_chosen(incidents: Caller, having: str, urgencies: list[str]) -> None:
    """The vendor's page: `aggregate^field^operator^value`, several by commas; what says nothing is ignored."""
    assert groups(ask(incidents, count="true", group_by="urgency", having=having)) == urgencies


def test_nothing_asked_is_nothing_answered(incidents: Caller) -> None:
    """The vendor's page: without an aggregate there is nothing to return."""
    assert ask(incidents).result == {"stats": {}}


def test_figures_can_be_grouped_without_counting(incidents: Caller) -> None:
    """Groups without any figure are told all the same."""
    assert groups(ask(incidents, group_by="urgency")) == ["1", "2", "3"]


def test_pairs_filter_too(incidents: Caller) -> None:
    """The vendor's page: plain `column=value` pairs, with labels, instead of a query."""
    path = "/api/now/v1/stats/incident?urgency=1+-+High&correlation_id=test&sysparm_count=true"
    assert incidents.send("GET", path).result == {"stats": {"count": "1"}}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "stats/incident", 405),
        ("GET", "stats/nope", 400),
        ("GET", "stats", 400),
        ("GET", "stats/a/b", 400),
    ],
)
def test_other_places_are_refused(admin: Caller, method: str, path: str, status: int) -> None:
    """An unknown table, a verb or a place that the API has not."""
    assert admin.send(method, f"/api/now/{path}").status == status


def test_unreadable_tables_are_refused(nobody: Caller) -> None:
    """wire-contract.md 5.2: 403 where the Table API shows an empty list."""
    assert nobody.get("sys_properties").result == []
    assert ask(nobody, "sys_properties", "", count="true").error == (
        "Insufficient rights to query records",
        None,
    )


def test_unreadable_rows_refuse_all(admin: Caller, nobody: Caller) -> None:
    """The vendor's page: who may not read every one of the rows gets no figure of any."""
    condition = {"name": "sys_retry_policy", "operation": "read", "type": "record", "condition": "name=Open"}
    plant(admin.sandbox, condition)
    for name in ("Open", "Closed"):
        admin.post("sys_retry_policy", {"name": name})
    assert ask(nobody, "sys_retry_policy", "name=Open", count="true").result == {"stats": {"count": "1"}}
    assert ask(nobody, "sys_retry_policy", "nameINOpen,Closed", count="true").status == 403


def plant(sandbox: Sandbox, columns: dict[str, str]) -> None:
    """An access control, past elevation."""
    with sandbox.act_as("admin") as session:
        row = {"active": "true", "admin_overrides": "true", "decision_type": "allow"}
        session.store.insert("sys_security_acl", {"sys_id": "ac1" * 10} | row | columns)


def test_hidden_rows_are_left_out_for_admins(admin: Caller) -> None:
    """A row that not even an admin sees does not keep an admin from figures about the others."""
    shown = len(admin.names("sys_user_role", "name", "nameSTARTSWITHs"))
    assert ask(admin, "sys_user_role", "nameSTARTSWITHs", count="true").result == {
        "stats": {"count": str(shown)}
    }


@pytest.mark.parametrize("given", [{"group_by": "user_password"}, {"max_fields": "manager.user_password"}])
def test_unreadable_columns_are_refused(admin: Caller, nobody: Caller, given: dict[str, str]) -> None:
    """A column that the caller may not read has no figures and makes no groups."""
    plant(
        admin.sandbox,
        {"name": "sys_user.user_password", "operation": "read", "type": "record", "script": "x"},
    )
    reply = ask(nobody, "sys_user", "", **given)
    assert reply.status == 403


def test_a_query_on_unreadable_columns_is_refused(admin: Caller, nobody: Caller) -> None:
    """wire-contract.md 1.5: so is a query that names one."""
    plant(
        admin.sandbox,
        {"name": "sys_user.user_password", "operation": "read", "type": "record", "script": "x"},
    )
    assert ask(nobody, "sys_user", f"user_passwordISNOTEMPTY^sys_id={ADMIN}", count="true").status == 403
