"""Secrets that are being exchanged, as a person reads it: what was done, what is to be done, how far each has come."""

from collections.abc import Sequence

from snowconf.model.rotation import Rotation, RotationReport
from snowconf.report.escaping import visible
from snowconf.report.page import Page, flow, paragraph, stacked
from snowconf.report.styled import Lines, Style, line


def render_rotation(report: RotationReport, page: Page) -> Lines:
    """What a run did, then what comes next, numbered."""
    done = [paragraph(visible(each), width=page.width) for each in report.done]
    numbered = [f"{number}. {visible(each)}" for number, each in enumerate(report.todo, 1)]
    todo = tuple(each for text in numbered for each in paragraph(text, width=page.width, indent=2))
    title = paragraph("What comes next:", width=page.width, style=Style.STRONG) if todo else ()
    return stacked([*done, (*title, *todo)])


def render_rotations(rotations: Sequence[Rotation], page: Page) -> Lines:
    """A line for each, or that there is none."""
    if not rotations:
        return paragraph("No rotation is under way.", width=page.width)
    return tuple(each for rotation in rotations for each in _row(rotation, page))


def _row(rotation: Rotation, page: Page) -> Lines:
    return flow(
        [
            line(str(rotation.address), Style.STRONG),
            line(rotation.attribute),
            line(rotation.stage.value, Style.CHANGED),
            line(f"since {rotation.since} UTC", Style.MUTED),
            line(f"next secret in {rotation.store.place}", Style.MUTED),
        ],
        width=page.width,
        indent=0,
    )
