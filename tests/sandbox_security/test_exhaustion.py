"""No single request keeps everybody else waiting, however it is made: what is long takes no longer than it is."""

import json
from base64 import b64decode, b64encode
from time import perf_counter
from urllib.parse import quote

import pytest

from tests.sandbox.caller import Caller

# Much more than any of it takes on a busy machine, and nothing of what it took when it grew with the square.
PATIENCE_S = 20.0
LONG = 300_000
BODIES = {
    "quotes that are escaped and never closed": '{"' + '\\"' * LONG,
    "the same in single quotes": "{'" + "\\'" * LONG,
    "a backslash at the end": '{"' + '\\"' * LONG + "\\",
    "quotes of both kinds": "'\"" * LONG,
    "many columns": json.dumps({f"column_{number}": "x" for number in range(LONG // 10)}),
}
QUERIES = {
    "blanks in a call": "active=javascript:gs.daysAgo(" + " " * LONG,
    "blanks around an argument": "active=javascript:gs.daysAgo(x" + " " * LONG + "x",
    "blanks behind a call": "active=javascript:gs.now()" + " " * LONG + "x",
    "calls in calls": "active=javascript:gs." + "a(" * LONG,
    "many arguments": "active=javascript:gs.daysAgo(" + "," * LONG,
    "many values": "user_nameIN" + ",".join(map(str, range(LONG // 10))),
    "many conditions": "^".join(f"user_name!={number}" for number in range(2_900)),
    "many alternatives": "^OR".join(f"user_name={number}" for number in range(2_900)),
    "a long word": "nameLIKE" + "%_" * LONG,
    "long paths": "^".join("manager." * steps + "name!=x" for steps in range(1, 39)),
}


def in_items(url: str) -> bytes:
    """A batch of one request."""
    return json.dumps({"rest_requests": [{"id": "1", "method": "GET", "url": url}]}).encode()


def in_batch(caller: Caller, url: str) -> int:
    """The status of a request whose URL is longer than a request line may be."""
    reply = caller.send("POST", "/api/now/v1/batch", in_items(url))
    (served,) = reply.json()["serviced_requests"]
    assert b64decode(served["body"])
    return int(served["status_code"])


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_is_read_in_the_time_that_it_is_long(admin: Caller, body: str) -> None:
    """Also one that is nothing in the end."""
    began = perf_counter()
    reply = admin.send("POST", "/api/now/table/sys_user_group", body.encode())
    assert reply.status in {201, 400}
    assert perf_counter() - began < PATIENCE_S


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_read_in_the_time_that_it_is_long(admin: Caller, query: str) -> None:
    """A batch can carry one of any length."""
    began = perf_counter()
    url = f"/api/now/table/sys_user?sysparm_limit=1&sysparm_query={quote(query)}"
    assert in_batch(admin, url) == 200
    assert perf_counter() - began < PATIENCE_S


@pytest.mark.parametrize("link", ["^", "^OR", "^NQ"])
def test_many_conditions_on_a_table_that_others_extend(admin: Caller, link: str) -> None:
    """More than SQLite takes in one chain; 8 kB of URL have room for a thousand short ones."""
    made = {admin.post(table, {}).result["sys_id"] for table in ("incident", "problem")}
    query = quote(link.join(f"number!={number}" for number in range(1_100)))
    reply = admin.send("POST", "/api/now/v1/batch", in_items(f"/api/now/table/task?sysparm_query={query}"))
    (served,) = reply.json()["serviced_requests"]
    found = json.loads(b64decode(served["body"]))["result"]
    assert made <= {row["sys_id"] for row in found}


@pytest.mark.parametrize("api", ["table", "stats"])
def test_more_conditions_than_any_url_has_room_for_are_refused(admin: Caller, api: str) -> None:
    """Before they are looked at, for their work grows with their square."""
    query = quote("^OR".join(f"name={number}" for number in range(100_000)))
    pairs = "&".join(f"name={number}" for number in range(20_000))
    for asked in (f"sysparm_query={query}", pairs):
        assert in_batch(admin, f"/api/now/{api}/sys_user?sysparm_count=true&{asked}") == 400


def test_a_batch_item_can_be_large(admin: Caller) -> None:
    """And its body is unpacked once."""
    body = b64encode(json.dumps({"name": "x" * 1_000_000}).encode()).decode()
    item = {"id": "1", "method": "POST", "url": "/api/now/table/sys_user_group", "body": body}
    item_headers = {"headers": [{"name": "Content-Type", "value": "application/json"}]}
    sent = json.dumps({"rest_requests": [item | item_headers]}).encode()
    (served,) = admin.send("POST", "/api/now/v1/batch", sent).json()["serviced_requests"]
    assert served["status_code"] == 201
