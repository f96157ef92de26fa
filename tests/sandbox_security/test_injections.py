"""No value is taken for SQL, HTML, a header or a path, wherever it stands in a request."""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from tests.sandbox.caller import ADMIN, HOST, Caller

SQL = [
    "' OR '1'='1",
    "x' OR 1=1 --",
    "x'; DROP TABLE sys_user; --",
    '" OR ""="',
    "x') UNION SELECT user_password FROM sys_user --",
    "x\\' OR 1=1 --",
    "%' OR '%'='",
    "x/**/OR/**/1=1",
]
COLUMNS = [
    *("1=1--", "name) OR (1", "name' --", "name;DROP TABLE sys_user", "rowid", "sqlite_master", "*"),
    *('"user_password"', "name/**/", "(SELECT user_password FROM sys_user)"),
]
TABLES = [
    *("sqlite_master", "sys_user;DROP TABLE sys_user", "sys_user'--", 'sys_user"', "sys_user%20WHERE%201=1"),
    *(
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "sys_%00user",
        "sys_user%0d%0aX-Evil:1",
        "SYS_USER--",
        "_log",
        "main.sys_user",
    ),
]
HTML = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><script>", "&#60;script&#62;"]
BREAKS = ["a\r\nX-Evil: 1", "a\nSet-Cookie: x=1", "a\r\n\r\n<html>", "a\u2028X-Evil: 1", "a\x00b"]


def census(admin: Caller) -> Mapping[str, str | None]:
    """How many rows the tables have that an attack would change."""
    tables = ("sys_user", "sys_user_role", "sys_user_has_role", "sys_properties", "oauth_entity")
    return {table: admin.get(table, sysparm_limit="1").header("X-Total-Count") for table in tables}


@pytest.mark.parametrize("text", SQL)
def test_a_value_in_a_query_is_a_value(admin: Caller, text: str) -> None:
    """It matches what is equal to it, which is nothing, and what it says does not happen."""
    before = census(admin)
    for operator in ("=", "!=", "LIKE", "STARTSWITH", "ENDSWITH", "IN", "BETWEEN", ">", "SAMEAS"):
        reply = admin.get("sys_user", sysparm_query=f"user_name={text}^user_name{operator}{text}")
        assert (operator, reply.status, reply.result) == (operator, 200, [])
    assert census(admin) == before


@pytest.mark.parametrize("text", SQL)
def test_a_value_of_a_column_is_a_value(admin: Caller, text: str) -> None:
    """Stored and read back letter for letter, found by itself and by nothing else."""
    before = census(admin)
    made = admin.post("sys_user_group", {"name": text, "description": text}).result
    place = f"sys_user_group/{made['sys_id']}"
    assert admin.patch(place, {"description": text + text}).result["description"] == text + text
    pairs = admin.get("sys_user_group", name=text).result
    assert [row["name"] for row in pairs] == [text]
    assert census(admin) == before


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_one_of_the_dictionary_or_none(admin: Caller, name: str) -> None:
    """As condition, order, column, pair, group and figure: what is no column is ignored or refused."""
    every = admin.get("sys_user", sysparm_fields="user_name")
    for parameters in (
        {"sysparm_query": f"{name}=x"},
        {"sysparm_query": f"ORDERBY{name}"},
        {"sysparm_query": f"ORDERBYDESC{name}^GROUPBY{name}"},
        {name: "x"},
    ):
        reply = admin.get("sys_user", **{"sysparm_fields": "user_name"} | parameters)
        assert (reply.status, len(reply.result)) == (200, len(every.result))
    assert admin.get("sys_user", sysparm_fields=name, sysparm_limit="1").result == [{}]
    asked = "&".join(
        f"sysparm_{part}={quote(name)}" for part in ("group_by", "sum_fields", "order_by", "having")
    )
    reply = admin.send("GET", f"/api/now/stats/sys_user?sysparm_count=true&{asked}")
    assert reply.status in {200, 400}
    assert b"scrypt" not in reply.body


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("api", ["table", "stats", "import"])
def test_a_table_is_one_of_the_dictionary_or_none(admin: Caller, api: str, name: str) -> None:
    """What is no table is refused, for reading and for writing, and leads to no file."""
    before = census(admin)
    for method in ("GET", "POST", "DELETE"):
        reply = admin.send(method, f"/api/now/{api}/{name}", b"{}")
        assert reply.status in {400, 404, 405}
        assert b"root:" not in reply.body
    assert census(admin) == before


@pytest.mark.parametrize(
    "path",
    [
        *("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/style.css/../../store.py", "//etc/passwd"),
        *("/api/now/attachment/../../../etc/passwd/file", "/api/now/attachment/%2e%2e%2fetc%2fpasswd/file"),
        *("/\\..\\..\\etc\\passwd", "/tables/..%2f..%2fetc%2fpasswd", "/file:///etc/passwd"),
    ],
)
def test_a_path_leads_to_no_file(admin: Caller, path: str) -> None:
    """Nothing on the disk can be asked for, with and without rights."""
    for caller in (admin, Caller(admin.sandbox, "")):
        reply = caller.send("GET", path)
        assert reply.status in {400, 401, 404}
        assert b"root:" not in reply.body


@pytest.mark.parametrize("text", HTML)
def test_a_page_repeats_nothing(admin: Caller, text: str) -> None:
    """Whatever stands in path, query or form, no page of HTML has it as markup."""
    encoded = quote(text, safe="")
    for target in (
        f"/{encoded}",
        f"/nav_to.do?uri={encoded}",
        f"/login.do?goto={encoded}",
        f"/oauth_auth.do?response_type=code&client_id={encoded}&redirect_uri={encoded}&state={encoded}",
        f"/api/now/table/{'A' * 9000}{encoded}",
        f"/oauth_revoke_token.do?token={encoded}",
    ):
        assert text.encode() not in Caller(admin.sandbox, "").send("GET", target).body


@pytest.mark.parametrize("text", HTML)
def test_json_is_no_page(admin: Caller, text: str) -> None:
    """A value with markup comes back as JSON that no browser sniffs for HTML."""
    made = admin.post("sys_user_group", {"name": text})
    assert made.result["name"] == text
    assert (made.header("Content-Type") or "").startswith("application/json")
    assert made.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("text", HTML)
def test_an_attachment_is_never_a_page(admin: Caller, text: str) -> None:
    """A file that says it is HTML is downloaded and not shown."""
    target = f"/api/now/attachment/file?table_name=sys_user&table_sys_id={ADMIN}&file_name={quote(text)}.html"
    made = admin.send("POST", target, text.encode(), Content_Type="text/html").result
    reply = admin.send("GET", f"/api/now/attachment/{made['sys_id']}/file")
    assert reply.body == text.encode()
    assert (reply.header("Content-Disposition") or "").startswith("attachment")
    assert reply.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("text", BREAKS)
def test_a_header_is_one_line(admin: Caller, text: str) -> None:
    """No sys_id, file name, type, parameter, host or redirect makes a header of its own."""
    encoded = quote(text, safe="")
    file = f"table_name=sys_user&table_sys_id={ADMIN}&file_name={encoded}"
    replies = [
        admin.post("sys_user_group", {"sys_id": text, "name": "n"}),
        admin.send("GET", f"/api/now/table/sys_user?sysparm_limit=1&x={encoded}"),
        admin.send("GET", f"/api/now/table/{encoded}"),
        admin.send("POST", f"/api/now/attachment/file?{file}", b"x", Content_Type=f"text/{text}"),
        admin.send(
            "GET", f"/oauth_auth.do?response_type=code&client_id=x&redirect_uri={encoded}&state={encoded}"
        ),
        admin.send("GET", f"/login.do?goto={encoded}"),
        admin.send("GET", "/api/now/table/sys_user", Host=text, Accept=text, Cookie=text),
    ]
    for reply in replies:
        assert not [each for each in reply.headers if "x-evil" in each[0].lower()]
        assert not [value for _, value in reply.headers if {"\r", "\n", "\0"} & set(value)]


def test_a_link_leads_to_the_instance(admin: Caller) -> None:
    """Links are made of the request's own address, and of nothing that could end them."""
    reply = admin.send(
        "GET", "/api/now/table/sys_user_role?sysparm_limit=1&x=%3E;rel=%22next%22,%3Chttps://evil/"
    )
    links = re.findall(r"<([^<>]*)>;rel=\"(\w+)\"", reply.header("Link") or "")
    assert [relation for _, relation in links] == ["first", "next", "last"]
    assert all(url.startswith(f"{HOST}/api/now/table/sys_user_role?") for url, _ in links)


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b'{"name":"' + b"\\u0000" * 5_000 + b'"}']
)
def test_a_nasty_body_does_no_harm(admin: Caller, body: bytes) -> None:
    """Nesting and nulls are refused or stored, and the next request is answered."""
    reply = admin.send("POST", "/api/now/table/sys_user_group", body)
    assert reply.status in {201, 400}
    assert admin.get("sys_user", sysparm_limit="1").status == 200


def test_a_body_over_the_limit_is_refused_by_every_api(admin: Caller) -> None:
    """10 MiB and one byte: the Table, Batch and Import Set APIs read no more (wire-contract.md 1.8)."""
    body = b'{"a":"' + b"x" * 10_485_760 + b'"}'
    for place in ("table/sys_user", "batch", "import/imp_user"):
        reply = admin.send("POST", f"/api/now/{place}", body)
        assert reply.status == 400
        assert json.loads(reply.body)["error"]["message"] == "Exception while reading request"
