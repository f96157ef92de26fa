"""The Batch API: several requests in one, each answered as if it had come alone (wire-contract.md 5.1).

It is no transaction: what one item did stays done when another fails.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import Any

from snowconf.sandbox.answers.answering import failure, plain
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.wire.decoding import UnreadableBodyError, as_text, load
from snowconf.sandbox.wire.reading import read_request
from snowconf.sandbox.wire.requests import Answer, Request

# wire-contract.md 5.1: for each item.
MAX_INPUT = 5_242_880
MAX_OUTPUT = 10_485_760
LIMIT_HEADER = "x-batchrequest-max-output-size"
BATCH_PATH = "/batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request of a batch, as it was sent."""

    sys_id: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    show_headers: bool


def answer(call: Call) -> Answer:
    """The answer to a caller who is known: 200 even when every item fails."""
    if read_method(call.request) != "POST":
        text = "The resource does not support this method."
        return failure(405, "Method not supported", text, (("Allow", "POST"),))
    refused = refuse_types(call.request) or refuse_size(call.request)
    return refused or _answer(call)


def _answer(call: Call) -> Answer:
    try:
        batch = load(call.request.body)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    given = batch.get("rest_requests") if isinstance(batch, dict) else None
    if not isinstance(given, list):
        return failure(400, "Invalid batch request", "rest_requests is missing or no list")
    serviced, unserviced = _serve(call, [_read(each) for each in given])
    body = {
        "batch_request_id": as_text(batch.get("batch_request_id")),
        "serviced_requests": serviced,
        "unserviced_requests": unserviced,
    }
    return plain(200, body)


def _serve(call: Call, items: list[Item]) -> tuple[list[dict[str, object]], list[str]]:
    """What was answered, and the ids of what was not asked any more once an item was too large."""
    most = _find_limit(call.request)
    serviced: list[dict[str, object]] = []
    for position, item in enumerate(items):
        if len(item.body) > MAX_INPUT:
            return serviced, [each.sys_id for each in items[position:]]
        started = perf_counter()
        found = _perform(call, item)
        if len(found.body) > most:
            return serviced, [each.sys_id for each in items[position:]]
        serviced.append(_show(item, found, round((perf_counter() - started) * 1000)))
    return serviced, []


def _find_limit(request: Request) -> int:
    """The caller may lower the limit and not raise it."""
    wanted = request.header(LIMIT_HEADER)
    return min(int(wanted), MAX_OUTPUT) if wanted.isdecimal() and len(wanted) < 10 else MAX_OUTPUT


def _perform(call: Call, item: Item) -> Answer:
    """The item's answer. A batch within a batch is refused, or one body could ask for any amount of work."""
    url = item.url if item.url.startswith("/") else f"/{item.url}"
    try:
        body = b64decode(item.body)
    except ValueError:
        return failure(400, "Exception while reading request", "The body is not base64.")
    request = read_request(item.method, call.request.host + url, item.headers, body)
    if request.path.rstrip("/").endswith(BATCH_PATH):
        return failure(400, "Requested URI does not represent any resource", None)
    return call.perform(request)


def _show(item: Item, found: Answer, milliseconds: int) -> dict[str, object]:
    headers = [{"name": name, "value": value} for name, value in found.headers if name != "Set-Cookie"]
    return {
        "id": item.sys_id,
        "body": b64encode(found.body).decode(),
        "status_code": found.status,
        "status_text": HTTPStatus(found.status).phrase,
        "headers": headers if item.show_headers else [],
        "execution_time": milliseconds,
    }


def _read(given: Any) -> Item:
    """An item from its JSON; what is missing or of a wrong kind is as good as empty."""
    spec = given if isinstance(given, dict) else {}
    headers = spec.get("headers")
    return Item(
        sys_id=as_text(spec.get("id")),
        method=as_text(spec.get("method") or "GET").upper(),
        url=as_text(spec.get("url")),
        headers=tuple(_read_header(each) for each in (headers if isinstance(headers, list) else [])),
        body="".join(as_text(spec.get("body")).split()),
        show_headers=as_text(spec.get("exclude_response_headers")).lower() != "true",
    )


def _read_header(given: Any) -> tuple[str, str]:
    spec = given if isinstance(given, dict) else {}
    return as_text(spec.get("name")), as_text(spec.get("value"))
