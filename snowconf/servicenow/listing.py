"""Lists: a query in as many requests as it takes, every row of every page held against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from snowconf.errors import BrokenAnswerError, FilterIgnoredError
from snowconf.model.query import Query
from snowconf.servicenow.addressing import table_path
from snowconf.servicenow.answer import Answer, decode_row
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.matching import Matcher
from snowconf.servicenow.paging import Page, Place, read_pages
from snowconf.servicenow.querying import Chunk, escape, split
from snowconf.servicenow.sending import Ask, Line
from snowconf.servicenow.terms import check_column, flatten

Row: TypeAlias = Mapping[str, str]

MAX_URL_BYTES = 7_500
# What a page adds to the query of its chunk: the key it begins after and the order.
_PAGE_BYTES = 100
_ANY_FATE = frozenset(Fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The rows a query found, and how many more the instance counted and did not show in full."""

    rows: Sequence[Row]
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """The first rows of a table as they were shown, even those without any key; `counted` as the instance counted all."""

    rows: Sequence[Row]
    counted: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A list to be read. `columns` None asks for all of them; `limit` makes it one request of at most so many rows."""

    table: str
    query: Query
    columns: Sequence[str] | None = None
    page_size: int = 1_000
    limit: int | None = None

    @property
    def filter_columns(self) -> list[str]:
        """The columns that the query names, each once."""
        return list(dict.fromkeys(term.column for group in flatten(self.query) for term in group))

    @property
    def size(self) -> int:
        """Rows of one request."""
        return self.page_size if self.limit is None else self.limit


def read_list(line: Line, reading: Reading) -> Listing:
    """Every row that matches, each once.

    Raises:
        FilterIgnoredError: the instance ignored a condition.
        UnaskableError: the query cannot be asked.
    """
    parameters = _parameters(reading)
    chunks = split(reading.query, MAX_URL_BYTES - _overhead(line, reading, parameters))
    listings = [
        _read_chunk(_Chunked(line, reading, parameters, chunk)) for chunk in _limited(chunks, reading)
    ]
    rows = {row["sys_id"]: row for listing in listings for row in listing.rows}
    wanted = Matcher(flatten(reading.query))
    return Listing(
        # A value with ^ was asked for by what stands before it: the rest of it is compared here.
        rows=tuple(row for row in rows.values() if wanted.verdict(row)),
        hidden=sum(listing.hidden for listing in listings),
    )


def glance(line: Line, table: str, columns: Sequence[str], *, limit: int) -> Glimpse:
    """So many rows at most, whichever come first, with what is shown of these columns. One request."""
    asked = ",".join(check_column(column) for column in dict.fromkeys(columns))
    fixed = f"sysparm_exclude_reference_link=true&sysparm_display_value=false&sysparm_limit={limit}"
    parameters = f"sysparm_fields={asked}&{fixed}"
    ask = Ask(verb="GET", path=table_path(table), parameters=parameters, expects=list)
    outcome = line.send(ask, repeatable=_ANY_FATE)
    if isinstance(outcome, Undone):
        raise outcome.problem
    return Glimpse(rows=decode_rows(ask, outcome.answer), counted=outcome.answer.total)


def _limited(chunks: Iterator[Chunk], reading: Reading) -> Iterable[Chunk]:
    return chunks if reading.limit is None else islice(chunks, 1)


def _parameters(reading: Reading) -> str:
    fixed = f"sysparm_exclude_reference_link=true&sysparm_display_value=false&sysparm_limit={reading.size}"
    if reading.columns is None:
        return fixed
    columns = dict.fromkeys((*reading.columns, "sys_id", *reading.filter_columns))
    return f"sysparm_fields={','.join(check_column(column) for column in columns)}&{fixed}"


def _overhead(line: Line, reading: Reading, parameters: str) -> int:
    """Bytes of the address that are not the chunk's query."""
    fixed = f"{line.address}{table_path(reading.table)}?sysparm_query=&sysparm_offset=1000000&"
    return len(fixed) + len(parameters) + _PAGE_BYTES


@dataclass(frozen=True, slots=True)
class _Chunked:
    """One chunk of a reading, ready to be asked for."""

    line: Line
    reading: Reading
    parameters: str
    chunk: Chunk

    def fetch(self, place: Place) -> Page:
        """One page, its rows in order."""
        skip = f"&sysparm_offset={place.skip}" if place.skip else ""
        query = escape(place.query(self.chunk))
        ask = Ask(
            verb="GET",
            path=table_path(self.reading.table),
            parameters=f"sysparm_query={query}&{self.parameters}{skip}",
            expects=list,
        )
        outcome = self.line.send(ask, repeatable=_ANY_FATE)
        if isinstance(outcome, Undone):
            raise outcome.problem
        page = Page(rows=decode_rows(ask, outcome.answer), total=outcome.answer.total)
        _check_begin(self.reading, place, page)
        return page

    def pages(self) -> Iterable[Page]:
        """All pages, or the only one that a limit allows."""
        if self.reading.limit is not None:
            return [self.fetch(Place())]
        return read_pages(self.fetch, self.reading.page_size)


def _read_chunk(chunked: _Chunked) -> Listing:
    matcher = Matcher(chunked.chunk.groups)
    pages: list[Page] = []
    shown: list[Row] = []
    for page in chunked.pages():
        pages.append(page)
        readable = _readable(chunked.reading, matcher, page.rows)
        shown += readable
        if page.rows and not readable:
            # The columns to filter by are not shown, so the condition may be dropped: that would be the whole table.
            break
    total = pages[0].total or 0
    counted = max(min(total, chunked.reading.limit or total), sum(len(page.rows) for page in pages))
    return Listing(rows=shown, hidden=counted - len(shown))


def _readable(reading: Reading, matcher: Matcher, rows: Sequence[Row]) -> list[Row]:
    """The rows that show their key and every column the chunk filters by; one that it excludes stops the work."""
    verdicts = [matcher.verdict(row) for row in rows]
    for row, verdict in zip(rows, verdicts, strict=True):
        if verdict is False:
            raise _ignored(reading, row, reading.filter_columns)
    return [row for row, verdict in zip(rows, verdicts, strict=True) if verdict and row.get("sys_id")]


def _check_begin(reading: Reading, place: Place, page: Page) -> None:
    for row in page.rows:
        if row.get("sys_id", "~").lower() <= place.after.lower():
            raise _ignored(reading, row, ["sys_id"])


def _ignored(reading: Reading, row: Row, columns: Sequence[str]) -> FilterIgnoredError:
    return FilterIgnoredError(
        f"The list of {reading.table} filtered by {', '.join(columns)} holds a row that the filter excludes "
        f"(sys_id {row.get('sys_id', 'not shown')[:32]!r}), so the instance ignored a condition. It does that with "
        "columns that the table does not have and with columns that this user may not read. Nothing of the list was "
        "used. Check the names of these columns, and the user's roles.",
        request=f"GET {table_path(reading.table)}",
        status=200,
    )


def decode_rows(ask: Ask, answer: Answer) -> list[Row]:
    """The records of a list's answer.

    Raises:
        BrokenAnswerError: the list holds something else than records.
    """
    records = (answer.document or {})["result"]
    if not all(isinstance(record, dict) for record in records):
        detail = f"{ask} was answered with a list that holds something else than records. Try again."
        raise BrokenAnswerError(detail, request=str(ask), status=answer.status)
    return [decode_row(record) for record in records]
