"""One HTTP answer, read to its end, and its body when that is JSON. What an answer means is `refusing`'s."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import httpx

from snowconf.servicenow.quoting import quote_words


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, headers (any case) and the whole decoded body. `redact` masks what the run must not show."""

    status: int
    headers: httpx.Headers
    body: bytes
    redact: Callable[[str], str] = str

    def quote(self, words: str, limit: int = 256) -> str:
        """Words of this answer fit for a message. Secrets go first: cut or on another line they are hard to know."""
        return quote_words(self.redact(words), limit)

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; "" when none was sent."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Is the body said to be JSON?"""
        return self.content_type == "application/json" or self.content_type.endswith("+json")

    @property
    def total(self) -> int | None:
        """`X-Total-Count`: the rows that match, readable or not (wire-contract.md 1.5)."""
        text = str(self.headers.get("x-total-count", ""))
        return int(text) if text.isascii() and text.isdigit() else None

    # Kept, because a list of thousands of rows is looked at twice: is it a result, and what is in it.
    @cached_property
    def document(self) -> dict[str, Any] | None:
        """The JSON object of the body, or None when it is anything else; numbers stay the text they were."""
        if not self.is_json:
            return None
        try:
            document = json.loads(self.body, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What an error body says, fit to be shown. Either part may be empty (wire-contract.md 1.3)."""

    message: str = ""
    detail: str = ""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Read the envelope whatever the order of its keys, and with parts that are null or missing."""
        error = (answer.document or {}).get("error")
        if not isinstance(error, dict):
            return cls(message=_shown(answer, error))
        return cls(
            message=_shown(answer, error.get("message")),
            detail=_shown(answer, error.get("detail")),
        )

    @property
    def words(self) -> str:
        """Message and detail as one text."""
        return ": ".join(part for part in (self.message, self.detail) if part)

    def says(self, words: str) -> bool:
        """Do message or detail hold these words, in any case?"""
        return words.lower() in self.words.lower()


def _shown(answer: Answer, part: object) -> str:
    return answer.quote(part) if isinstance(part, str) else ""


def decode_row(record: Mapping[str, Any]) -> dict[str, str]:
    """A record of the wire as strings."""
    return {column: decode_text(value) for column, value in record.items()}


def decode_text(value: Any) -> str:
    """The stored value of one column, though it came as `{link,value}`, null, number or boolean (2.2)."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case {"value": inner} | {"display_value": inner}:
            return decode_text(inner)
        case _:
            return json.dumps(value)
