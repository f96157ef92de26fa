"""One change of a plan as a block of lines: what reviewers read, attribute by attribute."""

from collections.abc import Iterable
from dataclasses import dataclass

from snowconf.model.diagnostic import Severity
from snowconf.model.hazard import Hazard
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange
from snowconf.model.value import SecretSource
from snowconf.report.page import Page, counted, flow, indented, joined, paragraph
from snowconf.report.styled import Line, Lines, Span, Style, cells, extent, line
from snowconf.report.values import fitted, fitted_pair, is_long_form, line_difference, quoted, shown

INDENT = 6
HANG = 4
WIDEST_VALUE = 100
STYLES = {
    Action.CREATE: Style.ADDED,
    Action.UPDATE: Style.CHANGED,
    Action.DELETE: Style.REMOVED,
    Action.ADOPT: Style.CHANGED,
    Action.FORGET: Style.MUTED,
    Action.NO_OP: Style.PLAIN,
}
HAZARD_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """An attribute: pieces that should stand on one line, and lines that stand below it in any case."""

    action: Action
    name: str
    pieces: tuple[Line, ...]
    gap: str = " "
    origin: str = ""
    below: Lines = ()

    @property
    def body(self) -> Line:
        return joined(self.pieces, self.gap)


def render_change(change: Change, page: Page) -> Lines:
    """The block of one change: its address and place, its history, its attributes, its hazards, its notes."""
    rows = [_attribute_row(change, each, page) for each in change.attributes]
    rows += [_members_row(change, each) for each in change.members]
    return (
        *render_heading(change, page),
        *render_history(change, page),
        *_render_rows(rows, page),
        *_hazards(change.hazards, page),
        *_notes(change.notes, page),
        *_hidden(change),
    )


def render_heading(change: Change, page: Page) -> Lines:
    """Symbol and address, the name where it is another than the label, and where the block begins."""
    style = STYLES[change.action]
    head = (Span(f"{change.action.glyph} ", style), Span(str(change.address), Style.STRONG))
    name = [line(quoted(change.name))] if change.name not in ("", change.address.label) else []
    return flow([head, *name, line(f"({change.origin.place})", Style.MUTED)], width=page.width, indent=2)


def render_history(change: Change, page: Page) -> Lines:
    """Its history as a line; nothing for a new one."""
    text = ", ".join(history_of(change))
    return paragraph(text, width=page.width, indent=INDENT, style=Style.MUTED) if text else ()


def history_of(change: Change) -> tuple[str, ...]:
    """Why it comes or goes, whether it was found rather than made, and who touched it last."""
    left = "its block has left the files" if change.leaving else ""
    lost = "applied before, and gone from the instance since" if _is_lost(change) else ""
    found = "found on the instance" if change.found else ""
    last = f"last changed by {change.updated_by} on {change.updated_on} UTC" if change.updated_by else ""
    return tuple(filter(None, (left, lost, found, last)))


def _is_lost(change: Change) -> bool:
    return change.action is Action.CREATE and any(each.why for each in change.attributes)


def _attribute_row(change: Change, attribute: AttributeChange, page: Page) -> _Row:
    room = page.width - INDENT - HANG
    long_form = is_long_form(attribute.before, attribute.after) and not attribute.sensitive
    below = line_difference(attribute.before, attribute.after, room) if long_form else ()
    note = paragraph(attribute.note, width=room, style=Style.MUTED) if attribute.note else ()
    return _Row(
        action=change.action,
        name=attribute.attribute,
        pieces=(
            *(() if long_form else _values(change, attribute, min(room - 3, WIDEST_VALUE))),
            *_reason(change, attribute),
        ),
        origin=place_of(attribute),
        below=tuple(indented(each, INDENT + HANG) for each in (*below, *note)),
    )


def _values(change: Change, attribute: AttributeChange, room: int) -> tuple[Line, ...]:
    if attribute.sensitive:
        return _secret(attribute)
    before, after = fitted_pair(attribute.before, attribute.after, room)
    if change.action is Action.CREATE:
        return (line(fitted(attribute.after, room)),)
    if change.action is Action.DELETE:
        return (line(fitted(attribute.before, room)),)
    return line(before), (Span("-> "), Span(after))


def _secret(attribute: AttributeChange) -> tuple[Line, ...]:
    if isinstance(attribute.after, SecretSource):
        first, _, rest = shown(attribute.after).partition(" ")
        return line(first), line(rest)
    return (line("(sensitive)"),)


def _reason(change: Change, cause: AttributeChange | MembersChange) -> tuple[Line, ...]:
    reason = reason_of(change, cause)
    return (line(f"({reason})", Style.MUTED),) if reason else ()


def reason_of(change: Change, cause: AttributeChange | MembersChange) -> str:
    """Which side moved since the last apply, where that is known; for a record that is gone its history says it."""
    return cause.why.value if cause.why and change.action is not Action.CREATE else ""


def place_of(cause: AttributeChange | MembersChange) -> str:
    """The line where it is written; nothing when something else may stand there now."""
    return str(cause.origin) if cause.origin and not cause.origin.gone else ""


def _members_row(change: Change, members: MembersChange) -> _Row:
    kept = [line(f"({len(members.kept)} unchanged)", Style.MUTED)] if members.kept else []
    return _Row(
        action=change.action,
        name=members.attribute,
        pieces=(
            *(line(f"+ {each}", Style.ADDED) for each in members.add),
            *(line(f"- {each}", Style.REMOVED) for each in members.remove),
            *kept,
            *_reason(change, members),
        ),
        gap="  ",
        origin=place_of(members),
    )


def _render_rows(rows: list[_Row], page: Page) -> Lines:
    names = max((cells(row.name) for row in rows), default=0)
    fits = [row for row in rows if _one_line(row, names, 0) <= page.width]
    bodies = max((extent(row.body) for row in fits), default=0)
    return tuple(each for row in rows for each in _render_row(row, names, bodies, page))


def _one_line(row: _Row, names: int, bodies: int) -> int:
    place = 3 + cells(row.origin) if row.origin else 0
    return INDENT + 2 + names + 2 + max(extent(row.body), bodies) + place


def _render_row(row: _Row, names: int, bodies: int, page: Page) -> Lines:
    if _one_line(row, names, 0) > page.width:
        return (*_broken(row, page), *row.below)
    widest = bodies if _one_line(row, names, bodies) <= page.width else extent(row.body)
    pad = " " * (names - cells(row.name) + 2)
    place = " " * (widest - extent(row.body) + 3)
    aligned = (*_head(row), Span(pad), *row.body, Span(place), Span(row.origin, Style.MUTED))
    return (indented(aligned if row.origin else aligned[:-2], INDENT), *row.below)


def _broken(row: _Row, page: Page) -> Lines:
    place = [line(row.origin, Style.MUTED)] if row.origin else []
    first = flow([_head(row), *place], width=page.width, indent=INDENT, hang=HANG)
    return (*first, *flow(row.pieces, width=page.width, indent=INDENT + HANG, hang=0))


def _head(row: _Row) -> Line:
    return Span(f"{row.action.glyph} ", STYLES[row.action]), Span(row.name)


def _hazards(hazards: Iterable[Hazard], page: Page) -> Lines:
    """What the change may break, each in its own words; those that stop the plan are also among its errors."""
    return tuple(
        each
        for hazard in hazards
        for each in paragraph(
            f"! {hazard.sentence}", width=page.width, indent=INDENT, style=HAZARD_STYLES[hazard.severity]
        )
    )


def _notes(notes: Iterable[str], page: Page) -> Lines:
    return tuple(
        each for note in notes for each in paragraph(f"Note: {note}", width=page.width, indent=INDENT)
    )


def _hidden(change: Change) -> Lines:
    if not change.unchanged or change.action is Action.CREATE:
        return ()
    text = f"({counted(change.unchanged, 'unchanged attribute')} hidden)"
    return (indented(line(text, Style.MUTED), INDENT),)
