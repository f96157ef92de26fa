"""Pages by key: each begins after the last sys_id seen, so rows that come or go meanwhile shift nothing.

A short page is no sign of the end, because the limit counts rows that the user may not see (wire-contract.md 1.5).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from snowconf.model.query import Condition, Query
from snowconf.servicenow.querying import Chunk, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins: `skip` rows after the row whose sys_id is `after`."""

    after: str = ""
    skip: int = 0

    def query(self, chunk: Chunk) -> str:
        """The encoded query of the page, before percent-encoding."""
        begin = encode(Query(((Condition("sys_id", ">", (self.after,)),),))) if self.after else ""
        return "^".join(part for part in (chunk.text, begin, "ORDERBYsys_id") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came back. `total` counts the rows after `Place.after`, seen or not; None: the instance did not say."""

    rows: Sequence[Mapping[str, str]]
    total: int | None


def read_pages(fetch: Callable[[Place], Page], size: int) -> Iterator[Page]:
    """All pages, without a request more than is needed to know that there is nothing left."""
    place = Place()
    while True:
        page = fetch(place)
        yield page
        if _is_last(page, place, size):
            return
        place = _next(page, place, size)


def _is_last(page: Page, place: Place, size: int) -> bool:
    return not page.rows if page.total is None else page.total <= place.skip + size


def _next(page: Page, place: Place, size: int) -> Place:
    """After the last row that shows its key; past a page without any, by counting."""
    keys = [row["sys_id"] for row in page.rows if row.get("sys_id")]
    if not keys:
        return Place(after=place.after, skip=place.skip + size)
    return Place(after=max(keys, key=str.lower))
