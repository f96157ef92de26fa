"""A line of a stack file, quoted beside a diagnostic without ever repeating a secret that stands in it."""

import re

from snowconf.model.diagnostic import Diagnostic
from snowconf.report.page import Page
from snowconf.report.styled import Lines, Span, Style, cells, line

HEADER = re.compile(r"\s*\[{1,2}[^\[\]=]+\]{1,2}\s*(#.*)?")
ENTRY = re.compile(r"(\s*[A-Za-z0-9_.\"'-]+\s*=\s*)(?=[^=\s])(.*)")
# Strings, ended or not; keys of inline tables; whatever else is no punctuation.
TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|(?P<key>[A-Za-z0-9_-]+)(?=\s*=)|#.*|[^\s,\[\]{}=\"'#]+")
HARMLESS = frozenset({"true", "false", "env", "file"})
LONGEST = 200


def quote(diagnostic: Diagnostic, page: Page) -> Lines:
    """The line the diagnostic points at, with a caret; nothing when there is none to show.

    A value on it is shown only where the diagnostic's own words repeat it: whatever else stands there may be a secret
    under a misspelt name, and is drawn as dots.
    """
    text = _safe(diagnostic, page)
    if text is None or diagnostic.origin is None:
        return ()
    label = f"  {diagnostic.origin.line} | "
    column = min(diagnostic.origin.column, len(text) + 1)
    caret = " " * (len(label) - 2) + "| " + " " * cells(text[: column - 1]) + "^"
    return (Span(label, Style.MUTED), Span(text)), line(caret, Style.MUTED)


def _safe(diagnostic: Diagnostic, page: Page) -> str | None:
    origin = diagnostic.origin
    lines = page.sources.get(origin.file, ()) if origin else ()
    if origin is None or origin.gone or not 0 < origin.line <= len(lines):
        return None
    text = lines[origin.line - 1].rstrip().expandtabs(1)[:LONGEST]
    if HEADER.fullmatch(text):
        return text
    entry = ENTRY.fullmatch(text)
    return entry[1] + _masked(entry[2], diagnostic.detail) if entry else None


def _masked(text: str, detail: str) -> str:
    return TOKEN.sub(lambda found: found["key"] or _token(found[0], detail), text)


def _token(token: str, detail: str) -> str:
    if token.startswith("#"):
        return ""
    bare = token.strip("\"'")
    if bare in HARMLESS or not bare or bare in detail:
        return token
    return f'"{"…" * min(len(bare), 3)}"' if token[0] in "\"'" else "…"
