"""`# METADATA` above a rule, in OPA's own form: the part of YAML that annotations are written in.

Maps by indentation, texts with and without quotes, texts over several lines (`|`, `>`), lists of `- text`. No more.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.policy.scanning import Token

Annotation: TypeAlias = Mapping[str, "str | Annotation | list[str]"]
ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w-]*)\s*:(?:\s+(?P<value>.*))?")
BLOCK = re.compile(r"[|>][+-]?")


class AnnotationError(Exception):
    """A line that cannot be understood; `line` is its number in the file."""

    def __init__(self, line: int) -> None:
        super().__init__("not understood")
        self.line = line


@dataclass(frozen=True, slots=True)
class _Row:
    """A line without its comment sign."""

    line: int
    indent: int
    text: str


def annotations(comments: Sequence[Token]) -> Iterator[tuple[int, Annotation]]:
    """The last line of each annotation, and what it says.

    Raises:
        AnnotationError: it is not written in the part of YAML that is known here.
    """
    for block in _blocks(comments):
        heads = [index for index, each in enumerate(block) if each.text.lstrip("# ") == "METADATA"]
        if heads:
            rows = [row for each in block[heads[0] + 1 :] if (row := _row(each)) is not None]
            yield block[-1].line, _read_map(rows)


def _blocks(comments: Sequence[Token]) -> Iterator[list[Token]]:
    """Comments on lines right below each other."""
    block: list[Token] = []
    for each in comments:
        if block and each.line != block[-1].line + 1:
            yield block
            block = []
        block.append(each)
    if block:
        yield block


def _row(comment: Token) -> _Row | None:
    text = comment.text[1:]
    bare = text.strip()
    return _Row(comment.line, len(text) - len(text.lstrip()), bare) if bare else None


def _read_map(rows: Sequence[_Row]) -> Annotation:
    read: dict[str, str | Annotation | list[str]] = {}
    for head, inner in _entries(rows):
        entry = ENTRY.fullmatch(head.text)
        if entry is None:
            raise AnnotationError(head.line)
        read[entry["key"]] = _value((entry["value"] or "").strip(), inner)
    return read


def _entries(rows: Sequence[_Row]) -> Iterator[tuple[_Row, list[_Row]]]:
    """Each line that stands as far out as the first, with those that belong to it."""
    head, inner = None, list[_Row]()
    for row in rows:
        is_item = row.text.startswith("- ") and head is not None and row.indent == head.indent
        if head is not None and (row.indent > head.indent or is_item):
            inner.append(row)
            continue
        if head is not None:
            if row.indent < head.indent:
                raise AnnotationError(row.line)
            yield head, inner
        head, inner = row, []
    if head is not None:
        yield head, inner


def _value(text: str, inner: Sequence[_Row]) -> str | Annotation | list[str]:
    if BLOCK.fullmatch(text):
        return ("\n" if text[0] == "|" else " ").join(each.text for each in inner)
    if text or not inner:
        return _plain(" ".join((text, *(each.text for each in inner))))
    if inner[0].text.startswith("- "):
        return [_plain(each.text.removeprefix("- ")) for each in inner]
    if ENTRY.fullmatch(inner[0].text):
        return _read_map(inner)
    return _plain(" ".join(each.text for each in inner))


def _plain(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        return bare[1:-1].replace('\\"', '"') if bare[0] == '"' else bare[1:-1].replace("''", "'")
    return re.sub(r"\s+#.*", "", bare)
