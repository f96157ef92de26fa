"""A TOML text as the statements it is written in, comments and line ends included, for texts the parser has accepted.

Nothing of it is decoded: strings and numbers are as they were typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from snowconf.config.locating import HEADER, KEY, NAME, SCALAR

BLANKS = r"[ \t]*+"
COMMENT = r"(?P<comment>#[^\n]*+)"
START = re.compile(
    rf"{BLANKS}(?:(?P<end>\n|\Z)|{COMMENT}|{HEADER}|(?P<key>{KEY}){BLANKS}(?P<equals>=))", re.DOTALL
)
PIECE = re.compile(
    rf"{BLANKS}(?:(?P<end>\n|\Z)|{COMMENT}|(?P<mark>[\[\]{{}},])|(?P<key>{KEY}){BLANKS}=|(?P<scalar>{SCALAR}))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment with its #: the column it was written at, from 0, and how many blanks were before it."""

    text: str
    column: int
    gap: int


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a value: a bracket or comma, `key` of an inline table with its =, a scalar, or the end of a line."""

    text: str
    comment: Comment | None = None

    @property
    def is_end(self) -> bool:
        """Does the line end here? Its comment, if it has one, is then `comment`."""
        return self.text == "\n"


END = Token("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A header, a key with its value, a comment alone, or (with nothing in it) an empty line.

    `equals` is the column of the = after the key, from 0 and without what the line was indented by.
    """

    header: str = ""
    key: str = ""
    equals: int = 0
    value: tuple[Token, ...] = ()
    comment: Comment | None = None

    @property
    def is_blank(self) -> bool:
        """Is it an empty line?"""
        return not (self.header or self.key or self.comment)

    @property
    def is_remark(self) -> bool:
        """Is it a line with nothing but a comment?"""
        return self.comment is not None and not (self.header or self.key)


def statements_of(text: str) -> list[Statement]:
    """All of them in their order; the text has line feeds and no byte order mark."""
    return list(_Reader(text).run())


def veiled(text: str) -> str:
    """The text with dots for every value and comment, any of which may be a secret; lines stay lines."""
    reader, shown, position = _Reader(text), [], 0
    for _ in reader.run():
        for start, end in reader.telling:
            shown += [text[position:start], _veil(text[start:end])]
            position = end
        reader.telling.clear()
    return "".join((*shown, text[position:]))


def tidy(key: str) -> str:
    """A key of several parts without the blanks around its dots."""
    return ".".join(NAME.findall(key))


@dataclass(slots=True)
class _Reader:
    text: str
    position: int = 0
    telling: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> Iterator[Statement]:
        while self.position < len(self.text):
            start, began = self.position, self._next(START)
            if began["end"] is not None:
                yield Statement()
            elif began["comment"]:
                self._next(START)
                yield Statement(comment=self._comment(began))
            elif began["header"]:
                brackets = len(began["header"])
                header = f"{'[' * brackets}{tidy(began['table'])}{']' * brackets}"
                yield Statement(header=header, comment=self._rest())
            else:
                yield self._pair(start, began)

    def _pair(self, start: int, began: re.Match[str]) -> Statement:
        indent = began.start("key") - start
        equals = began.start("equals") - start - indent
        value = self._value()
        return Statement(key=tidy(began["key"]), equals=equals, value=value, comment=self._rest())

    def _value(self) -> tuple[Token, ...]:
        tokens: list[Token] = []
        depth = 0
        while not tokens or depth:
            piece = self._next(PIECE)
            depth += (piece["mark"] in ("[", "{")) - (piece["mark"] in ("]", "}"))
            tokens.append(self._token(piece))
        return tuple(tokens)

    def _token(self, piece: re.Match[str]) -> Token:
        if piece["comment"]:
            self._next(PIECE)
            return Token("\n", self._comment(piece))
        if piece["key"]:
            return Token(f"{tidy(piece['key'])} =")
        if piece["scalar"]:
            scalar = piece["scalar"].rstrip()
            self.position = piece.start("scalar") + len(scalar)
            self.telling.append((piece.start("scalar"), self.position))
            return Token(scalar)
        return Token(piece["mark"] or "\n")

    def _rest(self) -> Comment | None:
        """The comment behind a statement, up to the end of its line."""
        piece = self._next(START)
        if piece["comment"]:
            self._next(START)
            return self._comment(piece)
        return None

    def _comment(self, piece: re.Match[str]) -> Comment:
        at = piece.start("comment")
        line = self.text.rfind("\n", 0, at) + 1
        self.telling.append(piece.span("comment"))
        return Comment(text=piece["comment"].rstrip(), column=at - line, gap=at - piece.start())

    def _next(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.position)
        assert found is not None, self.position
        self.position = found.end()
        return found


def _veil(part: str) -> str:
    if part in ("true", "false"):
        return part
    if part.startswith("#"):
        return "# …" + part[len(part.rstrip()) :]
    quotes = re.match("\"\"\"|'''|[\"']|", part)
    assert quotes is not None, part
    return quotes[0] + "\n".join("…" for _ in part.split("\n")) + quotes[0]
