"""Several removals in one request, and what is done when it is not taken."""

import json
from base64 import b64encode

import httpx
import pytest

from snowconf.errors import ForbiddenError
from tests.servicenow.wire import ID, Step, Wire, answer, client, refused

ROW, FILE = "b" * 32, "f" * 32
LISTED = {"result": [{"sys_id": "9" * 32, "file_name": "x", "size_bytes": "1", "table_sys_id": ID}]}
GONE = httpx.Response(204)


def encoded(body: object) -> str:
    """JSON as a batch carries it."""
    return b64encode(json.dumps(body).encode()).decode() if body is not None else ""


def served(*answers: tuple[int, object]) -> httpx.Response:
    """A batch's answer, its items in another order than asked."""
    items = [
        {"id": str(number), "status_code": status, "body": encoded(body), "headers": []}
        for number, (status, body) in enumerate(answers)
    ]
    return answer(200, {"batch_request_id": "1", "serviced_requests": items[::-1], "unserviced_requests": []})


def sweep(*steps: Step) -> tuple[Wire, list[str]]:
    """Remove a row and a file, with these answers; what the record's files are."""
    wire = Wire(steps)
    found = client(wire).sweep("sys_properties", ID, row=ROW, files=[FILE])
    return wire, [each.sys_id for each in found]


def test_everything_goes_in_one_request() -> None:
    """Methods and addresses as they would be alone, and the files that the record had."""
    wire, found = sweep(served((200, LISTED), (204, None), (204, None)))
    asked = [(each["method"], each["url"].partition("?")[0]) for each in wire.body()["rest_requests"]]
    assert asked == [
        ("GET", "/api/now/attachment"),
        ("DELETE", f"/api/now/table/sys_properties/{ROW}"),
        ("DELETE", f"/api/now/attachment/{FILE}"),
    ]
    assert (wire.verbs, found) == (["POST"], ["9" * 32])


def test_what_was_gone_already_is_gone() -> None:
    """A batch may be sent twice."""
    wire, found = sweep(served((404, {}), (404, {}), (404, {})))
    assert (wire.verbs, found) == (["POST"], [])


@pytest.mark.parametrize(
    "refusal",
    [
        refused(403, "User Not Authorized"),
        refused(400, "Requested URI does not represent any resource"),
        answer(200, {"result": []}),
        answer(200, {"serviced_requests": []}),
        answer(200, {"serviced_requests": [1, {}, {"id": "1"}, {"id": "2", "status_code": "x"}]}),
        served((403, {}), (403, {}), (403, {})),
    ],
)
def test_what_was_not_served_is_sent_by_itself(refusal: httpx.Response) -> None:
    """Batches are closed, or some of one was left."""
    wire, found = sweep(refusal, GONE, GONE)
    assert (wire.verbs, found) == (["POST", "DELETE", "DELETE"], [])


def test_what_is_refused_by_itself_is_refused() -> None:
    """With the instance's reason."""
    with pytest.raises(ForbiddenError):
        sweep(served((200, LISTED), (403, {}), (204, None)), refused(403, "User Not Authorized"))


def test_a_lost_answer_is_asked_for_again() -> None:
    """Removing twice does no harm."""
    wire, _ = sweep(httpx.ReadError("gone"), served((200, LISTED), (404, {}), (404, {})))
    assert wire.verbs == ["POST", "POST"]
