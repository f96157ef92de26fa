"""The Import Set API: rows into a staging table, and from there by transform maps (wire-contract.md 5.3).

`insertMultiple` answers as the asynchronous one that it is on an instance; in a sandbox the work is done by then.
"""

from collections.abc import Mapping
from typing import Any

from snowconf.dictionary import find_table
from snowconf.sandbox.answers.answering import failure, no_record, plain
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types, sends_xml
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.wire import xml_text
from snowconf.sandbox.wire.decoding import UnreadableBodyError, as_columns, decode, load
from snowconf.sandbox.wire.refusals import Operation, by_acl
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide, staging

MULTIPLE = "insertMultiple"


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    handlers = _handlers(call)
    handler = handlers.get(read_method(call.request))
    if handler is None:
        allowed = (("Allow", ", ".join(handlers)),)
        return failure(405, "Method not supported", "The resource does not support this method.", allowed)
    if not staging.find_staging(call.session, call.table):
        return failure(400, f"Invalid staging table {call.table}", None)
    return refuse_types(call.request) or refuse_size(call.request) or _answer(call, handler)


def _handlers(call: Call) -> Mapping[str, Handler]:
    if not call.sys_id:
        return {"POST": insert_one}
    return {"POST": insert_multiple} if call.sys_id == MULTIPLE else {"GET": get_one, "HEAD": get_one}


def _answer(call: Call, handler: Handler) -> Answer:
    kept_in = staging.find_staging(call.session, call.table)
    operation: Operation = "read" if handler is get_one else "create"
    try:
        with call.session.store.transaction():
            if not call.access.may(operation, kept_in):
                raise by_acl(operation)
            return handler(call)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid.")
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)


def insert_one(call: Call) -> Answer:
    """POST of one row, which is transformed before the answer."""
    body = call.request.body
    values = xml_text.read(body) if body and sends_xml(call.request) else decode(body)
    import_set = staging.open_set(call.session, call.table, "synchronous")
    _, outcomes = staging.load(call.session, call.table, import_set, values)
    return _told(call, 201, import_set["number"], outcomes)


def insert_multiple(call: Call) -> Answer:
    """POST of many rows; their columns may be named by their labels."""
    body = load(call.request.body)
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(records, list):
        return failure(400, "Exception while reading request", "The payload holds no list of records.")
    import_set = staging.open_set(call.session, call.table, "asynchronous")
    for record in records:
        staging.load(call.session, call.table, import_set, _by_name(call.table, record))
    multiple = call.request.parameter("multi_import_set_id")[:32] or fresh_id()
    return plain(201, {"import_set_id": import_set["sys_id"], "multi_import_set_id": multiple})


def get_one(call: Call) -> Answer:
    """GET of what became of a row."""
    found = staging.find_outcome(call.session, call.table, call.sys_id)
    return no_record() if found is None else _told(call, 200, found[0].get("number", ""), [found[1]])


def _by_name(table: str, record: Any) -> dict[str, str]:
    """The record with labels turned into names, where a column has that label."""
    found = find_table(table)
    names = {column.label: column.name for column in found.columns.values()} if found else {}
    given = as_columns(record if isinstance(record, dict) else {})
    return {names.get(name, name): value for name, value in given.items()}


def _told(call: Call, status: int, number: str, outcomes: list[staging.Outcome]) -> Answer:
    told = [staging.show(outcome, call.base) for outcome in outcomes]
    return plain(status, {"import_set": number, "staging_table": call.table, "result": told})
