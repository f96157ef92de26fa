"""The CMDB Instance API: the vendor's page, and docs/platform.md "CMDB"."""

import json
from typing import Any

import pytest

from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.switches import parse
from tests.sandbox.caller import Caller, Reply

CLASS = "cmdb_ci_linux_server"
RUNS_ON = "60bc4e22c0a8010e01f074cbe6bd73c3"
TYPE_LINK = f"https://dev1.example.com/api/now/table/cmdb_rel_type/{RUNS_ON}"


def ask(caller: Caller, method: str, place: str = "", body: object = None) -> Reply:
    """A request below the class of Linux servers."""
    sent = b"" if body is None else json.dumps(body).encode()
    return caller.send(method, f"/api/now/cmdb/instance/{CLASS}{place}", sent)


def make(caller: Caller, name: str, **more: Any) -> Any:
    """A server as the API answers about it."""
    return ask(caller, "POST", "", {"attributes": {"name": name}, "source": "ServiceNow"} | more).result


def number(item: Any) -> str:
    """The sys_id of an answered item."""
    return str(item["attributes"]["sys_id"])


def test_an_item_is_told_with_references_and_relations(admin: Caller) -> None:
    """A reference has its name, link and value; anything else is stored text; relations have a list each way."""
    made = make(admin, "web1", outbound_relations=[])
    admin.patch(f"{CLASS}/{number(made)}", {"assigned_to": "6816f79cc0a8016401c5a33be04be441"})
    found = ask(admin, "GET", f"/{number(made)}").result
    assert found["attributes"]["assigned_to"]["display_value"] == "System Administrator"
    assert found["attributes"]["operational_status"] == "1"
    assert (found["outbound_relations"], found["inbound_relations"]) == ([], [])


def test_a_creation_says_who_found_the_item_and_when(admin: Caller) -> None:
    """The source becomes discovery_source, first_discovered and last_discovered are now."""
    made = make(admin, "web1")["attributes"]
    assert made["discovery_source"] == "ServiceNow"
    assert made["first_discovered"] == made["last_discovered"] == made["sys_created_on"]


@pytest.mark.parametrize("column", ["name", "serial_number"])
def test_an_item_that_is_there_is_changed_instead(admin: Caller, column: str) -> None:
    """Identification looks for the serial number, or else for the name."""
    first = make(admin, "web1", attributes={column: "A7", "os": "Linux"})
    again = make(admin, "web1", attributes={column: "A7", "cpu_name": "i5"})
    assert number(first) == number(again)
    assert (again["attributes"]["os"], again["attributes"]["cpu_name"]) == ("Linux", "i5")


def test_relations_are_told_from_both_sides(admin: Caller) -> None:
    """What is outbound of the one is inbound of the other, with the name and the link of type and target."""
    host = make(admin, "host")
    guest = make(admin, "guest", outbound_relations=[{"type": RUNS_ON, "target": number(host)}])
    (out,) = guest["outbound_relations"]
    (into,) = ask(admin, "GET", f"/{number(host)}").result["inbound_relations"]
    assert (
        out["type"] == into["type"] == {"display_value": "Runs on::Runs", "value": RUNS_ON, "link": TYPE_LINK}
    )
    assert (out["target"]["display_value"], into["target"]["display_value"]) == ("host", "guest")
    assert out["target"]["link"].endswith(f"/api/now/cmdb/instance/cmdb_ci/{number(host)}")
    assert out["sys_id"] == into["sys_id"]


def test_relations_are_added_once_and_deleted(admin: Caller) -> None:
    """POST below an item answers with the whole item; no source is needed there."""
    host, guest = make(admin, "host"), make(admin, "guest")
    body = {"inbound_relations": [{"type": RUNS_ON, "target": number(guest)}]}
    place = f"/{number(host)}/relation"
    (made,) = ask(admin, "POST", place, body).result["inbound_relations"]
    assert ask(admin, "POST", place, body).result["inbound_relations"] == [made]
    assert ask(admin, "DELETE", f"/{number(guest)}/relation/{'0' * 32}").status == 404
    assert ask(admin, "DELETE", f"{place}/{made['sys_id']}").status == 204
    assert ask(admin, "GET", f"/{number(host)}").result["inbound_relations"] == []


def test_a_relation_that_may_not_be_read_is_not_told(admin: Caller) -> None:
    """Access control counts row by row, as everywhere."""
    host, guest = make(admin, "host"), make(admin, "guest")
    for strength in ("always", "seldom"):
        row = {
            "parent": number(guest),
            "child": number(host),
            "type": RUNS_ON,
            "connection_strength": strength,
        }
        admin.post("cmdb_rel_ci", row)
    acl = {"name": "cmdb_rel_ci", "operation": "read", "decision_type": "deny", "admin_overrides": "false"}
    with admin.sandbox.act_as("admin") as session:
        insert_row(session, "sys_security_acl", acl | {"condition": "connection_strength=always"})
    assert len(ask(admin, "GET", f"/{number(guest)}").result["outbound_relations"]) == 1


def test_relations_go_with_their_items(admin: Caller) -> None:
    """Whichever side is deleted, and also where both are the same."""
    host = make(admin, "host")
    guests = [
        make(admin, name, outbound_relations=[{"type": RUNS_ON, "target": number(host)}])
        for name in ("a", "b")
    ]
    body = {"inbound_relations": [{"type": RUNS_ON, "target": number(host)}]}
    ask(admin, "POST", f"/{number(host)}/relation", body)
    admin.delete(f"{CLASS}/{number(guests[0])}")
    assert len(admin.get("cmdb_rel_ci").result) == 2
    assert admin.delete(f"{CLASS}/{number(host)}").status == 204
    assert admin.get("cmdb_rel_ci").result == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_attributes_are_changed_and_relations_left(admin: Caller, method: str) -> None:
    """PUT is no different from PATCH."""
    made = make(admin, "web1", attributes={"name": "web1", "os": "Linux"})
    body = {"attributes": {"cpu_name": "i5"}, "source": "ServiceNow"}
    changed = ask(admin, method, f"/{number(made)}", body).result["attributes"]
    assert (changed["cpu_name"], changed["os"]) == ("i5", "Linux")


def test_an_item_is_made_with_all_its_relations_or_not_at_all(admin: Caller) -> None:
    """A rule of a client's that wants no relations leaves no item either; nor may any be deleted."""
    host = make(admin, "host")
    out = [{"type": RUNS_ON, "target": number(host)}]
    (made,) = make(admin, "guest", outbound_relations=out)["outbound_relations"]
    rule = {"name": "None", "collection": "cmdb_rel_ci", "when": "before", "abort_action": "true"}
    admin.post("sys_script", rule | {"action_insert": "true", "action_delete": "true"})
    body = {"attributes": {"name": "third"}, "source": "ServiceNow", "outbound_relations": out}
    assert ask(admin, "POST", "", body).error[0] == "Operation Failed"
    assert [each["name"] for each in ask(admin, "GET", "?sysparm_query=ORDERBYname").result] == [
        "guest",
        "host",
    ]
    assert ask(admin, "DELETE", f"/{number(host)}/relation/{made['sys_id']}").status == 403


def test_a_query_on_a_hidden_column_is_refused(admin: Caller) -> None:
    """As in the Table API (wire-contract.md 3.4)."""
    admin.sandbox.switches = parse({"unknown_query_column": "forbidden"})
    assert ask(admin, "GET", "?sysparm_query=nowhere=1").status == 403


def test_a_list_has_sys_ids_and_names(admin: Caller) -> None:
    """Nothing else, whatever is asked for; query, limit and offset count."""
    made = [make(admin, f"web{each}") for each in (1, 2, 3)]
    query = "?sysparm_query=nameSTARTSWITHweb%5EORDERBYDESCname&sysparm_limit=1&sysparm_offset=1"
    assert ask(admin, "GET", query).result == [{"sys_id": number(made[1]), "name": "web2"}]


def test_the_api_asks_for_the_role_itil(admin: Caller, nobody: Caller) -> None:
    """The vendor's page; others get 403."""
    assert ask(nobody, "GET").status == 403
    assert ask(admin, "GET").status == 200


@pytest.mark.parametrize(
    ("method", "place", "body", "status"),
    [
        ("GET", f"/{'0' * 32}", None, 404),
        ("PATCH", f"/{'0' * 32}", {"source": "ServiceNow"}, 404),
        ("DELETE", f"/{'0' * 32}", None, 405),
        ("GET", "/a/elsewhere", None, 400),
        ("POST", "", {"attributes": {"name": "x"}}, 400),
        ("POST", "", {"attributes": [], "source": "ServiceNow"}, 400),
        ("POST", "", [], 400),
        ("POST", "", {"source": "ServiceNow", "inbound_relations": {}}, 400),
        ("POST", "", {"source": "ServiceNow", "inbound_relations": [{"type": RUNS_ON, "target": "x"}]}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(
    admin: Caller, method: str, place: str, body: object, status: int
) -> None:
    """And nothing of it happens."""
    assert ask(admin, method, place, body).status == status
    assert ask(admin, "GET").result == []


def test_only_classes_have_items(admin: Caller) -> None:
    """Another table is 400, as one that does not exist."""
    for table in ("incident", "nope"):
        assert admin.send("GET", f"/api/now/cmdb/instance/{table}").status == 400
