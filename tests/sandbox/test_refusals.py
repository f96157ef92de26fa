"""Requests that cannot be served: wire-contract.md 1.3 to 1.8, 2.3."""

from collections.abc import Callable

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller

BASIC = {"Authorization": "Basic YWRtaW46YWRtaW4="}
WRONG = {"Authorization": "Basic YWRtaW46d3Jvbmc="}


@pytest.mark.parametrize(
    "headers", [{}, WRONG, {"Authorization": "Bearer x"}, {"Authorization": "Basic ???"}]
)
@pytest.mark.parametrize("target", ["/api/now/table/sys_user", "/api/now/table/nope", "/api/nope"])
def test_strangers_are_not_told_why(sandbox: Sandbox, headers: dict[str, str], target: str) -> None:
    """One 401 for every reason and place, with a challenge, and nothing of a session (recorded 22)."""
    reply = Caller(sandbox, "", headers).send("GET", target)
    assert (reply.status, reply.error) == (
        401,
        ("User is not authenticated", "Required to provide Auth information"),
    )
    assert reply.header("WWW-Authenticate") == 'BASIC realm="Service-now"'
    assert reply.header("Connection") == "close"
    assert (reply.header("X-Is-Logged-In"), reply.header("X-Transaction-ID")) == (None, None)


def test_the_old_wording_of_401(start: Callable[..., Sandbox]) -> None:
    """Releases before 2025 said it with capitals (recorded 21)."""
    reply = Caller(start(wording_401="old"), "").get("sys_user")
    assert reply.error[0] == "User Not Authenticated"


def test_a_trusted_user_who_does_not_exist(sandbox: Sandbox) -> None:
    """Trust does not create anybody."""
    assert Caller(sandbox, "nobody").get("sys_user").status == 401


def test_credentials_open_the_door(sandbox: Sandbox) -> None:
    """The seeded admin can log in, and the answer bears the marks of a session (wire-contract.md 2.3)."""
    reply = Caller(sandbox, "", BASIC).get("sys_user")
    assert reply.status == 200
    assert {name for name, _ in reply.headers} >= {
        "X-Is-Logged-In",
        "X-Transaction-ID",
        "Server-Timing",
        "X-Content-Type-Options",
        "Strict-Transport-Security",
        "Date",
    }
    assert reply.header("Server") == "ServiceNow"
    assert reply.header("Cache-Control") == "no-cache,no-store,must-revalidate,max-age=-1"
    cookies = [value.split("=")[0] for name, value in reply.headers if name == "Set-Cookie"]
    assert cookies == [
        "JSESSIONID",
        "glide_user",
        "glide_user_session",
        "glide_user_route",
        "glide_session_store",
        "BIGipServerpool_sandbox",
    ]


@pytest.mark.parametrize("table", ["u_does_not_exist", "SYS_USER", "sys_user;x", "sqlite_master", "_system"])
def test_an_unknown_table(nobody: Caller, table: str) -> None:
    """The same for everybody, and with a detail of null (recorded 34)."""
    reply = nobody.send("GET", f"/api/now/table/{table}")
    assert (reply.status, reply.error) == (400, (f"Invalid table {table}", None))


def test_an_unknown_table_without_a_detail(start: Callable[..., Sandbox]) -> None:
    """Some releases leave the key out (recorded 35)."""
    reply = Caller(start(invalid_table_detail="absent")).get("nope")
    assert reply.json() == {"error": {"message": "Invalid table nope"}, "status": "failure"}


def test_a_table_that_is_not_installed(start: Callable[..., Sandbox]) -> None:
    """Without Software Asset Management its tables are unknown."""
    reply = Caller(start(sam_tables="absent")).get("samp_sw_subscription_profile")
    assert (reply.status, reply.error[0]) == (400, "Invalid table samp_sw_subscription_profile")


@pytest.mark.parametrize("target", ["/api/now/nope", "/api/now/table", "/api/now/table/a/b/c", "/api/x/y/z"])
def test_an_unknown_api(admin: Caller, target: str) -> None:
    """400 in an envelope."""
    reply = admin.send("GET", target)
    assert (reply.status, reply.error) == (400, ("Requested URI does not represent any resource", None))


@pytest.mark.parametrize(
    ("target", "status"), [("/", 200), ("/login.do", 200), ("/nope.do", 404), ("/../x", 404), ("", 200)]
)
def test_other_pages_are_html(admin: Caller, target: str, status: int) -> None:
    """Outside the APIs there are only pages, and they repeat nothing of the request."""
    reply = admin.send("GET", target + "?q=<script>")
    assert (reply.status, reply.header("Content-Type")) == (status, "text/html;charset=UTF-8")
    assert b"<script>" not in reply.body


@pytest.mark.parametrize(
    ("method", "target"),
    [("DELETE", "sys_user"), ("PUT", "sys_user"), ("POST", f"sys_user/{ADMIN}"), ("BREW", "x")],
)
def test_a_wrong_verb(admin: Caller, method: str, target: str) -> None:
    """405, with those that are right."""
    reply = admin.send(method, f"/api/now/table/{target}")
    assert (reply.status, reply.header("Allow") is None) == (405, False)


def test_a_body_in_a_wrong_type(admin: Caller) -> None:
    """415, with the types that can be read (recorded 36)."""
    reply = admin.send("POST", "/api/now/table/sys_user", b"{}", Content_Type="text/plain")
    message = "Invalid content-type. Supported request media types for this service are: "
    types = "[application/json, application/xml, text/xml]"
    assert (reply.status, reply.error[0]) == (415, message + types)


@pytest.mark.parametrize("kind", ["", "application/json;charset=UTF-8", "Application/JSON"])
def test_a_body_in_a_right_type(admin: Caller, kind: str) -> None:
    """JSON by any spelling, and when nothing is said."""
    assert admin.send("POST", "/api/now/table/sys_user", b"{}", Content_Type=kind).status == 201


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html,application/json;q=0.9", 200),
        ("text/csv", 406),
    ],
)
def test_the_type_of_the_answer(admin: Caller, accept: str, status: int) -> None:
    """406 for what cannot be written; anything is JSON."""
    assert admin.send("GET", "/api/now/table/sys_user", Accept=accept).status == status


def test_a_long_url(start: Callable[..., Sandbox]) -> None:
    """Over 8 kB 414 in HTML, unless switched (recorded 38)."""
    target = "/api/now/table/sys_user?x=" + "a" * 8200
    refused, accepted = (Caller(start(long_urls=value)).send("GET", target) for value in ("refuse", "accept"))
    assert (refused.status, refused.header("Content-Type")) == (414, "text/html;charset=UTF-8")
    assert accepted.status == 200


def test_a_head_is_a_get_without_its_body(admin: Caller) -> None:
    """Length and total are told."""
    head, get = (admin.send(method, "/api/now/table/sys_user") for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert [head.header(name) for name in ("Content-Length", "X-Total-Count")] == [str(len(get.body)), "2"]


def test_a_table_closed_to_rest(start: Callable[..., Sandbox]) -> None:
    """403 for everybody when its record says that web services may not use it (tables.md 1.17)."""
    admin = Caller(start())
    (record,) = admin.sandbox.store.find("sys_db_object", name="sys_user_group")
    admin.sandbox.store.update("sys_db_object", record["sys_id"], {"ws_access": "false"})
    reply = admin.get("sys_user_group")
    assert (reply.status, reply.error) == (403, ("User Not Authorized", "Failed API level ACL Validation"))


def test_a_query_on_a_column_that_is_hidden(nobody: Caller) -> None:
    """403 with a detail, for conditions and for order (recorded 25)."""
    for query in ("user_password=x", "ORDERBYuser_password"):
        reply = nobody.get("sys_user", sysparm_query=query)
        assert (reply.status, reply.error) == (
            403,
            (
                "Insufficient rights to query records",
                "Field(s) present in the query do not have permission to be read",
            ),
        )


def test_a_query_on_a_hidden_column_can_be_dropped(start: Callable[..., Sandbox]) -> None:
    """On other instances the condition just disappears (wire-contract.md 1.5)."""
    admin = Caller(start(unreadable_query_column="drop"))
    admin.post("sys_user", {"user_name": "nobody"})
    reply = Caller(admin.sandbox, "nobody").get("sys_user", sysparm_query="user_password=x")
    assert (reply.status, reply.header("X-Total-Count")) == (200, "3")


def test_hidden_columns_are_missing(nobody: Caller) -> None:
    """A column that the caller may not read is absent even when it is named (wire-contract.md 1.5)."""
    row = nobody.get(f"sys_user/{ADMIN}", sysparm_fields="user_name,user_password").result
    assert row == {"user_name": "admin"}


def test_hidden_columns_are_missing_behind_references(nobody: Caller) -> None:
    """Dot-walking opens no door."""
    admin = Caller(nobody.sandbox)
    admin.patch(f"sys_user/{ADMIN}", {"manager": ADMIN})
    row = nobody.get(f"sys_user/{ADMIN}", sysparm_fields="manager.user_name,manager.user_password").result
    assert row == {"manager.user_name": "admin"}


def test_roles_that_are_hidden_are_blank_behind_references(admin: Caller) -> None:
    """`role.name` of security_admin is empty, and filtering by it still matches (tables.md 3.3)."""
    hidden = "b2d8f7130a0a0baa5bf52498ecaadeb4"
    admin.sandbox.store.insert("sys_user_has_role", {"sys_id": "1", "user": ADMIN, "role": hidden})
    assert admin.names("sys_user_has_role", "role.name", "role.name=security_admin^sys_id=1") == [""]


def test_a_mistake_of_ours_is_told_as_little_as_possible(start: Callable[..., Sandbox]) -> None:
    """500 in an envelope, with nothing of what happened inside."""
    sandbox = start(internal_errors="answer")
    sandbox.store.close()
    reply = Caller(sandbox).get("sys_user")
    assert (reply.status, reply.error) == (500, ("Internal Server Error", None))


def test_a_mistake_of_ours_can_be_raised(start: Callable[..., Sandbox]) -> None:
    """For whoever looks for it."""
    sandbox = start()
    sandbox.store.close()
    with pytest.raises(Exception, match="closed database"):
        Caller(sandbox).get("sys_user")
