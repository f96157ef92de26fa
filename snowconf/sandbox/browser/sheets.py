"""The pages as HTML, from plain values. Nothing is read here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from snowconf.sandbox.browser.markup import Html, document, joined, tag
from snowconf.sandbox.storage.journal import Entry, Verdict, Wish, describe

ROOT = "/sandbox"
STYLE = f"{ROOT}/style.css"
# The most columns that a list shows side by side.
SHOWN_COLUMNS = 5
SYS_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A table on the first page."""

    name: str
    label: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value: as stored, as shown, and the address of the record it refers to."""

    value: str
    shown: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordList:
    """A page of records: rows by sys_id, each with its cells in the order of `columns`."""

    table: str
    label: str
    query: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Cell]]
    total: int
    offset: int
    limit: int


def is_page(path: str) -> bool:
    """Whether the path is one of the pages."""
    return path in {"", "/", ROOT} or path.startswith(f"{ROOT}/")


def table_address(table: str, **parameters: str | int) -> str:
    """Where a table's records are listed."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{ROOT}/table/{quote(table, safe='')}" + (f"?{urlencode(given)}" if given else "")


def record_address(table: str, sys_id: str) -> str:
    """Where a record is shown."""
    return f"{table_address(table)}/{quote(sys_id, safe='')}"


def tables_sheet(lines: Iterable[TableLine], about: str) -> bytes:
    """All tables that hold rows."""
    rows = [
        tag(
            "tr",
            tag("td", tag("a", line.label, href=table_address(line.name))),
            tag("td", line.name, class_="code quiet"),
            tag("td", f"{line.rows:,}", class_="number"),
        )
        for line in lines
    ]
    head = _head("Table", "Name", ("Rows", "number"))
    return _sheet("Tables", about, tag("div", tag("table", head, tag("tbody", *rows)), class_="sheet"))


def list_sheet(found: RecordList) -> bytes:
    """Records of a table, as an encoded query finds them."""
    form = tag(
        "form",
        tag(
            "input",
            type="text",
            name="query",
            value=found.query,
            placeholder="Encoded query, as in active=true^ORDERBYname",
            aria_label="Encoded query",
        ),
        tag("button", "Find"),
        action=table_address(found.table),
    )
    rows = [_row(found, sys_id, cells) for sys_id, cells in found.rows.items()]
    head = _head(*found.columns)
    sheet = tag("div", tag("table", head, tag("tbody", *rows), class_="rows"), class_="sheet")
    shown = (
        f"{found.offset + 1:,} to {found.offset + len(rows):,} of {found.total:,}" if rows else "No records"
    )
    return _sheet(found.label, f"{found.table} · {shown}", form, sheet, _pages(found))


def _row(found: RecordList, sys_id: str, cells: Sequence[Cell]) -> Html:
    first, *others = cells
    link = tag("a", first.shown or sys_id, href=record_address(found.table, sys_id))
    return tag("tr", tag("td", link), *(tag("td", _shown(cell)) for cell in others))


def _shown(cell: Cell) -> str:
    return tag("a", cell.shown, href=cell.address) if cell.address and cell.shown else cell.shown


def _pages(found: RecordList) -> Html:
    before, after = found.offset - found.limit, found.offset + found.limit
    links = [
        tag("a", word, href=table_address(found.table, query=found.query, offset=max(offset, 0)))
        for word, offset in (("← Previous", before), ("Next →", after))
        if -found.limit < offset < found.total and offset != found.offset
    ]
    return tag("nav", *links, class_="pages")


def record_sheet(table: str, label: str, title: str, cells: Mapping[str, Cell]) -> bytes:
    """One record, column by column."""
    rows = [
        tag("tr", tag("th", name, scope="row", class_="code"), tag("td", _whole(cell)))
        for name, cell in cells.items()
        if cell.value or cell.shown
    ]
    empty = [name for name, cell in cells.items() if not (cell.value or cell.shown)]
    back = tag("p", tag("a", label, href=table_address(table)), " · ", table, class_="sub")
    sheet = tag("div", tag("table", tag("tbody", *rows)), class_="sheet")
    rest = (
        tag("p", "Empty: ", tag("span", ", ".join(empty), class_="code"), class_="sub rest") if empty else ""
    )
    return _sheet(title, "", back, sheet, rest)


def _whole(cell: Cell) -> Html:
    shown = tag("pre", cell.shown) if "\n" in cell.shown or len(cell.shown) > 200 else _shown(cell)
    raw = tag("span", cell.value, class_="raw") if cell.value != cell.shown else ""
    return joined(shown, raw)


def log_sheet(entries: Sequence[Entry], wish: Wish) -> bytes:
    """The log, newest first."""
    check = {"checked": "checked"} if wish.denied else {}
    form = tag(
        "form",
        tag(
            "input",
            type="text",
            class_="short",
            name="user",
            value=wish.user,
            placeholder="User",
            aria_label="User",
        ),
        tag(
            "input",
            type="text",
            class_="short",
            name="table",
            value=wish.about,
            placeholder="Table",
            aria_label="Table",
        ),
        tag("label", tag("input", type="checkbox", name="denied", value="1", **check), "only denied"),
        tag("button", "Show"),
        action=f"{ROOT}/log",
    )
    rows = [_entry(each) for each in reversed(entries)]
    head = _head("Time (UTC)", "User", "Request and what was decided", "Status", ("ms", "number"))
    sheet = tag("div", tag("table", head, tag("tbody", *rows)), class_="sheet")
    about = f"The last {len(rows):,} requests" if rows else "Nothing was asked yet, or nothing that fits"
    return _sheet("Log", about, form, sheet)


def _entry(entry: Entry) -> Html:
    words = [tag("div", f"{entry.method} {entry.target}", class_="code")]
    if entry.message:
        words.append(tag("div", entry.message, class_="wrong"))
    if entry.fault:
        words.append(tag("div", f"made to fail: {entry.fault}", class_="quiet"))
    return tag(
        "tr",
        tag("td", entry.at[:19], class_="quiet narrow"),
        tag("td", entry.user or "nobody", class_="narrow"),
        tag("td", *words, _verdicts(entry.decisions)),
        tag("td", str(entry.status), class_="wrong" if entry.status >= 400 else ""),
        tag("td", f"{entry.milliseconds:.1f}", class_="number quiet"),
        class_="denied" if entry.denied else "",
    )


def _verdicts(verdicts: Sequence[Verdict]) -> Html:
    denied = tag("ul", *(_verdict(each) for each in verdicts if not each.allowed), class_="verdicts")
    allowed = [_verdict(each) for each in verdicts if each.allowed]
    shown = denied if any(not each.allowed for each in verdicts) else joined()
    if not allowed:
        return shown
    words = f"{len(allowed)} allowed" if len(allowed) > 1 else "1 allowed"
    return joined(shown, tag("details", tag("summary", words), tag("ul", *allowed, class_="verdicts")))


def _verdict(verdict: Verdict) -> Html:
    link: str = ""
    if SYS_ID.fullmatch(verdict.by):
        link = joined(
            ", by ", tag("a", "access control", href=record_address("sys_security_acl", verdict.by))
        )
    words = describe(replace(verdict, by="") if link else verdict)
    return tag("li", words, link, class_="" if verdict.allowed else "no")


def message_sheet(title: str, text: str) -> bytes:
    """A page that only says something."""
    return _sheet(title, text)


def _head(*names: str | tuple[str, str]) -> Html:
    cells = (
        tag("th", name) if isinstance(name, str) else tag("th", name[0], class_=name[1]) for name in names
    )
    return tag("thead", tag("tr", *cells))


def _sheet(title: str, about: str, *content: str) -> bytes:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · sandbox"),
        tag("link", rel="stylesheet", href=STYLE),
    )
    places = (("Tables", "/"), ("Log", f"{ROOT}/log"))
    links = (
        tag("a", word, href=to, **({"aria_current": "page"} if word == title else {})) for word, to in places
    )
    header = tag("header", tag("a", "snowconf sandbox", href="/", class_="name"), *links)
    sub = tag("p", about, class_="sub") if about else joined()
    footer = tag("footer", "To be read, not written: this page changes nothing. What admin sees, you see.")
    return document("en", head, tag("body", header, tag("main", tag("h1", title), sub, *content), footer))
