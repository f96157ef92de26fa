"""Which page a browser gets, and what is on it. Only admin gets any, and nothing is ever written."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from snowconf.dictionary import Table, get_table, table_names
from snowconf.sandbox.answers.answering import Headers
from snowconf.sandbox.browser.sheets import (
    ROOT,
    SHOWN_COLUMNS,
    STYLE,
    Cell,
    RecordList,
    TableLine,
    list_sheet,
    log_sheet,
    message_sheet,
    record_address,
    record_sheet,
    tables_sheet,
)
from snowconf.sandbox.storage.journal import Entry, Wish
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.storage.surveying import count_tables
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.requests import Answer, Request

PAGE = 50
NARROW = frozenset(
    {"string", "reference", "boolean", "integer", "glide_date_time", "choice", "email", "user_input"}
)
SECRET = frozenset({"password", "password2"})
GUARD: Headers = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What the pages are made from. `ask` sends a request to the instance as admin, `read_log` reads its log."""

    store: Store
    switches: Switches
    ask: Callable[[Request], Answer]
    read_log: Callable[[Wish], list[Entry]]


def refuse() -> Answer:
    """Ask the browser for name and password."""
    challenge = (("WWW-Authenticate", 'Basic realm="snowconf sandbox", charset="UTF-8"'),)
    text = "Log in as a user with the role admin; a fresh sandbox has admin with the password admin."
    return _answer(401, message_sheet("Log in", text), challenge)


def browse(browser: Browser, request: Request) -> Answer:
    """The page of that path."""
    if request.method not in {"GET", "HEAD"}:
        return _answer(
            405, message_sheet("To be read only", "These pages change nothing."), (("Allow", "GET, HEAD"),)
        )
    if request.path == STYLE:
        return Answer(status=200, headers=(("Content-Type", "text/css;charset=UTF-8"), *GUARD), body=_style())
    match request.path.removeprefix(ROOT).strip("/").split("/"):
        case [""]:
            found = tables_sheet(_tables(browser), _about(browser))
        case ["log"]:
            found = _log(browser, request)
        case ["table", name, *further] if (table := find_installed(browser.switches, name)) is not None:
            return _of_table(browser, request, table, further)
        case _:
            return _nowhere()
    return _answer(200, found)


def _of_table(browser: Browser, request: Request, table: Table, further: Sequence[str]) -> Answer:
    match further:
        case []:
            return _list(browser, request, table)
        case [sys_id]:
            return _record(browser, request, table, sys_id)
        case _:
            return _nowhere()


def _nowhere() -> Answer:
    return _answer(404, message_sheet("Not found", "There is no such page."))


def _tables(browser: Browser) -> list[TableLine]:
    lines = (
        TableLine(name=name, label=get_table(name).label, rows=rows)
        for name, rows in count_tables(browser.store).items()
    )
    return sorted(lines, key=lambda line: line.label.lower())


def _about(browser: Browser) -> str:
    return f"An instance of your own · release {browser.switches.get('release')}"


def _log(browser: Browser, request: Request) -> bytes:
    wish = Wish(
        user=request.parameter("user").strip(),
        about=request.parameter("table").strip(),
        denied=request.parameter("denied") == "1",
        limit=200,
    )
    return log_sheet(browser.read_log(wish), wish)


def _list(browser: Browser, request: Request, table: Table) -> Answer:
    columns = _columns(table)
    given = request.parameter("offset")
    offset = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0
    asked = {
        "sysparm_query": request.parameter("query"),
        "sysparm_fields": ",".join({"sys_id": "", "sys_class_name": ""} | dict.fromkeys(columns, "")),
        "sysparm_limit": PAGE,
        "sysparm_offset": offset,
    }
    status, found, total = _ask(browser, request, table.name, asked)
    if not isinstance(found, list):
        return _refused(status, found)
    rows = {_value(row, "sys_id"): [_cell(table, name, row) for name in columns] for row in found}
    sheet = RecordList(
        table=table.name,
        label=table.label,
        query=request.parameter("query"),
        columns=columns,
        rows=rows,
        total=total,
        offset=offset,
        limit=PAGE,
    )
    return _answer(200, list_sheet(sheet))


def _record(browser: Browser, request: Request, table: Table, sys_id: str) -> Answer:
    """The record as one of its own class, with all of that class's columns."""
    status, found, _ = _ask(browser, request, f"{table.name}/{quote(sys_id, safe='')}", {})
    if status != 200 or not isinstance(found, dict):
        return _refused(status, found)
    own = find_installed(browser.switches, _value(found, "sys_class_name"))
    if own is not None and table.name in own.lineage[1:]:
        return _record(browser, request, own, sys_id)
    cells = {name: _cell(table, name, found) for name in sorted(found)}
    title = cells[table.display].shown if table.display in cells else ""
    return _answer(200, record_sheet(table.name, table.label, title or sys_id, cells))


def _refused(status: int, found: Any) -> Answer:
    text = found.get("message", "") if isinstance(found, dict) else ""
    return _answer(status, message_sheet("Not shown", f"The instance answers: {text or status}"))


def _columns(table: Table) -> list[str]:
    """What names a row, then its first columns that are no system columns and short, then when it last changed."""
    own = [
        name
        for name, column in table.columns.items()
        if column.type in NARROW and not name.startswith("sys_")
    ]
    chosen = list(dict.fromkeys([table.display or "sys_id", *own]))[:SHOWN_COLUMNS]
    return [name for name in (*chosen, "sys_updated_on") if name in table.columns]


def _ask(
    browser: Browser, request: Request, place: str, parameters: Mapping[str, Any]
) -> tuple[int, Any, int]:
    """Status, result or error, and how many rows there are in all."""
    query = {key: str(value) for key, value in parameters.items()} | {"sysparm_display_value": "all"}
    path = f"/api/now/table/{place}"
    asked = Request(
        method="GET",
        path=path,
        host=request.host,
        query=tuple(query.items()),
        headers={},
        target=f"{path}?{urlencode(query)}",
    )
    answer = browser.ask(asked)
    body = json.loads(answer.body or b"{}")
    return answer.status, body.get("result", body.get("error")), int(answer.header("X-Total-Count") or 0)


def _value(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name, {}).get("value") or "")


def _cell(table: Table, name: str, row: Mapping[str, Any]) -> Cell:
    column, shown = table.columns.get(name), str(row.get(name, {}).get("display_value") or "")
    value = _value(row, name)
    if column is None or column.type in SECRET:
        return Cell(value=shown, shown=shown)
    target = column.reference if column.type == "reference" and value else ""
    known = target in table_names()
    return Cell(value=value, shown=shown or value, address=record_address(target, value) if known else "")


def _answer(status: int, body: bytes, extra: Headers = ()) -> Answer:
    return Answer(
        status=status, headers=(*extra, ("Content-Type", "text/html;charset=UTF-8"), *GUARD), body=body
    )


@cache
def _style() -> bytes:
    return files(__package__).joinpath("style.css").read_bytes()
