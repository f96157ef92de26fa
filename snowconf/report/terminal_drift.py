"""Drift as a person reads it: what the instance holds, what the file says, who changed it and when."""

from snowconf.model.drift import HELD, Drift
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Why
from snowconf.model.trial import Ending
from snowconf.report.changes import HANG, INDENT, render_heading
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, line
from snowconf.report.trials import render_trials
from snowconf.report.values import fitted_pair, is_long_form, line_difference

INNER = INDENT + HANG


def render_drift(drift: Drift, page: Page) -> Lines:
    """One block for each resource that differs, then diagnostics, what nobody can know, and the summary."""
    return stacked(
        [
            *(render_difference(each, page) for each in drift.differing),
            render_trials(drift.trials, page),
            render_diagnostics(drift.plan.diagnostics, page),
            _unproven(drift, page),
            paragraph(summarise_drift(drift, folder=page.folder), width=page.width, style=Style.STRONG),
        ]
    )


def summarise_drift(drift: Drift, *, folder: str) -> str:
    """The sentence at the end."""
    compared = counted(len(drift.plan.changes), "resource")
    untried = sum(each.ending in (Ending.UNTRIED, Ending.SHUT) for each in drift.trials)
    left = f" The secrets of {counted(untried, 'user')} are not proven." if untried else ""
    if not drift.differing and not drift.drifted_secrets:
        return f"No drift. The instance holds what {folder} asks for ({compared} compared).{left}"
    count = {action: sum(each.action is action for each in drift.differing) for action in Action}
    held = sum(count[each] for each in HELD)
    parts = (
        (
            held,
            f"{counted(drift.attribute_count, 'attribute')} of {counted(held, 'resource')} differ",
        ),
        (count[Action.CREATE], f"{counted(count[Action.CREATE], 'resource')} missing"),
        (count[Action.DELETE], f"{counted(count[Action.DELETE], 'resource')} not supposed to exist"),
        (
            len(drift.drifted_secrets),
            f"the secrets of {counted(len(drift.drifted_secrets), 'user')} open no door",
        ),
    )
    return f"Drift: {', '.join(text for number, text in parts if number)}; {compared} compared.{left}"


def render_difference(change: Change, page: Page) -> Lines:
    """One record: what differs, on which side it is what, and who changed it last."""
    heading = render_heading(change, page)
    if change.action is Action.CREATE:
        return (*heading, *_said("is not on the instance", page))
    if change.action is Action.DELETE:
        said = "is on the instance, and the file asks that it not be"
        return (*heading, *_said(said, page), *_by_whom(change, page, INDENT))
    attributes = (each for attribute in change.attributes for each in _attribute(change, attribute, page))
    members = (each for members in change.members for each in _members(change, members, page))
    return (*heading, *attributes, *members)


def _said(text: str, page: Page) -> Lines:
    return paragraph(text, width=page.width, indent=INDENT)


def _attribute(change: Change, attribute: AttributeChange, page: Page) -> Lines:
    note = (
        paragraph(attribute.note, width=page.width, indent=INNER, style=Style.MUTED) if attribute.note else ()
    )
    return (
        *_head(attribute.attribute, attribute, page),
        *_sides(attribute, page),
        *note,
        *_by_whom(change, page, INNER),
    )


def _sides(attribute: AttributeChange, page: Page) -> Lines:
    if attribute.sensitive:
        return paragraph("differs (sensitive, not shown)", width=page.width, indent=INNER)
    if is_long_form(attribute.before, attribute.after):
        return _script(attribute, page)
    before, after = fitted_pair(attribute.before, attribute.after, page.width - INNER - 10)
    return _labelled("instance", before, Style.REMOVED), _labelled("file", after, Style.ADDED)


def _script(attribute: AttributeChange, page: Page) -> Lines:
    legend = paragraph(
        "(- on the instance, + in the file)", width=page.width, indent=INNER, style=Style.MUTED
    )
    lines = line_difference(attribute.before, attribute.after, page.width - INNER)
    return (*legend, *((Span(" " * INNER), *each) for each in lines))


def _members(change: Change, members: MembersChange, page: Page) -> Lines:
    extra, missing = (", ".join(map(str, each)) for each in (members.remove, members.add))
    sides = (("only on the instance", extra), ("only in the file", missing))
    said = (paragraph(f"{label}: {names}", width=page.width, indent=INNER) for label, names in sides if names)
    lines = (each for part in said for each in part)
    return (*_head(members.attribute, members, page), *lines, *_by_whom(change, page, INNER))


def _head(name: str, cause: AttributeChange | MembersChange, page: Page) -> Lines:
    place = [line(str(cause.origin), Style.MUTED)] if cause.origin else []
    why = [line(f"({cause.why.value})", Style.MUTED)] if cause.why is Why.BOTH else []
    return flow([(Span("~ ", Style.CHANGED), Span(name)), *place, *why], width=page.width, indent=INDENT)


def _labelled(label: str, value: str, style: Style) -> Line:
    return Span(" " * INNER), Span(f"{label:<10}", Style.MUTED), Span(value, style)


def _by_whom(change: Change, page: Page, indent: int) -> Lines:
    if not change.updated_by:
        return ()
    text = f"record last changed by {change.updated_by} on {change.updated_on} UTC"
    return paragraph(text, width=page.width, indent=indent, style=Style.MUTED)


def _unproven(drift: Drift, page: Page) -> Lines:
    if not drift.unproven:
        return ()
    names = ", ".join(f"{address} {each.attribute}" for address, each in drift.unproven)
    text = f"Secrets cannot be read back. Not known to be the ones that the stack names: {names}."
    return paragraph(text, width=page.width, style=Style.MUTED)
