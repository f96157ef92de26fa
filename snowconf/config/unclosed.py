"""Where a bracket or a string was opened that has no end: TOML notices it lines later, at what is written there."""

import re

from snowconf.config.locating import KEY

TOKEN = re.compile(
    r"#[^\n]*+"
    r'|"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}|\'\'\'(?:[^\']++|\'{1,2}(?!\'))*+\'{3,5}'
    r'|(?P<endless>"""|\'\'\')'
    r'|"(?:[^"\\\n]++|\\.)*+"|\'[^\'\n]*+\''
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])",
    re.DOTALL,
)
# What begins on a line of its own, or the end of the file.
STATEMENT = re.compile(
    rf"[ \t]*+(?:{KEY}[ \t]*+=|\[{{1,2}}[ \t]*+{KEY}[ \t]*+\]{{1,2}}[ \t]*+(?:#|\r?$)|\Z)", re.MULTILINE
)
WORDS = {"[": "array", "{": "inline table"}


def find_opening(text: str, at: int) -> int | None:
    """Where in the text that was opened which makes the place `at` a mistake; None when the mistake is there itself."""
    line = text.rfind("\n", 0, at) + 1
    opened: list[int] = []
    for token in TOKEN.finditer(text):
        if token.start() >= line:
            break
        if token["endless"]:
            return token.start()
        if token["opens"]:
            opened.append(token.start())
        elif token["closes"] and opened:
            opened.pop()
    is_over = at >= len(text.rstrip())
    return opened[-1] if opened and (is_over or STATEMENT.match(text, line)) else None


def name_of(text: str, at: int) -> str:
    """What was opened there, in words."""
    return WORDS.get(text[at], "string")
