"""How a value looks in a report: quoted, shortened, or as a difference of lines."""

import difflib
from typing import assert_never

from snowconf.model.value import Named, RecordRef, SecretSource, Value
from snowconf.report.escaping import visible
from snowconf.report.page import counted
from snowconf.report.styled import Lines, Style, cells, line

# How many columns of what both values share are shown before the first difference.
LEAD = 8
LONGEST_DIFF = 40


def shown(value: Value | None) -> str:
    """The value as a file would say it; `(none)` for what is absent, and for a secret the place it comes from."""
    match value:
        case None:
            return "(none)"
        case SecretSource():
            return f"(generated, kept in {value.place})" if value.generate else f"(sensitive, from {value})"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case frozenset():
            return f"[{', '.join(sorted(quoted(str(each)) for each in value))}]"
        case str() | Named() | RecordRef():
            return quoted(str(value))
        case _:
            assert_never(value)


def quoted(text: str) -> str:
    """The text in double quotes, with what is invisible in it escaped."""
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(body)}"'


def fitted(value: Value | None, room: int) -> str:
    """The value as shown, within `room` columns: cut in the middle, with the length of the text said there."""
    text = shown(value)
    if cells(text) <= room:
        return text
    mark = _mark(value, text, room)
    rest = max(room - len(mark), LEAD)
    return _head(text, rest - rest // 2) + mark + _head(text[::-1], rest // 2)[::-1]


def fitted_pair(before: Value | None, after: Value | None, room: int) -> tuple[str, str]:
    """Both within `room`; when both are too long, each is shown from where they begin to differ."""
    one, other = shown(before), shown(after)
    start = max(_shared(one, other) - LEAD, 0)
    if not start or min(cells(one), cells(other)) <= room:
        return fitted(before, room), fitted(after, room)
    return _from(before, start, room), _from(after, start, room)


def _from(value: Value | None, start: int, room: int) -> str:
    text = shown(value)
    mark = _mark(value, text, room)
    rest = max(room - len(mark), LEAD)
    tail = text[start:]
    return mark + (tail if cells(tail) <= rest else _head(tail, rest - 1) + "…")


def _mark(value: Value | None, text: str, room: int) -> str:
    """How long the text is; on narrow pages the number alone."""
    length = len(value) if isinstance(value, str) else len(text)
    mark = f"…({counted(length, 'character')})…"
    return mark if len(mark) + LEAD <= room else f"…({length:,})…"


def _head(text: str, room: int) -> str:
    head = text[:room]
    while cells(head) > room:
        head = head[:-1]
    return head


def _shared(before: str, after: str) -> int:
    pairs = enumerate(zip(before, after, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))


def is_long_form(*values: Value | None) -> bool:
    """Is any of them a text of several lines?"""
    return any(isinstance(value, str) and "\n" in value.strip("\n") for value in values)


def line_difference(before: Value | None, after: Value | None, room: int) -> Lines:
    """A unified diff of two texts without its headers, two lines of context, cut after forty lines."""
    diff = difflib.unified_diff(_lines(before), _lines(after), n=2, lineterm="")
    drawn = list(diff)[2:] or ["(only the end of the last line differs)"]
    body = tuple(line(_clipped(each, room), _style(each)) for each in drawn[:LONGEST_DIFF])
    left = len(drawn) - LONGEST_DIFF
    return (*body, line(f"({counted(left, 'more line')})", Style.MUTED)) if left > 0 else body


def _lines(value: Value | None) -> list[str]:
    return str(value).removesuffix("\n").split("\n") if value not in (None, "") else []


def _clipped(text: str, room: int) -> str:
    spread = text.expandtabs(4)
    return spread if cells(spread) <= room else _head(spread, room - 1) + "…"


def _style(text: str) -> Style:
    return {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.MUTED, "(": Style.MUTED}.get(
        text[:1], Style.PLAIN
    )
