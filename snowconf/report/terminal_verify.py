"""A verification at a glance: for each user a table of what it can do where, then why for all that is not proven."""

from collections.abc import Iterable, Mapping, Sequence

from snowconf.model.verification import Cell, Identity, Verdict, Verification
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, cells, line

OPERATIONS = ("read", "create", "write", "delete")
INDENT = 2
COLUMN = 13
# Columns that the names of tables need at least; with fewer, promises stand one below the other.
NARROWEST = 12
MARKS = {
    Verdict.PROVEN: ("+ proven", Style.ADDED),
    Verdict.DENIED: ("x denied", Style.ERROR),
    Verdict.OPEN: ("! open", Style.ERROR),
    Verdict.UNDECIDABLE: ("? undecided", Style.WARNING),
    Verdict.NOT_PROBED: ("- not probed", Style.MUTED),
    Verdict.NO_ENTRY: ("x no entry", Style.ERROR),
}
REFUSED = ("+ refused", Style.ADDED)
BY_RULES = ("+ by rules", Style.ADDED)
WAYS = {
    "client_credentials": "client credentials",
    "password": "password grant",
    "refresh_token": "refresh token",
    "basic": "name and password",
}
COUNTED = {
    Verdict.DENIED: "denied",
    Verdict.OPEN: "open that must be refused",
    Verdict.NO_ENTRY: "of users who are not let in",
    Verdict.UNDECIDABLE: "undecided",
    Verdict.NOT_PROBED: "not probed",
}


def render_verification(verification: Verification, page: Page) -> Lines:
    """One table for each user, a paragraph for each promise that is not proven, and the summary."""
    title = f"Stack {verification.stack} on instance {verification.instance}, {verification.url}"
    used = {each.promise.operation for each in verification.cells}
    operations = [each for each in OPERATIONS if each in used]
    tables = [_identity(each, operations, page) for each in verification.identities]
    style = Style.STRONG if verification.is_proven else Style.WARNING
    return stacked(
        [
            paragraph(title, width=page.width, style=Style.STRONG) if tables else (),
            *tables,
            render_diagnostics(verification.diagnostics, page),
            paragraph(summarise(verification), width=page.width, style=style),
        ]
    )


def summarise(verification: Verification) -> str:
    """The sentence at the end."""
    promises = sum(len(each.cells) for each in verification.identities)
    users = counted(len(verification.identities), "user")
    if not promises:
        return "Nothing was verified."
    if verification.is_proven:
        return f"Proven: all {counted(promises, 'promise')} to {users}{_presumed(verification)}."
    parts = [f"{verification.count(Verdict.PROVEN)} proven{_presumed(verification)}"]
    parts += [f"{verification.count(each)} {COUNTED[each]}" for each in COUNTED if verification.count(each)]
    return f"Of {counted(promises, 'promise')} to {users}: {', '.join(parts)}."


def _presumed(verification: Verification) -> str:
    """What was not tried and is certain all the same."""
    return f" ({verification.presumed} by access controls alone)" if verification.presumed else ""


def _identity(identity: Identity, operations: Sequence[str], page: Page) -> Lines:
    heading = [
        line(str(identity.user), Style.STRONG),
        line(f"({identity.origin})", Style.MUTED),
        line(_way(identity), Style.MUTED if identity.entered else Style.ERROR),
    ]
    head = flow(heading, width=page.width, indent=0)
    room = _room(identity.cells, operations, page)
    if room < NARROWEST:
        return (*head, *(each for cell in identity.cells for each in _item(cell, page)))
    titles = _row("table", [(each, Style.MUTED) for each in operations], room, style=Style.MUTED)
    allowed, refused = (_rows(identity.cells, allowed=each) for each in (True, False))
    refusals = (line("  no access to:", Style.MUTED),) if refused else ()
    parts = (titles, _table(allowed, operations, room), refusals, _table(refused, operations, room))
    return (*head, *(each for part in parts for each in part))


def _room(found: Iterable[Cell], operations: Sequence[str], page: Page) -> int:
    """Columns for the names: as many as the longest takes, and no more than there are."""
    width = max(cells(each.promise.reach) for each in found)
    return min(max(width, len("no access to:")), page.width - INDENT - COLUMN * len(operations))


def _table(rows: Mapping[str, Mapping[str, Cell]], operations: Sequence[str], room: int) -> Lines:
    """A line for each name."""
    drawn: list[Line] = []
    for name, row in rows.items():
        marks = [_mark(row[each]) if each in row else ("", Style.PLAIN) for each in operations]
        drawn += _row(name, marks, room, style=Style.PLAIN)
    return tuple(drawn)


def _item(cell: Cell, page: Page) -> Lines:
    """One promise by itself, where a table has no room."""
    mark, style = _mark(cell)
    return flow([line(cell.promise.name), line(mark, style)], width=page.width, indent=INDENT)


def _way(identity: Identity) -> str:
    """How it got in, or that it did not."""
    way = WAYS.get(identity.way, "no way in is declared")
    by = f" with {identity.client}" if identity.client else ""
    return f"{way}{by}" if identity.entered else f"not let in: {way}{by}"


def _rows(found: Iterable[Cell], *, allowed: bool) -> Mapping[str, Mapping[str, Cell]]:
    """By what is reached, in the order of the files."""
    rows: dict[str, dict[str, Cell]] = {}
    for cell in found:
        if cell.promise.allowed is allowed:
            rows.setdefault(cell.promise.reach, {})[cell.promise.operation] = cell
    return rows


def _mark(cell: Cell) -> tuple[str, Style]:
    if cell.verdict is Verdict.PROVEN and not cell.promise.allowed:
        return REFUSED if cell.tried else BY_RULES
    return MARKS[cell.verdict]


def _row(name: str, marks: Sequence[tuple[str, Style]], room: int, *, style: Style) -> Lines:
    """A name that does not fit has a line of its own above."""
    drawn: Line = tuple(Span(f" {text:<{COLUMN - 1}}", mark) for text, mark in marks)
    if cells(name) > room:
        return ((Span(" " * INDENT), Span(name, style)), (Span(" " * (INDENT + room)), *drawn))
    return ((Span(" " * INDENT), Span(name + " " * (room - cells(name)), style), *drawn),)
