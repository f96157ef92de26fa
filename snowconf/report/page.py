"""What a report is laid out on, and how: pieces that flow onto lines, prose that wraps."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.report.styled import BLANK, Line, Lines, Span, Style, extent, line

NARROWEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`width` in columns, `folder` as the user typed it, `sources` from a file's name to its lines, for quoting."""

    width: int = 80
    folder: str = "."
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", max(self.width, NARROWEST))


def indented(pieces: Line, indent: int) -> Line:
    """The line moved to the right."""
    return (Span(" " * indent), *pieces) if indent else pieces


def joined(chunks: Iterable[Line], gap: str = "  ") -> Line:
    """The chunks on one line."""
    spans: list[Span] = []
    for chunk in chunks:
        spans.extend((Span(gap), *chunk) if spans else chunk)
    return tuple(spans)


def flow(chunks: Sequence[Line], *, width: int, indent: int, hang: int = 4) -> Lines:
    """The chunks two columns apart, on as many lines as they need; later lines stand `hang` further in."""
    rows: list[list[Line]] = [[]]
    for chunk in chunks:
        left = indent if len(rows) == 1 else indent + hang
        if rows[-1] and left + extent(joined([*rows[-1], chunk])) > width:
            rows.append([])
        rows[-1].append(chunk)
    return tuple(indented(joined(row), indent + (hang if number else 0)) for number, row in enumerate(rows))


def paragraph(text: str, *, width: int, indent: int = 0, style: Style = Style.PLAIN) -> Lines:
    """Prose wrapped at spaces; a line end in the text stays one, and words are never broken (paths, commands)."""
    wrapped = (
        textwrap.wrap(part, width - indent, break_long_words=False, break_on_hyphens=False) or [""]
        for part in text.split("\n")
    )
    return tuple(indented(line(each, style), indent) for part in wrapped for each in part)


def stacked(blocks: Iterable[Lines]) -> Lines:
    """The blocks with an empty line between; empty blocks leave no trace."""
    lines: list[Line] = []
    for block in filter(None, blocks):
        lines.extend((BLANK, *block) if lines else block)
    return tuple(lines)


def counted(number: int, noun: str) -> str:
    """`1 resource`, `2 resources`, `1,204 characters`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
