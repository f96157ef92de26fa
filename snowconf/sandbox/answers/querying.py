"""What a request asks of a table: whether it may at all, which rows, and the headers of a list (wire-contract.md 2, 3)."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from snowconf.sandbox.answers.answering import Headers, failure, failure_without_detail
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.paging import Page, link_header
from snowconf.sandbox.queries.compiling import Compiled, Compiler, Named
from snowconf.sandbox.queries.encoded_query import parse
from snowconf.sandbox.queries.filtering import filters
from snowconf.sandbox.queries.scripted_value import Scope
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.storage.sql import NOTHING, Sql
from snowconf.sandbox.wire.refusals import QUERY_RIGHTS, Search
from snowconf.sandbox.wire.requests import Answer

MaySearch: TypeAlias = Callable[[Search, Named], bool]

# No URL that an instance takes has room for so many; for SQLite the work grows with their square.
MOST_TERMS = 3000
TOO_LONG = f"The query has more than {MOST_TERMS} conditions."
UNREADABLE_COLUMNS = "Field(s) present in the query do not have permission to be read"


def refuse_table(call: Call) -> Answer | None:
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


def make_compiler(call: Call, table: str, may_search: MaySearch | None = None) -> Compiler:
    """A compiler of queries on that table; `may_search` knows what they may name, else access control does."""
    session = call.session
    scope = Scope(
        user_sys_id=session.caller.user_sys_id,
        user_name=session.caller.user_name,
        time_zone=session.caller.time_zone,
        now=session.clock(),
    )
    return Compiler(
        store=session.store,
        scope=scope,
        switches=session.switches,
        may_search=may_search or partial(_may_search, call.access, table),
    )


def compile_query(call: Call, table: str, compiler: Compiler) -> Compiled:
    """The request's query on that table: an encoded one, or plain `column=value` pairs."""
    parameters = call.parameters
    if max(parameters.query.count("^"), len(parameters.pairs)) > MOST_TERMS:
        return Compiled(where=NOTHING, too_long=True)
    if parameters.query:
        return compiler.compile(parse(parameters.query), table)
    return compiler.compile(filters(call.session.switches, table, parameters.pairs), table)


def _may_search(access: Access, asked: str, search: Search, named: Named) -> bool:
    """Columns of other tables can be named only where the caller may read such rows at all."""
    table, column = named
    return (table == asked or access.may("read", table)) and access.may_search(search, table, column)


def refuse_query(call: Call, compiled: Compiled) -> Answer | None:
    """403 for a query that names what it must not, where the switches say so (wire-contract.md 1.5, 3.4).

    400 for one that is too long to be answered at all.
    """
    if compiled.too_long:
        return failure(400, "Invalid query", TOO_LONG)
    switches = call.session.switches
    if compiled.hidden and switches.get("unreadable_query_column") == "forbidden":
        return failure(403, QUERY_RIGHTS.message, UNREADABLE_COLUMNS)
    if compiled.ignored and switches.get("unknown_query_column") == "forbidden":
        return failure(403, QUERY_RIGHTS.message, None)
    return None


def rows_of(call: Call, compiled: Compiled) -> Sql:
    """The rows that the query is about: none when an invalid condition is to find nothing (wire-contract.md 3.4)."""
    no_rows = call.session.switches.get("unknown_query_column") == "no-rows"
    return NOTHING if compiled.ignored and no_rows else compiled.where


def list_headers(call: Call, table: str, where: Sql, limit: int) -> Headers:
    """How many rows there are, readable or not, and links to the other pages (wire-contract.md 2.3)."""
    parameters = call.parameters
    if not parameters.counted:
        return ()
    total = call.session.store.count(table, where)
    page = Page(
        url=call.request.host + call.request.target,
        limit=limit,
        offset=parameters.offset,
        total=total,
        negative_prev=call.session.switches.get("first_page_prev") == "on",
    )
    links = link_header(page) if parameters.linked_pages else ()
    return (*links, ("X-Total-Count", str(total)))
