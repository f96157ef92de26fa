"""Stack files in one form, comments and line breaks kept. Values are never rewritten: only what stands between them.

Statements begin at the margin; one blank stands around = and after commas, and lines of which all = stand below each
other keep that; a table is set off by one empty line, with the comments right above it; a comment behind a value stays at
its column as long as there is room.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from snowconf.config.statements import END, Comment, Statement, Token, statements_of

INDENT = "    "
OPENING, CLOSING = ("[", "{"), ("]", "}")
EQUALS, COMMA = Token("="), Token(",")


def format_text(text: str) -> str:
    """The text of a file that is TOML, formatted; its line ends are those of its first line."""
    ends = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    statements = statements_of(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    lines = (line for part in _parts(_spaced(statements)) for line in _written(part))
    return "".join(f"{line}\n" for line in lines).replace("\n", ends)


def _spaced(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements with empty lines where they belong, and nowhere else."""
    before: Statement | None = None
    gap = False
    for is_blank, run in groupby(statements, key=lambda each: each.is_blank):
        if is_blank:
            gap = before is not None
            continue
        shown = list(_set_off(run))
        if gap and not (before and before.header and shown[0].key):
            yield Statement()
        yield from shown
        before = shown[-1]


def _set_off(run: Iterable[Statement]) -> Iterator[Statement]:
    """A run without empty lines, with one before each header but at its beginning; remarks right above belong to it."""
    remarks: list[Statement] = []
    begun = False
    for statement in run:
        if statement.is_remark:
            remarks.append(statement)
            continue
        if begun and statement.header:
            yield Statement()
        yield from (*remarks, statement)
        remarks, begun = [], True
    yield from remarks


def _parts(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Keys on lines below each other together, and all else likewise."""
    for _, part in groupby(statements, key=lambda each: bool(each.key)):
        yield list(part)


def _written(part: Sequence[Statement]) -> Iterator[str]:
    width = _width(part)
    for each in part:
        if each.key:
            yield from _pair(each, width)
        else:
            yield _with_comment(each.header, each.comment)


def _width(part: Sequence[Statement]) -> int:
    """How wide keys are written: as the longest where every = stood in one column, and else as each is."""
    in_line = len({each.equals for each in part}) == 1
    return max(len(each.key) for each in part) if in_line else 0


def _pair(pair: Statement, width: int) -> Sequence[str]:
    lines = [f"{pair.key:<{width}} ="]
    depth, before = 0, EQUALS
    for token in _punctuated(pair.value):
        if token.is_end:
            lines[-1] = _with_comment(lines[-1] or (INDENT * depth if token.comment else ""), token.comment)
            lines.append("")
        else:
            depth -= token.text in CLOSING
            lines[-1] += (INDENT * depth if before.is_end else _between(before, token)) + token.text
            depth += token.text in OPENING
        before = token
    lines[-1] = _with_comment(lines[-1], pair.comment)
    return lines


def _between(before: Token, token: Token) -> str:
    """What stands between two tokens of one line."""
    tight = before.text == "[" or token.text in (",", "]") or (before.text, token.text) == ("{", "}")
    return "" if tight else " "


def _with_comment(line: str, comment: Comment | None) -> str:
    """The line and its comment, which keeps its column unless it stood right behind, or what it is behind has grown."""
    if comment is None or not line.strip():
        return line + (comment.text if comment else "")
    last = len(line) - line.rfind("\n") - 1
    blanks = max(1, comment.column - last) if comment.gap > 1 else 1
    return f"{line}{' ' * blanks}{comment.text}"


def _punctuated(value: Sequence[Token]) -> list[Token]:
    """The tokens with commas behind their items, the last one where lines are broken, and no idle empty lines."""
    tokens: list[Token] = []
    broken: list[bool] = []
    for token, follower in zip(value, (*value[1:], END), strict=True):
        match token.text:
            case ",":
                tokens.insert(_after_last(tokens), token)
                continue
            case "[" | "{":
                broken.append(follower.is_end)
            case "]" | "}":
                _finish(tokens, is_broken=broken.pop())
            case "\n" if _is_idle(tokens, token):
                continue
            case _:
                pass
        tokens.append(token)
    return tokens


def _finish(tokens: list[Token], *, is_broken: bool) -> None:
    """What stands before a closing bracket: a comma and a line's end, or neither."""
    while tokens[-1] == END and (tokens[-2].is_end or tokens[-2].text in OPENING):
        tokens.pop()
    at = _after_last(tokens)
    last = tokens[at - 1].text
    if is_broken and at == len(tokens) and last not in OPENING:
        tokens.append(END)
    if last == "," and at == len(tokens):
        tokens.pop()
    elif last != "," and last not in OPENING and at < len(tokens):
        tokens.insert(at, COMMA)


def _is_idle(tokens: Sequence[Token], token: Token) -> bool:
    """Is this the end of an empty line at the beginning of an array, or behind another empty one?"""
    if token.comment or not tokens[-1].is_end:
        return False
    return tokens[-2].text in OPENING or (tokens[-1] == END and tokens[-2].is_end)


def _after_last(tokens: Sequence[Token]) -> int:
    """The place behind the last token that is no line's end."""
    at = len(tokens)
    while tokens[at - 1].is_end:
        at -= 1
    return at
