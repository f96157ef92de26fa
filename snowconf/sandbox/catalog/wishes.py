"""What a caller wants of an item: how many, for whom, and what was said to its variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decoding import as_columns, as_text

_QUANTITY = re.compile(r"\+?[0-9]{0,9}", re.ASCII)


class CatalogError(Exception):
    """The catalog refuses, with this status and text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`variables` are by name; `requested_for` is empty for whoever orders."""

    quantity: int
    requested_for: str
    variables: Mapping[str, str]


def read_wish(body: Any) -> Wish:
    """The wish in a body.

    Raises:
        CatalogError: the quantity is none, or nothing can be understood.
    """
    if not isinstance(body, dict):
        raise CatalogError(400, "Invalid Request")
    text, variables = as_text(body.get("sysparm_quantity", "undefined")), body.get("variables") or {}
    if not _QUANTITY.fullmatch(text):
        raise CatalogError(400, "Invalid Quantity value")
    if not isinstance(variables, dict):
        raise CatalogError(400, "Invalid Request")
    return Wish(
        quantity=int(text or "0") or 1,
        requested_for=as_text(body.get("sysparm_requested_for"))[:32],
        variables=as_columns(variables),
    )


def check(wish: Wish, variables: list[Row]) -> None:
    """See to it that whatever is mandatory was said.

    Raises:
        CatalogError: it was not; the platform does not say what.
    """
    if any(row["mandatory"] == "true" and not wish.variables.get(row["name"]) for row in variables):
        raise CatalogError(400, "Mandatory Variables are required")
