"""The CMDB Instance API: configuration items with their relations (the vendor's page; docs/platform.md "CMDB").

Identification is by serial number, then by name; dependent classes, reconciliation rules and datasource precedence of an
instance are not here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from snowconf.dictionary import get_table
from snowconf.sandbox.answers.answering import failure, no_method, no_place, no_record, nothing, plain
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.displaying import Library, make_displayer
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.answers.querying import (
    compile_query,
    make_compiler,
    refuse_query,
    refuse_table,
    rows_of,
)
from snowconf.sandbox.answers.shaping import Manner, Mode, Shaped, Shaper, find_outline
from snowconf.sandbox.storage.store import Row, Selection
from snowconf.sandbox.wire.decoding import UnreadableBodyError, as_columns, load
from snowconf.sandbox.wire.refusals import API_CLOSED
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide

ROLE = "itil"
ITEMS, RELATIONS, TYPES = "cmdb_ci", "cmdb_rel_ci", "cmdb_rel_type"
RELATION = "relation"
# What tells one machine from another, in this order.
IDENTIFIERS = ("serial_number", "name")

Values: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Direction:
    """One side of a relation: the key of answers, the column of the item itself, and the other item's."""

    key: str
    own: str
    other: str


DIRECTIONS = (
    Direction("outbound_relations", "parent", "child"),
    Direction("inbound_relations", "child", "parent"),
)


class _BadBodyError(Exception):
    """The body lacks what the API needs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a caller sent: columns of the item, and its relations by direction, as columns of cmdb_rel_ci."""

    source: str
    values: Values
    relations: tuple[tuple[Direction, Values], ...]


def answer(call: Call) -> Answer:
    """The answer to a caller who is known; only those who hold itil get one."""
    caller = call.session.caller
    if not (caller.admin or ROLE in caller.roles):
        return failure(403, API_CLOSED.message, API_CLOSED.detail)
    refused = refuse_types(call.request) or refuse_size(call.request) or refuse_table(call)
    return refused or _in_class(call)


def _in_class(call: Call) -> Answer:
    if ITEMS not in get_table(call.table).lineage:
        return failure(400, f"Invalid class {call.table}", None)
    handlers = _handlers(call.steps)
    if not handlers:
        return no_place()
    handler = handlers.get(read_method(call.request))
    return handler(call) if handler else no_method(handlers)


def _handlers(steps: Sequence[str]) -> Mapping[str, Handler]:
    match steps:
        case (_,):
            return {"GET": list_items, "HEAD": list_items, "POST": create_item}
        case (_, _):
            return {"GET": get_item, "HEAD": get_item, "PUT": update_item, "PATCH": update_item}
        case (_, _, "relation"):
            return {"POST": add_relations}
        case (_, _, "relation", _):
            return {"DELETE": delete_relation}
        case _:
            return {}


# -- reading


def list_items(call: Call) -> Answer:
    """GET on a class: sys_id and name of each item."""
    compiled = compile_query(call, call.table, make_compiler(call, call.table))
    refused = refuse_query(call, compiled)
    if refused is not None:
        return refused
    asked = call.parameters
    selection = Selection(
        table=call.table,
        columns=tuple(get_table(call.table).columns),
        where=rows_of(call, compiled),
        order=compiled.order,
        limit=asked.limit,
        offset=asked.offset,
    )
    rows = call.session.store.select(selection)
    readable = [row for row in rows if call.access.may("read", call.table, row)]
    return plain(200, {"result": [{name: row[name] for name in ("sys_id", "name")} for row in readable]})


def get_item(call: Call) -> Answer:
    """GET of an item: its attributes, and what it is related to."""
    return no_record() if _find(call, call.sys_id) is None else _tell(call, call.sys_id)


def _find(call: Call, sys_id: str) -> Row | None:
    row = call.session.store.get(call.table, sys_id)
    return row if row and call.access.may("read", call.table, row) else None


def _tell(call: Call, sys_id: str) -> Answer:
    store = call.session.store
    row, own = store.get(ITEMS, sys_id), store.locate(ITEMS, sys_id) or ITEMS
    whole = store.get(own, sys_id) or row or {}
    shaped = _shaper(call, own).shape(whole)
    related = {each.key: list(_relations(call, each, sys_id)) for each in DIRECTIONS}
    return plain(200, {"result": {"attributes": _plain_values(shaped)} | related})


def _plain_values(shaped: Mapping[str, Shaped]) -> dict[str, Shaped]:
    """A reference keeps its three members; anything else is its stored value."""
    pairs = ((name, each) for name, each in shaped.items() if isinstance(each, dict))
    return {name: each if "link" in each else each["value"] for name, each in pairs}


def _relations(call: Call, direction: Direction, sys_id: str) -> Iterator[dict[str, object]]:
    rows = call.session.store.find(RELATIONS, **{direction.own: sys_id})
    shaper = _shaper(call, RELATIONS)
    for row in sorted(rows, key=lambda each: each["sys_id"]):
        if not call.access.may("read", RELATIONS, row):
            continue
        shaped = shaper.shape(row)
        target = shaped.get(direction.other)
        if isinstance(target, dict):
            link = f"{call.request.host}{call.root}/cmdb/instance/{ITEMS}/{row[direction.other]}"
            yield {"sys_id": row["sys_id"], "type": shaped.get("type"), "target": target | {"link": link}}


def _shaper(call: Call, table: str) -> Shaper:
    library = Library(store=call.session.store)
    return Shaper(
        access=call.access,
        library=library,
        displayer=make_displayer(call.session, library),
        manner=Manner(mode=Mode.ALL, base=call.base),
        table=table,
        outline=find_outline(call.session.switches, table, ""),
    )


# -- writing


def create_item(call: Call) -> Answer:
    """POST of an item with its relations; one that is there already is changed instead."""

    def write(body: Body) -> Answer:
        now, known = call.session.now(), _identify(call, body.values)
        found = {"discovery_source": body.source, "last_discovered": now}
        if known is None:
            values = {"first_discovered": now} | found | dict(body.values)
            sys_id = glide.insert(call.session, call.table, values)["sys_id"]
        else:
            sys_id = glide.update(call.session, ITEMS, known, found | dict(body.values))["sys_id"]
        return _relate(call, sys_id, body)

    return _written(call, write)


def _identify(call: Call, values: Values) -> str | None:
    """The item of the class that has the same serial number, or else the same name."""
    for column in IDENTIFIERS:
        if values.get(column):
            rows = call.session.store.find(call.table, **{column: values[column]})
            return next((row["sys_id"] for row in rows), None)
    return None


def update_item(call: Call) -> Answer:
    """PATCH of an item's attributes, and PUT, which is no different; relations are left as they are."""

    def write(body: Body) -> Answer:
        found = {"discovery_source": body.source, "last_discovered": call.session.now()}
        glide.update(call.session, call.table, call.sys_id, found | dict(body.values))
        return _tell(call, call.sys_id)

    return _written(call, write)


def add_relations(call: Call) -> Answer:
    """POST of relations of an item; one that is there already stays the only one. No source is needed."""
    return _written(call, lambda body: _relate(call, call.sys_id, body))


def _relate(call: Call, sys_id: str, body: Body) -> Answer:
    for direction, values in body.relations:
        related = dict(values) | {direction.own: sys_id}
        if not call.session.store.find(RELATIONS, **related):
            glide.insert(call.session, RELATIONS, related)
    return _tell(call, sys_id)


def delete_relation(call: Call) -> Answer:
    """DELETE of one of the item's relations."""
    relation = call.steps[3]
    with call.session.store.transaction():
        row = call.session.store.get(RELATIONS, relation)
        if row is None or call.sys_id not in (row["parent"], row["child"]):
            return no_record()
        try:
            glide.delete(call.session, RELATIONS, relation)
        except glide.Aborted as aborted:
            return failure(403, aborted.message, aborted.detail)
    return nothing()


def _written(call: Call, write: Callable[[Body], Answer]) -> Answer:
    """What the write answers, or why nothing of it happened."""
    try:
        with call.session.store.transaction():
            body = _read_body(call)
            if call.sys_id and _find(call, call.sys_id) is None:
                return no_record()
            return write(body)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    except _BadBodyError as error:
        return failure(400, "Bad Request", str(error))
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)


def _read_body(call: Call) -> Body:
    found = load(call.request.body)
    if not isinstance(found, dict):
        raise UnreadableBodyError
    source, attributes = as_columns({"source": found.get("source")})["source"], found.get("attributes", {})
    if not isinstance(attributes, dict):
        raise _BadBodyError("attributes is not an object")
    if not source and RELATION not in call.steps:
        raise _BadBodyError("source is mandatory")
    relations = ((each, _related(call, each, row)) for each in DIRECTIONS for row in _rows(found, each))
    return Body(source=source, values=as_columns(attributes), relations=tuple(relations))


def _rows(found: Mapping[str, Any], direction: Direction) -> list[Any]:
    rows = found.get(direction.key, [])
    if not isinstance(rows, list):
        raise _BadBodyError(f"{direction.key} is not a list")
    return rows


def _related(call: Call, direction: Direction, row: Any) -> Values:
    """A relation as the columns of its row; type and target have to exist."""
    given = as_columns(row) if isinstance(row, dict) else {}
    kind, target = given.get("type", ""), given.get("target", "")
    store = call.session.store
    if store.get(TYPES, kind) is None or store.get(ITEMS, target) is None:
        raise _BadBodyError("A relation needs the sys_id of its type and that of its target")
    return {"type": kind, direction.other: target}
