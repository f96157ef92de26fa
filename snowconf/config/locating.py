"""Where in a TOML text each key and value stands, for texts that the parser has already accepted.

The parser gives no positions. This gives nothing else: no values, and no opinion on whether a text is TOML.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import tomli

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]

# Every repetition is possessive: what cannot match is given up at once, whatever the file holds.
PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
KEY = rf"{PART}(?:[ \t]*+\.[ \t]*+{PART})*+"
GAP = r"(?:[\s\ufeff,]++|#[^\n]*+)*+"
SCALAR = (
    r'(?:"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
    r"|[^\s,\[\]{}#][^,\]}#\n]*+)"
)
HEADER = rf"(?P<header>\[\[?)[ \t]*+(?P<table>{KEY})[ \t]*+\]\]?"
STATEMENT = re.compile(rf"{GAP}(?:{HEADER}|(?P<key>{KEY})[ \t]*+=[ \t]*+(?P<scalar>{SCALAR})?)", re.DOTALL)
ITEM = re.compile(
    rf"{GAP}(?:(?P<close>[\]}}])|(?:(?P<key>{KEY})[ \t]*+=[ \t]*+)?(?P<value>{SCALAR}|[\[{{]))", re.DOTALL
)
NAME = re.compile(PART, re.DOTALL)


def locate(text: str) -> Mapping[Path, Place]:
    """Line and column, from 1, of everything in the text.

    Tables and values stand where their key is written (a table with a header of its own, at that header), items of
    arrays where the item begins.
    """
    scan = _Scan(text)
    scan.run()
    starts = [len(text) - len(text.removeprefix("\ufeff")), *(at.end() for at in re.finditer("\n", text))]
    places = {}
    for path, offset in scan.found.items():
        line = bisect_right(starts, offset)
        places[path] = (line, offset - starts[line - 1] + 1)
    return places


@dataclass(slots=True)
class _Container:
    """An array or inline table that is still open; `items` counts what an array has so far."""

    path: Path
    items: int = 0


@dataclass(slots=True)
class _Scan:
    """One pass over a text, statement by statement."""

    text: str
    found: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)

    def run(self) -> None:
        """Fill `found`."""
        position, here = 0, Path()
        while statement := STATEMENT.match(self.text, position):
            position = statement.end()
            if statement["header"]:
                here = self._enter(statement)
                continue
            path = self._name(here, statement)
            if statement["scalar"] is None:
                position = self._descend(position + 1, path)

    def _enter(self, header: re.Match[str]) -> Path:
        *ahead, (name, offset) = self._parts(*header.span("table"))
        path: Path = ()
        for outer, at in ahead:
            path = (*path, outer)
            self.found.setdefault(path, at)
            path = (*path, self.tables[path]) if path in self.tables else path
        path = (*path, name)
        if header["header"] == "[":
            self.found[path] = offset
            return path
        self.found.setdefault(path, offset)
        self.tables[path] = self.tables.get(path, -1) + 1
        path = (*path, self.tables[path])
        self.found[path] = offset
        return path

    def _name(self, here: Path, statement: re.Match[str]) -> Path:
        for name, offset in self._parts(*statement.span("key")):
            here = (*here, name)
            self.found.setdefault(here, offset)
        return here

    def _descend(self, position: int, path: Path) -> int:
        """Go through a bracketed value that opens just before `position`, and return where it ends."""
        open_: list[_Container] = [_Container(path)]
        while open_ and (item := ITEM.match(self.text, position)):
            position = item.end()
            if item["close"]:
                open_.pop()
                continue
            inner = self._place(open_[-1], item)
            if item["value"] in ("[", "{"):
                open_.append(_Container(inner))
        return position

    def _place(self, container: _Container, item: re.Match[str]) -> Path:
        if item["key"] is not None:
            return self._name(container.path, item)
        path = (*container.path, container.items)
        container.items += 1
        self.found[path] = item.start("value")
        return path

    def _parts(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        for part in NAME.finditer(self.text, start, end):
            yield _unquote(part[0]), part.start()


def _unquote(part: str) -> str:
    if part[0] == "'" or (part[0] == '"' and "\\" not in part):
        return part[1:-1]
    return next(iter(tomli.loads(f"{part} = 0"))) if part[0] == '"' else part
