"""Facts of wire-contract.md that no other test of the sandbox is about, section by section."""

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller
from tests.sandbox.conftest import admin, nobody, sandbox

__all__ = ["admin", "nobody", "sandbox"]


def test_a_success_can_come_without_a_body(admin: Caller) -> None:
    """wire-contract.md 1.2: a fault of that kind answers 200 with nothing that could be read."""
    reply = admin.send("GET", f"/api/now/table/sys_user/{ADMIN}", X_Snowconf_Fault="cut-body=0")
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", f"/api/now/table/sys_user/{'0' * 32}", 404),
        ("GET", "/api/now/table/u_nowhere", 400),
        ("GET", "/api/now/nowhere", 400),
        ("PUT", "/api/now/table/sys_user", 405),
        ("GET", "/api/now/table/sys_store_app", 403),
        ("GET", "/api/now/stats/u_nowhere", 400),
        ("GET", f"/api/now/attachment/{'0' * 32}", 404),
    ],
)
def test_a_failure_is_an_envelope(admin: Caller, method: str, target: str, status: int) -> None:
    """wire-contract.md 1.3: whatever went wrong, error with message and detail, and status, in UTF-8."""
    reply = admin.send(method, target)
    body = reply.json()
    assert reply.status == status
    assert (body.keys(), body["error"].keys(), body["status"]) == (
        {"error", "status"},
        {"message", "detail"},
        "failure",
    )
    assert reply.header("Content-Type") == "application/json;charset=UTF-8"


def test_read_only_grants_nothing(admin: Caller, nobody: Caller) -> None:
    """wire-contract.md 1.5: who holds snc_read_only sees what one sees without any role."""
    tables = ("sys_properties", "sys_db_object", "incident", "sys_user", "oauth_entity", "sys_user_role")
    before = {table: (nobody.get(table).status, nobody.get(table).body) for table in tables}
    roles = admin.get("sys_user_role", sysparm_query="name=snc_read_only").result
    role = (
        roles[0]["sys_id"]
        if roles
        else admin.post("sys_user_role", {"name": "snc_read_only"}).result["sys_id"]
    )
    user = admin.get("sys_user", sysparm_query="user_name=nobody").result[0]["sys_id"]
    assert admin.post("sys_user_has_role", {"user": user, "role": role}).status == 201
    after = {table: nobody.get(table) for table in tables}
    assert {table: reply.status for table, reply in after.items()} == {
        table: status for table, (status, _) in before.items()
    }
    assert [len(after[table].result) for table in ("sys_properties", "incident")] == [0, 0]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("sys_user_role", {"name": "u_mine"}),
        ("sys_properties", {"name": "u.mine", "value": "1"}),
        ("oauth_entity", {"name": "mine", "type": "client"}),
        ("sys_user", {"user_name": "mine"}),
    ],
)
def test_a_plain_admin_writes(admin: Caller, table: str, values: dict[str, str]) -> None:
    """wire-contract.md 1.7: these tables need the admin role and no elevation."""
    assert admin.post(table, values).status == 201


def test_authentication_comes_before_the_table(admin: Caller, nobody: Caller) -> None:
    """wire-contract.md 1.8: a stranger learns nothing of tables; with any rights an unknown one is 400."""
    assert Caller(admin.sandbox, "").get("u_nowhere").status == 401
    assert admin.get("u_nowhere").body == nobody.get("u_nowhere").body
    assert admin.get("u_nowhere").error == ("Invalid table u_nowhere", None)


@pytest.mark.parametrize("name", ["query", "display_value", "sysparm_orderby", "sysparm_nonsense"])
def test_unknown_parameters_are_ignored(admin: Caller, name: str) -> None:
    """wire-contract.md 2.1: the whole table comes, in its usual order, with plain values."""
    usual = admin.get("sys_user_role", sysparm_fields="sys_id")
    assert admin.get("sys_user_role", sysparm_fields="sys_id", **{name: "name"}).result == usual.result


def test_everything_is_a_string(admin: Caller) -> None:
    """wire-contract.md 2.2: numbers, booleans and nothing; references alone are objects of strings."""
    row = admin.get(f"sys_user/{ADMIN}").result
    assert {type(value) for value in row.values()} <= {str, dict}
    assert (row["active"], row["sys_mod_count"].isdigit(), row["manager"]) == ("true", True, "")
    assert all(set(value) == {"link", "value"} for value in row.values() if isinstance(value, dict))


@pytest.mark.parametrize("mode", ["true", "false", "all"])
def test_there_is_no_internal_display_value(admin: Caller, mode: str) -> None:
    """wire-contract.md 2.2: only the Change Management API has it."""
    assert b"display_value_internal" not in admin.get(f"sys_user/{ADMIN}", sysparm_display_value=mode).body


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_the_last_page_begins_at_a_multiple_of_the_limit(admin: Caller, limit: int) -> None:
    """wire-contract.md 2.3: 67 rows by one begin their last page at 66, 28124 by 10000 at 20000."""
    reply = admin.get("sys_user_role", sysparm_limit=str(limit))
    total = int(reply.header("X-Total-Count") or "")
    last = (total - 1) // limit * limit
    assert (reply.header("Link") or "").endswith(f'sysparm_offset={last}>;rel="last"')


@pytest.mark.parametrize("query", ["^", "^^^", "^EQ"])
def test_carets_alone_are_no_condition(admin: Caller, query: str) -> None:
    """wire-contract.md 3.1: every row comes."""
    assert admin.get("sys_user_role", sysparm_query=query).header("X-Total-Count") == (
        admin.get("sys_user_role").header("X-Total-Count")
    )


def test_choices_compare_stored_values(admin: Caller) -> None:
    """wire-contract.md 3.2: `in progress` with a blank is a state of an update set, its label is not."""
    assert admin.names("sys_update_set", "state", "state=in progress")
    assert admin.names("sys_update_set", "state", "state=In_Progress") == []


def test_only_the_invalid_alternative_goes(admin: Caller) -> None:
    """wire-contract.md 3.4: valid, invalid, and valid or invalid find 21, 808 and 21 of 808 rows."""
    valid = admin.names("sys_user_role", "name", "name=itil")
    every = admin.names("sys_user_role", "name")
    assert admin.names("sys_user_role", "name", "u_nowhere=itil") == every
    assert admin.names("sys_user_role", "name", "name=itil^ORu_nowhere=itil") == valid == ["itil"]


@pytest.mark.parametrize(
    "query", ["active==true", "active=nonsense", "sys_mod_count=many", "manager=not an id"]
)
def test_a_bad_value_finds_nothing(admin: Caller, query: str) -> None:
    """wire-contract.md 3.4: the column is good, so the condition counts."""
    assert admin.names("sys_user", "sys_id", query) == []


@pytest.mark.parametrize("token", ["x", "x" * 86, "", "x y"])
def test_a_token_that_nobody_knows_is_the_ordinary_401(sandbox: Sandbox, token: str) -> None:
    """wire-contract.md 4.3: the envelope and the BASIC challenge, without a word of tokens."""
    reply = Caller(sandbox, "", {"Authorization": f"Bearer {token}"}).get("sys_user")
    assert (reply.status, reply.header("WWW-Authenticate")) == (401, 'BASIC realm="Service-now"')
    assert reply.error == ("User is not authenticated", "Required to provide Auth information")


def test_nothing_is_limited_by_itself(admin: Caller) -> None:
    """wire-contract.md 5.4: 300 requests in a row, and no header about any limit."""
    replies = [admin.get(f"sys_user/{ADMIN}", sysparm_fields="sys_id") for _ in range(300)]
    assert {reply.status for reply in replies} == {200}
    assert not [name for name, _ in replies[-1].headers if name.lower().startswith("x-ratelimit")]


def test_system_columns_are_the_platforms(admin: Caller) -> None:
    """wire-contract.md 6.2: equal times and "0" at first, one more for each change, names of users."""
    made = admin.post("sys_user_group", {"name": "Made", "sys_created_by": "x", "sys_mod_count": "9"}).result
    assert made["sys_created_on"] == made["sys_updated_on"]
    assert (made["sys_mod_count"], made["sys_created_by"], made["sys_updated_by"]) == ("0", "admin", "admin")
    place = f"sys_user_group/{made['sys_id']}"
    assert admin.patch(place, {"description": "a"}).result["sys_mod_count"] == "1"
    assert admin.patch(place, {"description": "b"}).result["sys_mod_count"] == "2"


def test_a_grant_has_the_columns_of_the_live_schema(admin: Caller) -> None:
    """wire-contract.md 6.6: the columns that were seen on an instance."""
    row = admin.get("sys_user_has_role", sysparm_limit="1").result[0]
    columns = {"user", "role", "state", "inherited", "granted_by", "included_in_role"}
    assert columns | {"included_in_role_instance", "inh_count", "inh_map"} <= row.keys()


def test_a_column_is_described_where_it_is_declared(admin: Caller) -> None:
    """wire-contract.md 6.6: not on the tables that inherit it; super_class leads to the one that declares it."""
    query = "element=redirect_url^nameINoauth_entity,oauth_jwt"
    assert admin.names("sys_dictionary", "name", query) == ["oauth_entity"]
    assert admin.names("sys_db_object", "super_class.name", "name=oauth_jwt") == ["oauth_entity"]
