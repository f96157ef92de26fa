"""Requests that nobody would send: none gives a 500, a traceback, or a record to somebody who may not see it."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller

REQUESTS = 20_400
CANARY = "canary-5f1c"
Item = TypeVar("Item")

METHODS = [*["GET"] * 8, *["POST"] * 4, *["PATCH", "PUT", "DELETE"] * 2, "HEAD", "OPTIONS", "BREW", ""]
TABLES = [
    "imp_user",
    "sys_attachment",
    "incident",
    "sys_user",
    "oauth_entity",
    "sys_metadata",
    "sys_user_has_role",
    "sys_properties",
    "nope",
    "'",
    "%00",
    "a.b",
]
TERMS = [
    *[
        "opened_atON2026-01-01@x@y",
        "sys_created_onRELATIVEGT@hour@ago@1",
        "sys_created_onMORETHAN@day@before@1",
    ],
    *[
        "sys_created_onDATEPARTx@javascript:gs.datePart('month','jan','GE')",
        "sys_created_onSAMEASlast_login@day",
    ],
    *[
        "sys_class_nameINSTANCEOFsys_metadata",
        "managerIN_HIERARCHYx",
        "managerDYNAMICx",
        "123TEXTQUERY321=a b",
    ],
    *["RLQUERYsys_user.manager,>=1^active=true^ENDRLQUERY", "JOINsys_user.manager=sys_user.sys_id!name=x"],
    *[
        "sys_created_by=javascript:gs.getUserID()",
        "sys_created_on>javascript:gs.yearsAgoEnd(9999)",
        "GROUPBYname",
    ],
]
PIECES = [
    "user_name",
    "name",
    "sys_id",
    "manager",
    "role",
    "user",
    "value",
    "oauth_entity",
    ".",
    "^",
    "^OR",
    "^NQ",
]
OPERATORS = [
    "=",
    "!=",
    "IN",
    "LIKE",
    "STARTSWITH",
    "BETWEEN",
    "SAMEAS",
    "ISEMPTY",
    ">",
    "javascript:gs.",
    "@",
    "%5E",
]
NOISE = [
    "'",
    '"',
    ";--",
    "\\",
    "%27",
    "%00",
    "%ff",
    "é",
    "😀",
    ")",
    "(",
    "SELECT",
    "../",
    "%0d%0aX:y",
    "<script>",
    "1e9",
]
PARAMETERS = [
    *["sysparm_query", "sysparm_fields", "sysparm_limit", "sysparm_offset", "sysparm_display_value"],
    *["sysparm_exclude_reference_link", "sysparm_view", "sysparm_no_count", "user_name", "manager.name", ""],
    *[
        "sysparm_count",
        "sysparm_group_by",
        "sysparm_having",
        "sysparm_order_by",
        "sysparm_max_fields",
        "file_name",
    ],
    *["sysparm_sum_fields", "sysparm_input_display_value", "sysparm_suppress_auto_sys_field", "table_name"],
]
HEADERS = [
    "Authorization",
    "Accept",
    "Content-Type",
    "X-HTTP-Method-Override",
    "X-no-response-body",
    "Host",
    "Cookie",
    "X-WantSessionDebugMessages",
]
BODIES = [
    b"",
    b"{}",
    b"[]",
    b"{",
    b"null",
    b'{"a":[[{}]]}',
    b"\xff\xfe",
    b"{'name':'x'}",
    b'{"sys_id":"\\u0000\\ud800"}',
    b"<request><entry><name>x</name></entry></request>",
    b'{"records":[{"User ID":"x"},1]}',
    b'{"rest_requests":[{"id":1,"url":"/api/now/table/sys_properties","method":"GET"},{"url":"//"}]}',
]


@pytest.fixture
def guarded(start: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox with a secret property, and a user who may not read it."""
    sandbox = start(long_urls="accept")
    admin = Caller(sandbox)
    admin.post("sys_user", {"user_name": "nobody"})
    admin.post("sys_properties", {"name": "secret.property", "value": CANARY, "description": CANARY})
    return sandbox


def some(random: Random, items: list[Item], most: int = 8) -> list[Item]:
    """A few of them, in any order."""
    return [random.choice(items) for _ in range(random.randrange(most))]


def target(random: Random) -> str:
    """A path with a query string."""
    version = random.choice(["", "", "/v1", "/v2", "/v3"])
    place = random.choice([*TABLES, *TABLES, *TABLES, *NOISE])
    record = random.choice(["", "", "", f"/{ADMIN}", "/x", "/file", "/" + "".join(some(random, NOISE))])
    others = [f"stats/{place}", f"import/{place}", f"cmdb/instance/{place}", "attachment", "batch", "tinyurl"]
    api = random.choice([f"table/{place}"] * 5 + others)
    tail = "" if api.startswith(("stats", "batch")) and random.random() < 0.9 else record
    shop = f"/api/sn_sc{version}/servicecatalog/{random.choice(['items', 'cart', 'catalogs'])}{record}"
    path = random.choice([f"/api/now{version}/{api}{tail}"] * 18 + [shop, "/" + "".join(some(random, NOISE))])
    pieces = [
        f"{random.choice(PARAMETERS)}={''.join(some(random, PIECES + OPERATORS + NOISE + TERMS))}"
        for _ in range(3)
    ]
    return f"{path}?{'&'.join(pieces)}"


def body(random: Random) -> bytes:
    """A body of some kind; sometimes with names that are columns."""
    columns = {piece: random.choice(NOISE) for piece in some(random, PIECES)}
    return random.choice([*BODIES, repr(columns).encode()])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("user", ["admin", "nobody", ""])
def test_no_request_does_harm(guarded: Sandbox, seed: int, user: str) -> None:
    """Every answer is one of the platform's; who may not see a secret does not get it by any trick."""
    random = Random(f"{seed} {user}")
    caller = Caller(guarded, user)
    for _ in range(REQUESTS // 12):
        headers = (
            {}
            if random.random() < 0.7
            else {
                name: random.choice([*NOISE, "application/json", "text/xml", "true", "Basic x"])
                for name in some(random, HEADERS, 3)
            }
        )
        reply = caller.send(random.choice(METHODS), target(random), body(random), **headers)
        assert reply.status in {200, 201, 204, 400, 401, 403, 404, 405, 406, 415}
        assert user == "admin" or CANARY.encode() not in reply.body
        assert not any("\r" in value or "\n" in value for _, value in reply.headers)


@pytest.mark.parametrize("column", ["value", "description", "sys_created_by"])
@pytest.mark.parametrize("operator", ["STARTSWITH", "LIKE", "=", ">"])
def test_hidden_rows_are_not_shown(guarded: Sandbox, column: str, operator: str) -> None:
    """A row that its user may not read is not in any list, whatever is asked of it."""
    query = f"name=secret.property^{column}{operator}{CANARY}^ORname=secret.property"
    reply = Caller(guarded, "nobody").get("sys_properties", sysparm_query=query)
    assert reply.status == 403 or reply.result == []
