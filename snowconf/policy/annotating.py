"""`# METADATA` above a rule, in OPA's own form: the part of YAML that annotations are written in.

Maps by indentation, texts with and without quotes, texts over several lines (`|`, `>`), lists of `- text`, and what looks
like JSON (`flowing`). No more: what would be read as something else than YAML has there is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.policy.flowing import Flow, read_flow, unquoted
from snowconf.policy.scanning import Token

Annotation: TypeAlias = Mapping[str, Flow]
ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w-]*|\"[^\"]*\"|'[^']*')\s*:(?:\s+(?P<value>.*))?")
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
    if bare and "\t" in text[: text.index(bare)]:
        raise AnnotationError(comment.line)
    return _Row(comment.line, len(text) - len(text.lstrip()), bare) if bare else None


def _read_map(rows: Sequence[_Row]) -> Annotation:
    read: dict[str, Flow] = {}
    for head, inner in _entries(rows):
        entry = ENTRY.fullmatch(head.text)
        key = unquoted(entry["key"]) if entry else ""
        if entry is None or key in read:
            raise AnnotationError(head.line)
        try:
            read[key] = _value((entry["value"] or "").strip(), inner)
        except ValueError:
            raise AnnotationError(head.line) from None
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


def _value(text: str, inner: Sequence[_Row]) -> Flow:
    if BLOCK.fullmatch(text):
        return ("\n" if text[0] == "|" else " ").join(each.text for each in inner)
    if text or not inner:
        return _plain(" ".join((text, *(each.text for each in inner))))
    if inner[0].text.startswith("- "):
        return [_plain(each.text.removeprefix("- ")) for each in inner]
    if ENTRY.fullmatch(inner[0].text):
        return _read_map(inner)
    return _plain(" ".join(each.text for each in inner))


def _plain(text: str) -> Flow:
    bare = text.strip()
    if bare[:1] in ("{", "["):
        return read_flow(re.sub(r"\s+#.*", "", bare))
    said = unquoted(bare)
    return said if said != bare else re.sub(r"\s+#.*", "", bare)
