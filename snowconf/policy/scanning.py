"""Rego text as tokens, as far as it takes to find packages, rules, calls and nesting. What it means is the engine's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)|(?P<text>\"(?:[^\"\\\n]|\\.)*\"?|`[^`]*`?)|(?P<word>[A-Za-z_]\w*)|(?P<open>[\[({])|(?P<close>[\])}])"
    r"|(?P<end>\n)|(?P<gap>[^\S\n]+)|(?P<mark>:=|.)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One piece: its sort, where it begins (line and column from 1), how deep in brackets, whether it begins a line."""

    sort: str
    text: str
    start: int
    line: int
    column: int
    depth: int
    is_first: bool
    # Right behind the one before it, without a gap.
    is_joined: bool


def scan(text: str) -> Sequence[Token]:
    """Every token but comments, gaps and line ends."""
    return [each for each in _tokens(text) if each.sort != "comment"]


def comments(text: str) -> Sequence[Token]:
    """Every comment that has its line to itself."""
    return [each for each in _tokens(text) if each.sort == "comment" and each.is_first]


def is_annotation(comment: Token) -> bool:
    """Does an annotation begin with it? As OPA has it, whatever stands behind the word."""
    return comment.text.lstrip("# ").startswith("METADATA")


def depth_of(tokens: Sequence[Token]) -> Token | None:
    """The token in the deepest brackets."""
    return max(tokens, key=lambda each: each.depth, default=None)


def _tokens(text: str) -> Iterator[Token]:
    line, line_start, depth, is_first, is_joined = 1, 0, 0, True, False
    for found in TOKEN.finditer(text):
        sort, piece = str(found.lastgroup), found[0]
        if sort not in ("end", "gap"):
            depth += sort == "open"
            yield Token(
                sort=sort,
                text=piece,
                start=found.start(),
                line=line,
                column=found.start() - line_start + 1,
                depth=depth,
                is_first=is_first,
                is_joined=is_joined,
            )
            depth = max(depth - (sort == "close"), 0)
        if "\n" in piece:
            line, line_start = line + piece.count("\n"), found.start() + piece.rfind("\n") + 1
        is_first = sort == "end" or (is_first and sort == "gap")
        is_joined = sort not in ("end", "gap")


WHOLE = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`")


def is_whole(token: Token) -> bool:
    """False for a text whose end is missing."""
    return token.sort != "text" or WHOLE.fullmatch(token.text) is not None


def reference(tokens: Sequence[Token], start: int) -> tuple[str, int]:
    """The same as `dotted`, with texts in an index as names: `http["send"]` is `http.send`."""
    name, behind = dotted(tokens, start)
    while [each.sort for each in tokens[behind : behind + 3]] == ["open", "text", "close"]:
        if tokens[behind].text != "[" or not tokens[behind].is_joined:
            break
        name = f"{name}.{tokens[behind + 1].text[1:-1]}"
        behind += 3
        while [each.text for each in tokens[behind : behind + 1] if each.is_joined] == ["."]:
            if [each.sort for each in tokens[behind + 1 : behind + 2]] != ["word"]:
                break
            more, behind = dotted(tokens, behind + 1)
            name = f"{name}.{more}"
    return name, behind


def dotted(tokens: Sequence[Token], start: int) -> tuple[str, int]:
    """The name that begins at a word, as in `data.lib.limits`, and the index behind it."""
    names = [tokens[start].text]
    for index in count(start + 1, 2):
        ahead = tokens[index : index + 2]
        if (
            [each.sort for each in ahead] != ["mark", "word"]
            or ahead[0].text != "."
            or not ahead[0].is_joined
        ):
            return ".".join(names), index
        names.append(ahead[1].text)
    raise AssertionError(names)
