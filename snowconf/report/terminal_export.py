"""What an exported update set holds and what it leaves out, as text; the set itself is `update_set_xml`'s."""

from collections.abc import Iterable
from itertools import groupby

from snowconf.model.plan import Plan
from snowconf.model.update_set import LeftBehind, Update, UpdateAction, UpdateSet
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, line

# How an update is drawn: as the plan draws its change.
GLYPHS = {"create": ("+", Style.ADDED), "update": ("~", Style.CHANGED), "delete": ("-", Style.REMOVED)}


def render_contents(update_set: UpdateSet, where: str, page: Page) -> Lines:
    """The file, the set's name, and one line for each update."""
    updates = update_set.updates
    said = f'{where}: update set "{update_set.name}", {counted(len(updates), "update")}.'
    width = max((len(each.table) for each in updates), default=0)
    head = paragraph(said, width=page.width, style=Style.STRONG)
    return (*head, *(row for each in updates for row in _update(each, width, page)))


NEXT = (
    "On the instance, with security_admin elevated: Retrieved Update Sets, Import Update Set from XML, preview, commit. "
    "In a sandbox:\n\n    snowconf sandbox import-update-set {file}\n\nThen snowconf apply takes over what was committed."
)


def render_left_behind(update_set: UpdateSet, page: Page) -> Lines:
    """What the plan would write and the set does not hold, by reason; then what to do."""
    reasons = sorted(update_set.left_behind, key=_reason)
    listed = [_group(reason, tuple(found), page) for reason, found in groupby(reasons, key=_reason)]
    head = line("Not in the update set:", Style.WARNING)
    return stacked(
        [
            ((head, *(each for group in listed for each in group)) if listed else ()),
            _awaited(update_set, page),
        ]
    )


def render_warnings(plan: Plan, page: Page) -> Lines:
    """What the plan warns of and what it puts at risk: whoever commits the set does not see the plan."""
    hazards = [
        paragraph(f"! {each.address}: {each.sentence}", width=page.width, style=Style.WARNING)
        for each in plan.hazards
    ]
    return stacked(
        [render_diagnostics(plan.diagnostics, page), tuple(row for each in hazards for row in each)]
    )


def _update(update: Update, width: int, page: Page) -> Lines:
    glyph, style = GLYPHS[_verb(update)]
    chunks: list[Line] = [
        (Span(f"{glyph} ", style), Span(f"{update.table:<{width}}")),
        (Span(update.shown or update.record),),
        (Span(str(update.address), Style.MUTED),),
    ]
    return flow(chunks, width=page.width, indent=2)


def _verb(update: Update) -> str:
    if update.action is UpdateAction.DELETE:
        return "delete"
    return "create" if update.creates else "update"


def _reason(left: LeftBehind) -> str:
    return left.reason


def _group(reason: str, found: Iterable[LeftBehind], page: Page) -> Lines:
    said = paragraph(f"{reason[:1].upper()}{reason[1:]}:", width=page.width, indent=2)
    return (*said, *(row for each in found for row in _left(each, page)))


def _left(left: LeftBehind, page: Page) -> Lines:
    what = ", ".join(left.columns) if left.columns else f"{left.table} {left.shown}".strip()
    chunks: list[Line] = [(Span(str(left.address), Style.STRONG),), (Span(what),)]
    return flow(chunks, width=page.width, indent=4)


def _awaited(update_set: UpdateSet, page: Page) -> Lines:
    if not update_set.awaited:
        return ()
    names = ", ".join(map(str, update_set.awaited))
    return paragraph(
        f"The set refers to records that are not there yet and are not in it: {names}. Apply those first, as in 'snowconf "
        f"apply --target {update_set.awaited[0]}', or the preview of the set will find references to nothing.",
        width=page.width,
        style=Style.WARNING,
    )
