"""The Batch API: wire-contract.md 5.1."""

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Reply

JSON = [{"name": "Content-Type", "value": "application/json"}]


def item(number: object, url: str, method: str = "GET", body: bytes = b"", **more: object) -> dict[str, Any]:
    """One request of a batch."""
    return {
        "id": number,
        "url": url,
        "method": method,
        "headers": JSON,
        "body": b64encode(body).decode(),
    } | more


def send(caller: Caller, *items: object, **headers: str) -> Reply:
    """A batch with the id 7."""
    body = json.dumps({"batch_request_id": 7, "rest_requests": items}).encode()
    return caller.send("POST", "/api/now/v1/batch", body, **headers)


def bodies(reply: Reply) -> list[Any]:
    """The JSON bodies of the items."""
    return [json.loads(b64decode(each["body"])) for each in reply.json()["serviced_requests"]]


def test_every_item_is_answered(admin: Caller) -> None:
    """wire-contract.md 5.1: 200, ids as strings, status and phrase of each item, also of those that fail."""
    user = "/api/now/table/sys_user?sysparm_query=user_name=admin&sysparm_fields=user_name"
    reply = send(admin, item(1, user), item("b", "/api/now/table/nope"))
    answer = reply.json()
    assert reply.status == 200
    assert (answer["batch_request_id"], answer["unserviced_requests"]) == ("7", [])
    served = [(each["id"], each["status_code"], each["status_text"]) for each in answer["serviced_requests"]]
    assert served == [("1", 200, "OK"), ("b", 400, "Bad Request")]
    assert bodies(reply)[0] == {"result": [{"user_name": "admin"}]}
    assert isinstance(answer["serviced_requests"][0]["execution_time"], int)


def test_items_write(admin: Caller) -> None:
    """wire-contract.md 5.1: a body in base64, even wrapped and with single quotes; no transaction."""
    body = b64encode(b"{'user_name':'batched'}").decode()
    wrapped = f"{body[:10]}\n   {body[10:]}"
    reply = send(
        admin,
        item(1, "api/now/table/sys_user", "post", body=b"") | {"body": wrapped},
        item(2, "/api/now/table/sys_user/0", "DELETE"),
    )
    assert [each["status_code"] for each in reply.json()["serviced_requests"]] == [201, 404]
    assert admin.names("sys_user", "user_name", "user_name=batched") == ["batched"]


def test_headers_can_be_left_out(admin: Caller) -> None:
    """wire-contract.md 5.1: `headers` is empty when excluded, and a list of names and values otherwise."""
    url = "/api/now/table/sys_user?sysparm_limit=1"
    shown, hidden = send(admin, item(1, url), item(2, url, exclude_response_headers=True)).json()[
        "serviced_requests"
    ]
    names = {each["name"] for each in shown["headers"]}
    assert {"X-Total-Count", "Content-Type"} <= names
    assert "Set-Cookie" not in names
    assert hidden["headers"] == []


def test_items_are_the_callers(nobody: Caller) -> None:
    """wire-contract.md 5.1: the caller's rights count for each item, whatever credentials it has."""
    stolen = [*JSON, {"name": "Authorization", "value": "Basic YWRtaW46YWRtaW4="}]
    reply = send(nobody, item(1, "/api/now/table/sys_properties", headers=stolen))
    assert bodies(reply) == [{"result": []}]


@pytest.mark.parametrize("url", ["/api/now/v1/batch", "/api/now/batch/", "/api/now/v1/%62atch"])
def test_a_batch_holds_no_batch(admin: Caller, url: str) -> None:
    """A batch within a batch is refused: one body must not ask for any amount of work."""
    (served,) = send(admin, item(1, url, "POST", b"{}")).json()["serviced_requests"]
    assert served["status_code"] == 400


@pytest.mark.parametrize(
    "odd", [None, [], "x", {"headers": 1}, {"headers": [1]}, {"url": "\r\n"}, {"id": {}}]
)
def test_odd_items_are_answered(admin: Caller, odd: object) -> None:
    """What is no request is answered as one that leads nowhere."""
    (served,) = send(admin, odd).json()["serviced_requests"]
    assert served["status_code"] == 400


def test_a_body_has_to_be_base64(admin: Caller) -> None:
    """A body that is no base64 is a bad request of that item."""
    (served,) = send(admin, item(1, "/api/now/table/sys_user", "POST") | {"body": "é"}).json()[
        "serviced_requests"
    ]
    assert served["status_code"] == 400


def test_large_items_stop_the_batch(admin: Caller) -> None:
    """wire-contract.md 5.1: an item over the limit and all after it are not serviced; a header lowers the limit."""
    small, url = item(1, "/api/now/table/nope"), "/api/now/table/sys_user?sysparm_limit=9"
    large = send(admin, small, item(2, url), item(3, url), X_BATCHREQUEST_MAX_OUTPUT_SIZE="500").json()
    assert [each["id"] for each in large["serviced_requests"]] == ["1"]
    assert large["unserviced_requests"] == ["2", "3"]
    sent = send(admin, item(1, url) | {"body": "A" * 5_242_884}).json()
    assert sent["unserviced_requests"] == ["1"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"rest_requests":1}'])
def test_what_is_no_batch_is_refused(admin: Caller, body: bytes) -> None:
    """A body without a list of requests is 400."""
    assert admin.send("POST", "/api/now/batch", body).status == 400


def test_a_batch_is_posted(admin: Caller) -> None:
    """Any other verb is 405, another type of body 415."""
    assert admin.send("GET", "/api/now/v1/batch").status == 405
    assert admin.send("POST", "/api/now/v1/batch", b"x", Content_Type="text/plain").status == 415
