"""Lines of text with meaning attached to their parts. Turning them into a terminal's colours happens here, last."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from snowconf.report.escaping import visible


class Style(Enum):
    """What a part of a line means; the value is the SGR parameter that a terminal draws it with."""

    PLAIN = ""
    STRONG = "1"
    MUTED = "2"
    ADDED = "32"
    CHANGED = "33"
    REMOVED = "31"
    WARNING = "1;33"
    ERROR = "1;31"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. Whatever it is given, it holds nothing that a terminal would act on."""

    text: str
    style: Style = Style.PLAIN

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", visible(self.text))


Line: TypeAlias = tuple[Span, ...]
Lines: TypeAlias = tuple[Line, ...]

BLANK: Line = ()


def line(text: str, style: Style = Style.PLAIN) -> Line:
    """A line of one run."""
    return (Span(text, style),)


def cells(text: str) -> int:
    """How many columns of a terminal the text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cells(each) for each in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def extent(line: Line) -> int:
    """How many columns the line takes."""
    return sum(cells(span.text) for span in line)


def to_plain(lines: Iterable[Line]) -> str:
    """The text without any style, each line ended."""
    return "".join("".join(span.text for span in _inert(line)).rstrip() + "\n" for line in lines)


def to_ansi(lines: Iterable[Line]) -> str:
    """The text with SGR sequences, each line ended; every styled run is closed on its own line."""
    return "".join("".join(_painted(span) for span in _inert(line)) + "\n" for line in lines)


def _inert(pieces: Line) -> Line:
    """The line as nobody takes it for a workflow command: GitHub's begin with two colons, whatever blanks are before."""
    if not "".join(span.text for span in pieces).lstrip().startswith("::"):
        return pieces
    first = next(number for number, span in enumerate(pieces) if span.text.strip())
    head = pieces[first]
    escaped = Span(head.text.replace(":", "\\x3a", 1), head.style)
    return (*pieces[:first], escaped, *pieces[first + 1 :])


def _painted(span: Span) -> str:
    return f"\x1b[{span.style.value}m{span.text}\x1b[0m" if span.style.value else span.text
