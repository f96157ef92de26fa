"""The Table API, version 1, 2 and latest: wire-contract.md 1 and 2, over whatever tables the dictionary has."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.answers.answering import Headers, as_header, failure, no_record, nothing, result
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.displaying import Library, make_displayer
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types, sends_xml
from snowconf.sandbox.answers.parameters import Parameters
from snowconf.sandbox.answers.querying import (
    compile_query,
    list_headers,
    make_compiler,
    refuse_query,
    refuse_table,
    rows_of,
)
from snowconf.sandbox.answers.shaping import Manner, Outline, Shaped, Shaper, find_outline
from snowconf.sandbox.answers.viewing import find_names
from snowconf.sandbox.queries.path import find_columns
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.store import Row, Selection
from snowconf.sandbox.wire import xml_text
from snowconf.sandbox.wire.decoding import UnreadableBodyError, decode
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide

UNREADABLE_BODY = "The payload is not valid JSON."


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    handlers = ON_RECORD if call.sys_id else ON_TABLE
    handler = handlers.get(read_method(call.request))
    if handler is None:
        allowed = (("Allow", ", ".join(handlers)),)
        return failure(405, "Method not supported", "The resource does not support this method.", allowed)
    refused = refuse_types(call.request) or refuse_size(call.request) or refuse_table(call)
    return refused or handler(call)


# -- reading


def list_records(call: Call) -> Answer:
    """GET on a table: the limit counts before access control does, and so does the total."""
    parameters, store = call.parameters, call.session.store
    compiled = compile_query(call, call.table, make_compiler(call, call.table))
    refused = refuse_query(call, compiled)
    if refused is not None:
        return refused
    where = rows_of(call, compiled)
    selection = Selection(
        table=call.table,
        columns=tuple(find_columns(call.session.switches, call.table)),
        where=where,
        order=compiled.order,
        limit=parameters.limit,
        offset=parameters.offset,
    )
    rows = store.select(selection)
    if not rows and not parameters.offset and call.root.endswith("/v1"):
        return no_record()
    shaper, access = _shaper(call, parameters), call.access
    shaped = [shaper.shape(row) for row in rows if access.may("read", call.table, row)]
    return result(200, shaped, list_headers(call, call.table, where, parameters.limit))


def get_record(call: Call) -> Answer:
    """GET of one record."""
    row = _find_visible(call)
    return no_record() if row is None else result(200, _shape(call, row))


def _find_visible(call: Call) -> Row | None:
    row = call.session.store.get(call.table, call.sys_id)
    return row if row and call.access.may("read", call.table, row) else None


def _shape(call: Call, row: Row) -> dict[str, Shaped]:
    return _shaper(call, call.parameters).shape(row)


def _shaper(call: Call, parameters: Parameters) -> Shaper:
    session, access = call.session, call.access
    library = Library(store=session.store)
    return Shaper(
        access=access,
        library=library,
        displayer=make_displayer(session, library),
        manner=Manner(mode=parameters.mode, links=parameters.links, base=call.base),
        table=call.table,
        outline=_outline(call, parameters),
    )


def _outline(call: Call, parameters: Parameters) -> Outline:
    """The columns that are named, else those of the view's form, else all."""
    session = call.session
    if parameters.columns or not parameters.view:
        return find_outline(session.switches, call.table, parameters.columns)
    viewed = find_outline(
        session.switches, call.table, find_names(session.store, call.table, parameters.view)
    )
    return viewed if viewed.columns else find_outline(session.switches, call.table, "")


# -- writing


def create_record(call: Call) -> Answer:
    """POST on a table."""
    return _written(call, _create)


def _create(call: Call) -> Answer:
    values, session = _read_body(call), _write_session(call)
    if not _may_choose_ids(call):
        values.pop("sys_id", None)
    row = glide.insert(session, call.table, values, display_input=call.parameters.display_input)
    location = as_header(f"{call.base}/{call.table}/") + quote(row["sys_id"], safe="")
    return _shown(call, row, 201, (("Location", location),))


def update_record(call: Call) -> Answer:
    """PATCH of a record, and PUT, which is no different."""
    return _written(call, _update)


def _update(call: Call) -> Answer:
    values = _read_body(call)
    if _find_visible(call) is None:
        return no_record()
    display_input = call.parameters.display_input
    row = glide.update(_write_session(call), call.table, call.sys_id, values, display_input=display_input)
    return _shown(call, row, 200)


def _read_body(call: Call) -> dict[str, str]:
    body = call.request.body
    return xml_text.read(body) if body and sends_xml(call.request) else decode(body)


def _write_session(call: Call) -> Session:
    """The session; its system columns are the caller's where it suppresses what the platform writes there."""
    suppressed = call.parameters.own_stamps and _may_choose_ids(call)
    return replace(call.session, stamps=False) if suppressed else call.session


def _may_choose_ids(call: Call) -> bool:
    """Everybody may, unless a property keeps system columns for admins (wire-contract.md 6.1, 6.2)."""
    return call.session.caller.admin or not settings.is_on(call.session.store, settings.ADMIN_ONLY_COLUMNS)


def _shown(call: Call, row: Row, status: int, extra: Headers = ()) -> Answer:
    """The record as it is now, unless the caller does not want to see it."""
    if call.request.header("x-no-response-body").lower() == "true":
        return nothing(status if status == 201 else 204, extra)
    # A caller who may write a record but not read it learns no more of it than that.
    visible = call.access.may("read", call.table, row)
    return result(status, _shape(call, row) if visible else {}, extra)


def delete_record(call: Call) -> Answer:
    """DELETE of a record."""
    return _written(call, _delete)


def _delete(call: Call) -> Answer:
    if _find_visible(call) is None:
        return no_record()
    glide.delete(call.session, call.table, call.sys_id)
    return nothing()


def _written(call: Call, write: Handler) -> Answer:
    """What the write answers, or why it did not happen. What is looked at and what is written are one transaction."""
    try:
        with call.session.store.transaction():
            return write(call)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", UNREADABLE_BODY)
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)


ON_TABLE: Mapping[str, Handler] = {"GET": list_records, "HEAD": list_records, "POST": create_record}
ON_RECORD: Mapping[str, Handler] = {
    "GET": get_record,
    "HEAD": get_record,
    "PUT": update_record,
    "PATCH": update_record,
    "DELETE": delete_record,
}
