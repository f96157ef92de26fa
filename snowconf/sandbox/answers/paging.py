"""The `Link` header of lists (wire-contract.md 2.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from snowconf.sandbox.answers.answering import Headers, as_header

LIMIT = "sysparm_limit"
OFFSET = "sysparm_offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a list: `url` is what was asked, `negative_prev` whether its first page links to one before it."""

    url: str
    limit: int
    offset: int
    total: int
    negative_prev: bool = False


def link_header(page: Page) -> Headers:
    """The header, or none when everything fits on one page."""
    if page.limit == 0 or page.total <= page.limit:
        return ()
    links = (f'<{as_header(_at(page, offset))}>;rel="{rel}"' for rel, offset in _offsets(page))
    return (("Link", ",".join(links)),)


def _offsets(page: Page) -> Iterator[tuple[str, int]]:
    yield "first", 0
    before, after = page.offset - page.limit, page.offset + page.limit
    if before >= 0 or page.negative_prev:
        yield "prev", before
    if after < page.total:
        yield "next", after
    yield "last", (page.total - 1) // page.limit * page.limit


def _at(page: Page, offset: int) -> str:
    """The URL as it was sent, with the offset and the limit replaced where they stand or added at the end."""
    base, _, query = page.url.partition("?")
    wanted = {OFFSET: str(offset), LIMIT: str(page.limit)}
    pieces = [_replaced(piece, wanted) for piece in query.split("&") if piece]
    present = {piece.partition("=")[0] for piece in pieces}
    added = [f"{name}={value}" for name, value in wanted.items() if name not in present]
    return f"{base}?{'&'.join(pieces + added)}"


def _replaced(piece: str, wanted: dict[str, str]) -> str:
    name = piece.partition("=")[0]
    return f"{name}={wanted[name]}" if name in wanted else piece
