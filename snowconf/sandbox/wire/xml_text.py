"""XML as the REST APIs read and write it: `<request><entry>…` in, `<response><result>…` out (the vendor's page on REST).

Nothing of a document is ever fetched or expanded: one that declares anything is refused.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from snowconf.sandbox.wire.decoding import UnreadableBodyError, clean

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
ENTRY_DEPTH = 2


def write(body: Any) -> bytes:
    """The JSON value as a response; a list becomes as many elements as it has items."""
    return "".join((HEAD, *_element("response", body))).encode()


def _element(name: str, value: Any) -> Iterator[str]:
    tag = name if _NAME.fullmatch(name) else "field"
    match value:
        case list():
            for each in value:
                yield from _element(name, each)
        case dict():
            yield f"<{tag}>"
            for key, each in value.items():
                yield from _element(key, each)
            yield f"</{tag}>"
        case None | "":
            yield f"<{tag}/>"
        case _:
            yield f"<{tag}>{escape(_UNSPEAKABLE.sub('', str(value)), quote=False)}</{tag}>"


def read(body: bytes) -> dict[str, str]:
    """The columns of the first entry of a request.

    Raises:
        UnreadableBodyError: it is no XML, or declares something.
    """
    reader = Reader()
    try:
        reader.parse(body)
    except ExpatError as error:
        raise UnreadableBodyError from error
    return {clean(name): clean(text) for name, text in reader.columns()}


class Reader:
    """Keeps the texts of a document's innermost elements, with the names of those around them."""

    def __init__(self) -> None:
        self._way: list[str] = []
        self._text: list[str] = []
        self._entries = 0
        self._found: list[tuple[int, str, str]] = []

    def parse(self, body: bytes) -> None:
        """Read the whole document."""
        parser = ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = _refuse
        parser.Parse(body, True)

    def columns(self) -> Iterable[tuple[str, str]]:
        """Names and texts of the first entry; of the whole request when it has no entries."""
        return [(name, text) for entry, name, text in self._found if entry <= 1]

    def _start(self, name: str, _attributes: object) -> None:
        self._way.append(name)
        self._text.clear()
        if name == "entry" and len(self._way) == ENTRY_DEPTH:
            self._entries += 1

    def _end(self, name: str) -> None:
        inside = ENTRY_DEPTH + (self._entries > 0)
        if len(self._way) == inside and name != "entry":
            self._found.append((self._entries, name, "".join(self._text)))
        self._way.pop()


def _refuse(*_: object) -> None:
    """A document type could define entities that expand without end."""
    raise UnreadableBodyError
