"""The part of YAML that looks like JSON, as annotations have it: `{id: a.b, tags: [x, "y"]}`. Not here: YAML over lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Flow: TypeAlias = "str | list[Flow] | Mapping[str, Flow]"
PIECE = re.compile(
    r"\s*(?:(?P<mark>[{}\[\],]|:(?=[\s{\[\"']))|(?P<quoted>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')"
    r"|(?P<plain>[^\s{}\[\],\"'](?:[^{}\[\],:]|:(?![\s{\[\"']))*))"
)


def read_flow(text: str) -> Flow:
    """What the text holds.

    Raises:
        ValueError: it is not written so.
    """
    pieces = [(str(each.lastgroup), each[str(each.lastgroup)].strip()) for each in PIECE.finditer(text)]
    if PIECE.sub("", text).strip():
        raise ValueError(text)
    reading = _Reading(pieces)
    read = reading.value()
    if reading.pieces:
        raise ValueError(text)
    return read


def unquoted(text: str) -> str:
    """A text without the quotes that are around it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace('\\"', '"') if text[0] == '"' else text[1:-1].replace("''", "'")
    return text


@dataclass(slots=True)
class _Reading:
    """What is left of the pieces, each with its sort."""

    pieces: list[tuple[str, str]]

    def value(self) -> Flow:
        sort, text = self._next()
        if sort != "mark":
            return unquoted(text)
        match text:
            case "{":
                return self._map()
            case "[":
                return self._list()
            case _:
                raise ValueError(text)

    def _map(self) -> Flow:
        read: dict[str, Flow] = {}
        while not self._ends("}"):
            sort, key = self._next()
            if sort == "mark" or unquoted(key) in read or self._next() != ("mark", ":"):
                raise ValueError(key)
            read[unquoted(key)] = self.value()
        return read

    def _list(self) -> Flow:
        read: list[Flow] = []
        while not self._ends("]"):
            read.append(self.value())
        return read

    def _ends(self, closing: str) -> bool:
        """Is it over? Passes the comma between two members."""
        if self.pieces[:1] == [("mark", ",")]:
            self.pieces.pop(0)
        if self.pieces[:1] != [("mark", closing)]:
            return False
        self.pieces.pop(0)
        return True

    def _next(self) -> tuple[str, str]:
        if not self.pieces:
            raise ValueError(self.pieces)
        return self.pieces.pop(0)
