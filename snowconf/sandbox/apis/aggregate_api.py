"""The Aggregate API: counts, sums, averages and extremes of the rows that a query finds (wire-contract.md 5.2).

Who may not read all of these rows gets 403, as the vendor's page says; see docs/platform.md for what it leaves open.
"""

import json

from snowconf.sandbox.answers.answering import failure, plain
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.displaying import make_displayer
from snowconf.sandbox.answers.negotiating import read_method, refuse_types
from snowconf.sandbox.answers.querying import (
    UNREADABLE_COLUMNS,
    compile_query,
    make_compiler,
    refuse_query,
    refuse_table,
    rows_of,
)
from snowconf.sandbox.answers.shaping import Mode
from snowconf.sandbox.apis.aggregating import Key, Summary, read_summary
from snowconf.sandbox.queries.path import Path, find_columns
from snowconf.sandbox.storage.schema import KEY
from snowconf.sandbox.storage.sql import Sql, joined, phrase, quote
from snowconf.sandbox.storage.store import Selection
from snowconf.sandbox.wire.refusals import QUERY_RIGHTS
from snowconf.sandbox.wire.requests import Answer


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    if read_method(call.request) not in {"GET", "HEAD"}:
        text = "The resource does not support this method."
        return failure(405, "Method not supported", text, (("Allow", "GET, HEAD"),))
    return refuse_types(call.request) or refuse_table(call) or _answer(call)


def _answer(call: Call) -> Answer:
    access, compiler = call.access, make_compiler(call, call.table)
    if not access.may("read", call.table):
        return failure(403, QUERY_RIGHTS.message, None)
    compiled = compile_query(call, call.table, compiler)
    refused = refuse_query(call, compiled)
    if refused is not None:
        return refused
    summary = read_summary(call.request, compiler, call.table)
    if not all(_may_read(call, path) for path in summary.paths):
        return failure(403, QUERY_RIGHTS.message, UNREADABLE_COLUMNS)
    where = _readable_rows(call, rows_of(call, compiled))
    return failure(403, QUERY_RIGHTS.message, None) if where is None else _show(call, summary, where)


def _may_read(call: Call, path: Path) -> bool:
    access = call.access
    return all(
        access.may("read", step.table) and access.readable_columns(step.table, (step.column.name,), None)
        for step in path
    )


def _readable_rows(call: Call, where: Sql) -> Sql | None:
    """The rows, or None when the caller may not read all of them; an admin does without those that nobody sees."""
    store, access = call.session.store, call.access
    if all(access.reads_all(name) for name in store.classes(call.table)):
        return where
    columns = tuple(find_columns(call.session.switches, call.table))
    rows = store.select(Selection(table=call.table, columns=columns, where=where))
    seen = [row[KEY] for row in rows if access.may("read", call.table, row)]
    if len(seen) < len(rows) and not call.session.caller.admin:
        return None
    among = phrase(f"t0.{quote(KEY)}", "IN (SELECT value FROM json_each(?))")
    return joined("AND", [where, Sql(among, (json.dumps(seen),))])


def _show(call: Call, summary: Summary, where: Sql) -> Answer:
    """One group is an object, groups by a column are a list even when there is none."""
    store = call.session.store
    if not summary.keys and not summary.figures:
        return plain(200, {"result": {"stats": {}}})
    found = store.run(*summary.statement(store, where))
    groups = [_group(call, summary, row) for row in found]
    return plain(200, {"result": groups if summary.keys else next(iter(groups), {"stats": {}})})


def _group(call: Call, summary: Summary, row: tuple[object, ...]) -> dict[str, object]:
    stats: dict[str, object] = {"stats": summary.stats(call.session.store, row)}
    values = row[len(summary.figures) :]
    keys = [_key(call, key, str(value)) for key, value in zip(summary.keys, values, strict=True)]
    return stats | {"groupby_fields": keys} if keys else stats


def _key(call: Call, key: Key, value: str) -> dict[str, str | None]:
    """The column of a group and what its rows have there, as the caller wants to see it."""
    mode = call.parameters.mode
    if mode is Mode.VALUE:
        return {"field": key.name, "value": value}
    shown = make_displayer(call.session).show(key.path[-1], value)
    return {"field": key.name, "value": shown} | (
        {} if mode is Mode.DISPLAY else {"display_value": shown, "value": value}
    )
