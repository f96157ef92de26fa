"""The `sysparm_*` parameters as values (wire-contract.md 2.1). What is not known or makes no sense is ignored."""

import re
from dataclasses import dataclass

from snowconf.sandbox.answers.shaping import Mode
from snowconf.sandbox.wire.requests import Request

DEFAULT_LIMIT = 10_000
PREFIX = "sysparm_"
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a caller asks for besides the path. `pairs` are the plain `column=value` filters."""

    query: str
    pairs: tuple[tuple[str, str], ...]
    columns: str
    view: str
    limit: int
    offset: int
    mode: Mode
    links: bool
    counted: bool
    linked_pages: bool
    display_input: bool
    own_stamps: bool


def read_parameters(request: Request) -> Parameters:
    """The parameters of a request."""
    return Parameters(
        query=request.parameter("sysparm_query"),
        pairs=tuple(pair for pair in request.query if not pair[0].startswith(PREFIX)),
        columns=request.parameter("sysparm_fields"),
        view=request.parameter("sysparm_view"),
        limit=_count(request.parameter("sysparm_limit"), DEFAULT_LIMIT),
        offset=_count(request.parameter("sysparm_offset"), 0),
        mode=_mode(request.parameter("sysparm_display_value")),
        links=not _is_true(request.parameter("sysparm_exclude_reference_link")),
        counted=not _is_true(request.parameter("sysparm_no_count")),
        linked_pages=not _is_true(request.parameter("sysparm_suppress_pagination_header")),
        display_input=_is_true(request.parameter("sysparm_input_display_value")),
        own_stamps=_is_true(request.parameter("sysparm_suppress_auto_sys_field")),
    )


def _is_true(text: str) -> bool:
    """Clients write `true` and `True`."""
    return text.strip().lower() == "true"


def _count(text: str, otherwise: int) -> int:
    return int(text) if _COUNT.fullmatch(text) else otherwise


def _mode(text: str) -> Mode:
    known = {mode.value: mode for mode in Mode}
    return known.get(text.strip().lower(), Mode.VALUE)
