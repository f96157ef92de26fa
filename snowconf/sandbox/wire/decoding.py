"""Request bodies to names and texts, as forgiving as the platform (wire-contract.md 1.8, 6.3)."""

import json
import re
from typing import Any

MAX_BODY = 10_485_760
MEDIA_TYPES = "application/json, application/xml, text/xml"

# What is never closed reaches to the end, or each of its quotes would be looked at as another beginning.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|\'(?:[^\'\\]|\\.)*+(?:\'|\\?\Z)', re.DOTALL)


class UnreadableBodyError(Exception):
    """The body is not what its content type promises."""


def decode(body: bytes) -> dict[str, str]:
    """The columns that a body gives. Of an array only the first element counts; no body is no column.

    Raises:
        UnreadableBodyError: it is not JSON, nor JSON with single quotes, or holds no object.
    """
    found = load(body)
    first = next(iter(found), {}) if isinstance(found, list) else found
    if not isinstance(first, dict):
        raise UnreadableBodyError
    return as_columns(first)


def as_columns(found: dict[str, Any]) -> dict[str, str]:
    """The object's names and values as texts.

    Raises:
        UnreadableBodyError: it is nested deeper than anybody means.
    """
    try:
        return {clean(name): as_text(value) for name, value in found.items()}
    except RecursionError as error:
        raise UnreadableBodyError from error


def load(body: bytes) -> Any:
    """JSON; the vendor's own samples write single quotes, so these are understood as well. No body is no column.

    Raises:
        UnreadableBodyError: it is neither.
    """
    text = body.decode("utf-8", errors="replace").strip() or "{}"
    for attempt in (text, _QUOTED.sub(_requoted, text)):
        try:
            return json.loads(attempt, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            continue
    raise UnreadableBodyError


def _requoted(found: re.Match[str]) -> str:
    text = found[0]
    is_open = len(text) < 2 or text[-1] != text[0]
    return (
        text if is_open or text[0] == '"' else '"' + text[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
    )


def as_text(value: Any) -> str:
    """The value as the platform stores it; what is no plain value becomes the text that Java prints of it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{clean(name)}={as_text(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_text, value)) + "]"
        case _:
            return clean(str(value))


def clean(text: str) -> str:
    """The text without what no database column holds: null characters and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode()
