"""The Import Set API: wire-contract.md 5.3, recorded answers 55 and 56, and the vendor's page on it."""

import json
from typing import Any

import pytest

from tests.sandbox.caller import HOST, Caller, Reply

JOHN = {"user_id": "john.public", "first_name": "John", "last_name": "Public", "email": "j@example.com"}
COLUMNS = {"user_id": "user_name", "first_name": "first_name", "last_name": "last_name", "email": "email"}


def make_map(admin: Caller, source: str, columns: dict[str, str], key: str = "", **values: str) -> str:
    """A transform map into users; `key` is the target column that finds existing ones."""
    about = {"name": "User", "source_table": source, "target_table": "sys_user", **values}
    sys_id: str = admin.post("sys_transform_map", about).result["sys_id"]
    for source_column, target in columns.items():
        coalesce = "true" if target == key else "false"
        entry = {"map": sys_id, "source_field": source_column, "target_field": target, "coalesce": coalesce}
        assert admin.post("sys_transform_entry", entry).status == 201
    return sys_id


@pytest.fixture
def mapped(admin: Caller) -> Caller:
    """Somebody who has a map from imp_user to sys_user."""
    make_map(admin, "imp_user", COLUMNS, "user_name")
    return admin


def send(caller: Caller, body: object, place: str = "imp_user", **headers: str) -> Reply:
    """POST into a staging table."""
    return caller.send("POST", f"/api/now/import/{place}", json.dumps(body).encode(), **headers)


def only(reply: Reply) -> Any:
    """What the only map made of it."""
    (told,) = reply.json()["result"]
    return told


def test_a_row_is_transformed(mapped: Caller) -> None:
    """Recorded 55: 201, the import set's number, what each transform map did and to which record."""
    reply = send(mapped, JOHN)
    told = only(reply)
    assert (reply.status, reply.json()["import_set"], reply.json()["staging_table"]) == (
        201,
        "ISET0010001",
        "imp_user",
    )
    assert told == {
        "transform_map": "User",
        "table": "sys_user",
        "status": "inserted",
        "display_name": "name",
        "display_value": "John Public",
        "record_link": f"{HOST}/api/now/table/sys_user/{told['sys_id']}",
        "sys_id": told["sys_id"],
    }
    assert mapped.names("sys_user", "email", "user_name=john.public") == ["j@example.com"]


def test_the_row_is_kept(mapped: Caller) -> None:
    """The vendor's page: GET of the staged row tells the result again; 404 when there is none."""
    told = only(send(mapped, JOHN))
    (staged,) = mapped.get("imp_user").result
    assert (staged["user_id"], staged["sys_import_state"]) == ("john.public", "inserted")
    again = mapped.send("GET", f"/api/now/import/imp_user/{staged['sys_id']}")
    assert (again.status, again.json()["import_set"], only(again)) == (200, "ISET0010001", told)
    assert mapped.send("GET", "/api/now/import/imp_user/none").status == 404


def test_coalescing_updates(mapped: Caller) -> None:
    """wire-contract.md 5.3: a record that the coalesce columns find is updated, or ignored when nothing changes."""
    first = only(send(mapped, JOHN))
    second = only(send(mapped, JOHN | {"user_id": "JOHN.public", "first_name": "Jack"}))
    assert (second["status"], second["sys_id"], second["display_value"]) == (
        "updated",
        first["sys_id"],
        "Jack Public",
    )
    third = only(send(mapped, JOHN | {"user_id": "JOHN.public", "first_name": "Jack"}))
    assert (third["status"], third["status_message"]) == ("ignored", "No field values changed")


def test_empty_values_are_not_copied(mapped: Caller) -> None:
    """A map copies empty columns only when it says so, and says what a row without a key is."""
    send(mapped, JOHN)
    assert only(send(mapped, JOHN | {"email": ""}))["status"] == "ignored"
    assert only(send(mapped, {"first_name": "Nobody"}))["status"] == "ignored"


def test_empty_values_can_be_copied(admin: Caller) -> None:
    """copy_empty_fields empties what the row leaves empty; a row without a key can be a new record."""
    options = {"copy_empty_fields": "true", "create_new_record_on_empty_coalesce_fields": "true"}
    make_map(admin, "imp_user", COLUMNS, "user_name", **options)
    send(admin, JOHN)
    assert only(send(admin, JOHN | {"email": ""}))["status"] == "updated"
    assert admin.names("sys_user", "email", "user_name=john.public") == [""]
    assert only(send(admin, {"first_name": "New"}))["status"] == "inserted"


def test_failures_are_told_inside_a_success(admin: Caller) -> None:
    """wire-contract.md 5.3, recorded 56: 201 although the transform failed, with an error_message."""
    make_map(admin, "imp_user", COLUMNS)
    send(admin, JOHN)
    reply = send(admin, JOHN)
    told = only(reply)
    assert (reply.status, told["status"], told["transform_map"]) == (201, "error", "User")
    assert told["error_message"] == "Error during insert of sys_user (John Public)"


@pytest.mark.parametrize(
    ("values", "entry"),
    [({"target_table": "nope"}, {}), ({}, {"use_source_script": "true", "target_field": "title"})],
)
def test_maps_can_be_impossible(admin: Caller, values: dict[str, str], entry: dict[str, str]) -> None:
    """A map into no table, or one with a script, which the sandbox does not run, is an error and nothing happens."""
    sys_id = make_map(admin, "imp_user", COLUMNS, **values)
    if entry:
        admin.post("sys_transform_entry", {"map": sys_id} | entry)
    assert only(send(admin, JOHN))["status"] == "error"
    assert admin.names("sys_user", "user_name", "user_name=john.public") == []


def test_maps_run_in_order(admin: Caller) -> None:
    """All active maps of the staging table run, by their order; an odd order counts as the usual one."""
    make_map(admin, "imp_user", {"user_id": "user_name"}, "user_name", name="Second", order="200")
    make_map(admin, "imp_user", COLUMNS, "user_name", name="First", order="1")
    make_map(admin, "imp_user", COLUMNS, "user_name", name="Never", active="false")
    told = send(admin, JOHN).json()["result"]
    assert [(each["transform_map"], each["status"]) for each in told] == [
        ("First", "inserted"),
        ("Second", "ignored"),
    ]


def test_references_are_found_by_what_they_show(admin: Caller) -> None:
    """A staged value is written as people read it."""
    make_map(admin, "imp_user", COLUMNS | {"manager": "manager"}, "user_name")
    send(admin, JOHN | {"manager": "System Administrator"})
    shown = admin.get("sys_user", sysparm_query="user_name=john.public", sysparm_display_value="true").result
    assert shown[0]["manager"]["display_value"] == "System Administrator"


def test_without_a_map_nothing_is_transformed(admin: Caller) -> None:
    """A row that no map takes anywhere stays where it is."""
    reply = send(admin, JOHN)
    assert (reply.status, reply.json()["result"]) == (201, [])
    (staged,) = admin.get("imp_user").result
    told = only(admin.send("GET", f"/api/now/import/imp_user/{staged['sys_id']}"))
    assert told == {"transform_map": "", "table": "", "status": "pending"}


def test_a_map_makes_its_source_a_staging_table(admin: Caller) -> None:
    """A table of the caller's own is known by the transform map that names it; nested values become text."""
    make_map(admin, "u_people", {"u_login": "user_name", "u_more": "title"})
    told = only(send(admin, {"u_login": "x", "u_more": {"a": "b"}}, "u_people"))
    assert told["status"] == "inserted"
    assert admin.names("sys_user", "title", "user_name=x") == ["{a=b}"]


@pytest.mark.parametrize("table", ["nope", "sys_user", "'"])
def test_other_tables_take_no_imports(admin: Caller, table: str) -> None:
    """What is no staging table is refused."""
    assert send(admin, JOHN, table).status == 400


def test_many_rows_at_once(mapped: Caller) -> None:
    """wire-contract.md 5.3: insertMultiple answers with ids; columns may be named by label, rows may be nonsense."""
    records = [{"User ID": "one", "Last name": "One"}, {"user_id": "two"}, 5]
    reply = send(mapped, {"records": records}, "imp_user/insertMultiple?multi_import_set_id=abc")
    body = reply.json()
    assert (reply.status, body["multi_import_set_id"]) == (201, "abc")
    assert mapped.get(f"sys_import_set/{body['import_set_id']}").result["table_name"] == "imp_user"
    assert mapped.names("sys_user", "user_name", "user_nameINone,two") != []
    states = mapped.names("imp_user", "sys_import_state", "ORDERBYsys_import_state")
    assert states == ["ignored", "inserted", "inserted"]


@pytest.mark.parametrize("body", [{}, [], {"records": 5}, "x"])
def test_many_rows_are_a_list(mapped: Caller, body: object) -> None:
    """A body without a list of records is 400."""
    assert send(mapped, body, "imp_user/insertMultiple").status == 400


def test_rows_come_as_xml_too(mapped: Caller) -> None:
    """The vendor's page: XML is understood and spoken."""
    body = b"<request><entry><user_id>xml</user_id></entry></request>"
    reply = mapped.send(
        "POST", "/api/now/v1/import/imp_user", body, Content_Type="text/xml", Accept="text/xml"
    )
    assert b"<status>inserted</status>" in reply.body
    broken = mapped.send("POST", "/api/now/v1/import/imp_user", b"<", Content_Type="text/xml")
    assert broken.status == 400


def test_only_who_may_stage_rows_does(nobody: Caller) -> None:
    """A staging table is under access control like any other."""
    assert send(nobody, JOHN).error[1] == "ACL Exception Insert Failed due to security constraints"


@pytest.mark.parametrize(
    ("method", "place"), [("GET", "imp_user"), ("DELETE", "imp_user/x"), ("GET", "imp_user/insertMultiple")]
)
def test_other_verbs_are_refused(admin: Caller, method: str, place: str) -> None:
    """405 for what a place does not do."""
    assert admin.send(method, f"/api/now/import/{place}").status == 405
