"""The Table API, version 1, 2 and latest: wire-contract.md 1 and 2, over whatever tables the dictionary has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from urllib.parse import quote

from snowconf.sandbox import glide
from snowconf.sandbox.access import Access
from snowconf.sandbox.answering import Headers, as_header, failure, failure_without_detail, nothing, result
from snowconf.sandbox.compiling import Compiled, Compiler, Named
from snowconf.sandbox.decoding import UnreadableBodyError, decode
from snowconf.sandbox.displaying import Displayer, Library
from snowconf.sandbox.encoded_query import parse
from snowconf.sandbox.filtering import filters
from snowconf.sandbox.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.paging import Page, link_header
from snowconf.sandbox.parameters import Parameters, read_parameters
from snowconf.sandbox.path import find_columns
from snowconf.sandbox.refusals import QUERY_RIGHTS
from snowconf.sandbox.release import find_installed
from snowconf.sandbox.requests import Answer, Request
from snowconf.sandbox.scripted_value import Scope
from snowconf.sandbox.session import Session
from snowconf.sandbox.shaping import Manner, Shaped, Shaper, find_paths
from snowconf.sandbox.sql import NOTHING, Sql
from snowconf.sandbox.store import Row, Selection

UNREADABLE_COLUMNS = "Field(s) present in the query do not have permission to be read"
UNREADABLE_BODY = "The payload is not valid JSON."
NO_RECORD = ("No Record found", "Record doesn't exist or ACL restricts the record retrieval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the Table API. `prefix` is the path up to the table's name, as links repeat it."""

    session: Session
    request: Request
    prefix: str
    table: str
    sys_id: str = ""

    @property
    def base(self) -> str:
        """What links to records begin with."""
        return self.request.host + self.prefix

    @property
    def access(self) -> Access:
        """What the caller may do."""
        return Access(self.session.store, self.session.switches, self.session.caller)

    @property
    def parameters(self) -> Parameters:
        """What else the request says."""
        return read_parameters(self.request)


Handler: TypeAlias = Callable[[Call], Answer]


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    handlers = ON_RECORD if call.sys_id else ON_TABLE
    handler = handlers.get(read_method(call.request))
    if handler is None:
        allowed = (("Allow", ", ".join(handlers)),)
        return failure(405, "Method not supported", "The resource does not support this method.", allowed)
    refused = refuse_types(call.request) or refuse_size(call.request) or _refuse_table(call)
    return refused or handler(call)


def _refuse_table(call: Call) -> Answer | None:
    """403 for tables that are closed, whether or not this instance has them; 400 for those it has not."""
    closed = call.access.closed(call.table)
    if closed is not None:
        return failure(403, closed.message, closed.detail)
    if find_installed(call.session.switches, call.table) is not None:
        return None
    message = f"Invalid table {call.table}"
    if call.session.switches.get("invalid_table_detail") == "absent":
        return failure_without_detail(400, message)
    return failure(400, message, None)


# -- reading


def list_records(call: Call) -> Answer:
    """GET on a table: the limit counts before access control does, and so does the total."""
    parameters, store = call.parameters, call.session.store
    compiled = _compile(call, parameters)
    refused = _refuse_query(call, compiled)
    if refused is not None:
        return refused
    where = _where(call, compiled)
    selection = Selection(
        table=call.table,
        columns=tuple(find_columns(call.session.switches, call.table)),
        where=where,
        order=compiled.order,
        limit=parameters.limit,
        offset=parameters.offset,
    )
    rows = store.select(selection)
    if not rows and not parameters.offset and "/v1/" in call.prefix:
        return failure(404, *NO_RECORD)
    shaper, access = _shaper(call, parameters), call.access
    shaped = [shaper.shape(row) for row in rows if access.may("read", call.table, row)]
    return result(200, shaped, _list_headers(call, parameters, where))


def _compile(call: Call, parameters: Parameters) -> Compiled:
    session = call.session
    caller = session.caller
    scope = Scope(
        user_sys_id=caller.user_sys_id,
        user_name=caller.user_name,
        time_zone=caller.time_zone,
        now=session.clock(),
    )
    compiler = Compiler(
        store=session.store, scope=scope, switches=session.switches, may_read=partial(_may_name, call.access)
    )
    query = (
        parse(parameters.query)
        if parameters.query
        else filters(session.switches, call.table, parameters.pairs)
    )
    return compiler.compile(query, call.table)


def _may_name(access: Access, named: Named) -> bool:
    table, column = named
    return bool(access.readable_columns(table, (column,), None))


def _refuse_query(call: Call, compiled: Compiled) -> Answer | None:
    switches = call.session.switches
    if compiled.hidden and switches.get("unreadable_query_column") == "forbidden":
        return failure(403, QUERY_RIGHTS.message, UNREADABLE_COLUMNS)
    if compiled.ignored and switches.get("unknown_query_column") == "forbidden":
        return failure(403, QUERY_RIGHTS.message, None)
    return None


def _where(call: Call, compiled: Compiled) -> Sql:
    no_rows = call.session.switches.get("unknown_query_column") == "no-rows"
    return NOTHING if compiled.ignored and no_rows else compiled.where


def _list_headers(call: Call, parameters: Parameters, where: Sql) -> Headers:
    if not parameters.counted:
        return ()
    total = call.session.store.count(call.table, where)
    page = Page(
        url=call.request.host + call.request.target,
        limit=parameters.limit,
        offset=parameters.offset,
        total=total,
        negative_prev=call.session.switches.get("first_page_prev") == "on",
    )
    links = link_header(page) if parameters.linked_pages else ()
    return (*links, ("X-Total-Count", str(total)))


def get_record(call: Call) -> Answer:
    """GET of one record."""
    row = _find_visible(call)
    return failure(404, *NO_RECORD) if row is None else result(200, _shape(call, row))


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
        displayer=Displayer(library=library, switches=session.switches, time_zone=session.caller.time_zone),
        manner=Manner(mode=parameters.mode, links=parameters.links, base=call.base),
        table=call.table,
        paths=find_paths(access, call.table, parameters.columns),
    )


# -- writing


def create_record(call: Call) -> Answer:
    """POST on a table."""
    return _written(call, _create)


def _create(call: Call) -> Answer:
    values = decode(call.request.body)
    display_input = call.parameters.display_input
    row = glide.insert(call.session, call.table, values, display_input=display_input)
    location = as_header(f"{call.base}/{call.table}/") + quote(row["sys_id"], safe="")
    return result(201, _shape(call, row), (("Location", location),))


def update_record(call: Call) -> Answer:
    """PATCH of a record, and PUT, which is no different."""
    return _written(call, _update)


def _update(call: Call) -> Answer:
    values = decode(call.request.body)
    if _find_visible(call) is None:
        return failure(404, *NO_RECORD)
    display_input = call.parameters.display_input
    row = glide.update(call.session, call.table, call.sys_id, values, display_input=display_input)
    silent = call.request.header("x-no-response-body").lower() == "true"
    return nothing() if silent else result(200, _shape(call, row))


def delete_record(call: Call) -> Answer:
    """DELETE of a record."""
    return _written(call, _delete)


def _delete(call: Call) -> Answer:
    if _find_visible(call) is None:
        return failure(404, *NO_RECORD)
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
