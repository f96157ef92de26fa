"""Inserting, updating and deleting through the Table API: wire-contract.md 1.1, 1.2, 1.7, 6."""

import json

import pytest

from tests.sandbox.caller import ADMIN, HOST, Caller

UNIQUE_DETAIL = "Error during insert of sys_user_group (Team)"


def test_a_post_answers_with_the_record_and_its_place(admin: Caller) -> None:
    """201, every column, and a Location that keeps the version (recorded 14)."""
    reply = admin.send("POST", "/api/now/v2/table/sys_user", b'{"user_name":"ann"}')
    row = reply.result
    assert reply.status == 201
    assert (row["user_name"], row["active"], row["sys_mod_count"]) == ("ann", "true", "0")
    assert row["sys_created_on"] == row["sys_updated_on"]
    assert reply.header("Location") == f"{HOST}/api/now/v2/table/sys_user/{row['sys_id']}"
    assert (reply.header("Link"), reply.header("X-Total-Count")) == (None, None)


def test_an_empty_post_makes_a_record_of_defaults(admin: Caller) -> None:
    """What the dictionary calls mandatory is not enforced over REST, and no body is an empty one."""
    assert admin.post("sys_user", {}).status == 201
    assert admin.send("POST", "/api/now/table/sys_user").status == 201


def test_a_sys_id_of_ones_own_is_kept(admin: Caller) -> None:
    """Its letters' case as well (wire-contract.md 6.1)."""
    row = admin.post("sys_user", {"sys_id": "AAAABBBBCCCCDDDDEEEEFFFF00001111"}).result
    assert row["sys_id"] == "AAAABBBBCCCCDDDDEEEEFFFF00001111"
    assert admin.get("sys_user/aaaabbbbccccddddeeeeffff00001111").status == 200


def test_a_sys_id_that_is_taken_is_a_unique_key(admin: Caller) -> None:
    """Nothing in the answer says that it is a duplicate (wire-contract.md 1.7)."""
    reply = admin.post("sys_user_group", {"sys_id": "a" * 32, "name": "Team"})
    again = admin.post("sys_user_group", {"sys_id": "a" * 32, "name": "Team"})
    assert (reply.status, again.status, again.error) == (201, 403, ("Operation Failed", UNIQUE_DETAIL))


def test_a_name_that_is_taken_is_a_unique_key(admin: Caller) -> None:
    """Names are compared without letters' case."""
    admin.post("sys_user", {"user_name": "ann"})
    assert admin.post("sys_user", {"user_name": "ANN"}).error[0] == "Operation Failed"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_changes_what_it_names(admin: Caller, method: str) -> None:
    """PUT is no different from PATCH: nothing is blanked."""
    row = admin.post("sys_user", {"user_name": "ann", "email": "a@example.com"}).result
    reply = admin.write(method, f"sys_user/{row['sys_id']}", {"first_name": "Ann"})
    assert reply.status == 200
    assert (reply.result["email"], reply.result["first_name"], reply.result["sys_mod_count"]) == (
        "a@example.com",
        "Ann",
        "1",
    )


def test_a_method_can_be_overridden(admin: Caller) -> None:
    """`X-HTTP-Method-Override` replaces the verb, whatever its letters' case."""
    body = json.dumps({"title": "Boss"}).encode()
    reply = admin.send("POST", f"/api/now/table/sys_user/{ADMIN}", body, X_HTTP_Method_Override="patch")
    assert (reply.status, reply.result["title"]) == (200, "Boss")


def test_a_silent_update_has_no_body(admin: Caller) -> None:
    """`X-no-response-body` is answered with 204."""
    reply = admin.send(
        "PATCH", f"/api/now/table/sys_user/{ADMIN}", b'{"title":"Boss"}', X_no_response_body="true"
    )
    assert (reply.status, reply.body, reply.header("Content-Type")) == (204, b"", None)
    assert admin.get(f"sys_user/{ADMIN}").result["title"] == "Boss"


def test_a_delete_says_nothing(admin: Caller) -> None:
    """204, and the record is gone."""
    sys_id = admin.post("sys_user", {"user_name": "ann"}).result["sys_id"]
    reply = admin.delete(f"sys_user/{sys_id}")
    assert (reply.status, reply.body, reply.header("Content-Length")) == (204, b"", None)
    assert admin.get(f"sys_user/{sys_id}").status == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("sys_id", ["0" * 32, "bunk"])
def test_a_record_that_is_not_there(admin: Caller, method: str, sys_id: str) -> None:
    """404 for every verb; a malformed sys_id is only unknown (wire-contract.md 1.1, 1.6)."""
    reply = admin.write(method, f"sys_user/{sys_id}", {"name": "x"})
    assert (reply.status, reply.error) == (
        404,
        ("No Record found", "Record doesn't exist or ACL restricts the record retrieval"),
    )


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_hidden_record_is_not_there(admin: Caller, method: str) -> None:
    """A record that the caller may not see is answered like a missing one."""
    hidden = "sys_user_role/b2d8f7130a0a0baa5bf52498ecaadeb4"
    assert admin.write(method, hidden, {"description": "x"}).status == 404


def test_what_the_caller_may_not_write_is_refused(nobody: Caller) -> None:
    """A write that the table's access control forbids is 403 (recorded 27)."""
    reply = nobody.post("oauth_entity", {"name": "x"})
    assert (reply.status, reply.error) == (
        403,
        ("Operation Failed", "ACL Exception Insert Failed due to security constraints"),
    )


def test_writes_are_shaped_as_reads_are(admin: Caller) -> None:
    """Parameters of shape hold for the answers of writes."""
    asked = {"sysparm_fields": "name,manager.name,manager", "sysparm_display_value": "true"}
    row = admin.post("sys_user_group", {"name": "Team", "manager": ADMIN}, **asked).result
    assert row == {
        "name": "Team",
        "manager.name": "System Administrator",
        "manager": {
            "display_value": "System Administrator",
            "link": f"{HOST}/api/now/table/sys_user/{ADMIN}",
        },
    }


def test_input_can_be_written_as_people_read_it(admin: Caller) -> None:
    """`sysparm_input_display_value` resolves names (wire-contract.md 6.4)."""
    row = {"name": "Team", "manager": "System Administrator"}
    asked = {"sysparm_exclude_reference_link": "true", "sysparm_input_display_value": "true"}
    assert admin.post("sys_user_group", row, **asked).result["manager"] == ADMIN


def test_strange_names_are_dropped(admin: Caller) -> None:
    """A column that does not exist is ignored without a word (wire-contract.md 1.7)."""
    reply = admin.post("sys_user", {"user_name": "ann", "bunk_field": "x", "": "y", 'a"b': "z"})
    assert (reply.status, "bunk_field" in reply.result) == (201, False)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ({"link": "https://instance.service-now.com/x", "value": "y"}, "{link=https://instance.service-n"),
        (["a", True, None, {"b": 1}], "[a, true, , {b=1}]"),
        (None, ""),
        (12.50, "12.5"),
        (10**40, "1" + "0" * 31),
        (False, "false"),
        ("a\0b\ud800c", "ab?c"),
    ],
)
def test_values_are_stored_as_text(admin: Caller, value: object, stored: str) -> None:
    """An object becomes the text that Java prints of it, cut to the column's length (recorded 15)."""
    asked = {"sysparm_exclude_reference_link": "true", "sysparm_fields": "manager"}
    assert admin.post("sys_user_group", {"name": "Team", "manager": value}, **asked).result == {
        "manager": stored
    }


def test_long_values_are_cut(admin: Caller) -> None:
    """Silently, to the column's length."""
    assert admin.post("sys_user", {"user_name": "x" * 99}).result["user_name"] == "x" * 40


@pytest.mark.parametrize("body", [b'[{"user_name":"ann"},{"user_name":"bob"}]', b"{'user_name':'ann'}"])
def test_forgiven_bodies(admin: Caller, body: bytes) -> None:
    """Of an array only the first element counts; single quotes are read as the vendor's samples have them."""
    reply = admin.send("POST", "/api/now/table/sys_user", body)
    assert (reply.status, reply.result["user_name"]) == (201, "ann")
    assert admin.names("sys_user", "user_name", "user_name=bob") == []


def test_single_quotes_may_hold_quotes(admin: Caller) -> None:
    """Both kinds of quotes survive inside the other."""
    body = b"""{'first_name': 'a"b', "last_name": "c'd", 'title': 'e\\'f'}"""
    row = admin.send("POST", "/api/now/table/sys_user", body).result
    assert (row["first_name"], row["last_name"], row["title"]) == ('a"b', "c'd", "e'f")


def test_an_empty_array_is_an_empty_record(admin: Caller) -> None:
    """There is no first element to take values from."""
    assert admin.send("POST", "/api/now/table/sys_user", b"[]").status == 201


@pytest.mark.parametrize("depth", [100, 900, 100_000])
def test_deep_bodies_do_no_harm(admin: Caller, depth: int) -> None:
    """A body may nest as deep as it likes: it is stored as text or refused."""
    body = b'{"first_name":' + b"[" * depth + b"]" * depth + b"}"
    assert admin.send("POST", "/api/now/table/sys_user", body).status in {201, 400}


@pytest.mark.parametrize("body", [b"{", b"text", b'"text"', b"[1]", b"[" * 100_000])
def test_bodies_without_an_object_are_bad_requests(admin: Caller, body: bytes) -> None:
    """400 in the family of unreadable requests (wire-contract.md 1.8)."""
    reply = admin.send("PATCH", f"/api/now/table/sys_user/{ADMIN}", body)
    assert (reply.status, reply.error[0]) == (400, "Exception while reading request")


def test_a_large_body_is_refused(admin: Caller) -> None:
    """10 MiB are the limit, and the answer names both lengths (recorded 37)."""
    body = b" " * 10_485_761
    reply = admin.send("POST", "/api/now/table/sys_user", body, Content_Length="15105102")
    assert (reply.status, reply.error) == (
        400,
        (
            "Exception while reading request",
            "Rejected large REST payload with content-length = 15105102 bytes. Max allowed: 10485760 bytes.",
        ),
    )
    assert "10485761 bytes" in str(admin.send("POST", "/api/now/table/sys_user", body).error[1])


def test_a_location_cannot_end_its_header(admin: Caller) -> None:
    """A sys_id that its sender chose is encoded in the header, whatever is in it."""
    reply = admin.post("sys_user", {"sys_id": "x\r\nSet-Cookie: a=b/é"})
    location = str(reply.header("Location"))
    assert location == f"{HOST}/api/now/table/sys_user/x%0D%0ASet-Cookie%3A%20a%3Db%2F%C3%A9"
