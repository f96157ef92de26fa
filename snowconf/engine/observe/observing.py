"""Asking the instance: every table side by side, then a second look wherever nothing was seen.

Nothing is believed: no rows is not "no records" until a row of that table has been seen (design.md 5).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from snowconf.dictionary import find_table
from snowconf.engine.context import Context
from snowconf.engine.observe.asking import (
    LinkAsk,
    Managed,
    TableAsk,
    declared_as,
    due,
    link_asks,
    named_in,
    table_asks,
    tables_by_address,
)
from snowconf.engine.port import Listing, Reader, Row
from snowconf.engine.workers import Workers
from snowconf.model.query import Condition, Query
from snowconf.model.value import Named, Target

# How many names to look through for the one that was meant, and in how many ways they may begin.
NEARBY = 50
MOST_OF_A_SMALL_TABLE = 1_000
BEGINNINGS = 20

# The rows of a table by what they hold in some columns, letters' case aside.
Shelf: TypeAlias = Mapping[tuple[str, ...], Sequence[Row]]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one table showed: its rows, how many it counted and hid, and which columns any of its rows had.

    `sighted`: at least one row of the table could be read, so that a missing one is truly missing.
    """

    rows: tuple[Row, ...]
    hidden: int
    columns: frozenset[str]
    sighted: bool
    shelves: dict[tuple[str, ...], Shelf] = field(default_factory=dict, init=False, repr=False, compare=False)

    def holding(self, values: Mapping[str, str]) -> Sequence[Row]:
        """The rows with exactly these values, found at once however many rows there are."""
        return [
            row
            for row in self.alike(values)
            if all(row.get(column) == value for column, value in values.items())
        ]

    def alike(self, values: Mapping[str, str]) -> Sequence[Row]:
        """The rows with these values but for letters' case, as the platform's database compares (tables.md 1.6)."""
        columns = tuple(sorted(values))
        if columns not in self.shelves:
            self.shelves[columns] = _shelve(self.rows, columns)
        return self.shelves[columns].get(tuple(values[column].casefold() for column in columns), ())

    @property
    def is_whole(self) -> bool:
        """Is everything that was asked for and exists among the rows?"""
        return self.sighted and not self.hidden

    def with_rows_of(self, other: "Seen") -> "Seen":
        """Both together."""
        sighted = self.sighted or other.sighted
        return replace(
            self, rows=(*self.rows, *other.rows), hidden=self.hidden + other.hidden, sighted=sighted
        )


UNASKED = Seen(rows=(), hidden=0, columns=frozenset(), sighted=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything that was read, not yet matched with resources.

    `lacking` holds the (table, column) pairs that this instance's release does not have. `neighbours` are, for each
    sort of reference that leads to nothing, names that begin like one of them, for "did you mean". Link rows of owners
    that this stack does not own yet are `postponed`: only if one of them exists is there anything to ask.
    """

    tables: Mapping[str, Seen]
    links: Mapping[LinkAsk, Seen]
    lacking: frozenset[tuple[str, str]]
    neighbours: Mapping[Target, tuple[str, ...]]
    postponed: frozenset[LinkAsk] = frozenset()


def observe(managed: Sequence[Managed], instance: Reader, context: Context) -> Observation:
    """Read all that the resources need, in as few requests as their tables allow.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    reading = _Reading(instance, context)
    asks, links = table_asks(managed), link_asks(managed)
    postponed = frozenset(links) - due(links, managed) if context.ledger else frozenset[LinkAsk]()
    links = tuple(each for each in links if each not in postponed)
    everything: list[TableAsk | LinkAsk] = [*asks.values(), *links]
    seen = reading.side_by_side(reading.first_look, everything)
    tables = dict(zip(asks, seen, strict=False))
    strangers = [
        named
        for named in _references(managed)
        if not tables[named.target.table].holding({named.target.key: named.name})
    ]
    beginnings = _beginnings(strangers)
    nearby = reading.side_by_side(reading.look_nearby, list(beginnings.items()))
    return Observation(
        tables=tables,
        links=dict.fromkeys(postponed, UNASKED) | dict(zip(links, seen[len(asks) :], strict=True)),
        postponed=postponed,
        lacking=reading.lacking_columns(asks.values(), tables),
        neighbours=dict(zip(beginnings, nearby, strict=True)),
    )


def look_at_last(
    asks: Sequence[LinkAsk], instance: Reader, context: Context
) -> Sequence[tuple[LinkAsk, Seen]]:  # fmt: skip
    """The link rows that were postponed, of owners that turned out to exist."""
    reading = _Reading(instance, context)
    return list(zip(asks, reading.side_by_side(reading.glance, asks), strict=True))


def look_by_owner(
    asks: Sequence[tuple[LinkAsk, str]], instance: Reader, context: Context
) -> Sequence[tuple[LinkAsk, Seen]]:  # fmt: skip
    """The link rows of records whose natural key is not the declared one, by the owner's sys_id."""
    reading = _Reading(instance, context)
    by_id = [LinkAsk(ask.attribute, ask.attribute.owner, frozenset({sys_id})) for ask, sys_id in asks]
    return [
        (ask, seen) for (ask, _), seen in zip(asks, reading.side_by_side(reading.glance, by_id), strict=True)
    ]


def look_up(asks: Sequence[TableAsk], instance: Reader, context: Context) -> Mapping[str, Seen]:
    """Rows that are known by their sys_ids, one list for each table."""
    reading = _Reading(instance, context)
    seen = reading.side_by_side(reading.look, asks)
    return {ask.table: each for ask, each in zip(asks, seen, strict=True)}


def prove_sight(
    asks: Sequence[LinkAsk], instance: Reader, context: Context
) -> Sequence[tuple[LinkAsk, Seen]]:  # fmt: skip
    """Whether the link tables can be seen at all in which no row of existing records was found."""
    reading = _Reading(instance, context)
    return list(zip(asks, reading.side_by_side(reading.look_for_canary, asks), strict=True))


class _Reading:
    """One round of reading: the instance, and how many lists are under way at once."""

    def __init__(self, instance: Reader, context: Context) -> None:
        self._instance = instance
        self._context = context

    def side_by_side(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Ask all of them, a few at a time, and tell who watches; the first failure is raised."""
        tell = self._context.counting("reading", len(asked))

        def ask_one(each: Asked) -> Answer:
            answer = ask(each)
            tell(getattr(each, "table", ""))
            return answer

        with Workers(max(1, self._context.parallelism)) as workers:
            answers = [workers.submit(ask_one, each) for each in asked]
            return [each.result() for each in answers]

    def first_look(self, ask: TableAsk | LinkAsk) -> Seen:
        """Whether link rows can be seen matters only where an owner exists, which is not known yet."""
        return self.glance(ask) if isinstance(ask, LinkAsk) else self.look(ask)

    def look(self, ask: TableAsk | LinkAsk) -> Seen:
        """The rows, and where there are none whether the table can be seen at all."""
        seen = self.glance(ask)
        return seen if seen.rows or seen.hidden else self.look_for_canary(ask)

    def glance(self, ask: TableAsk | LinkAsk) -> Seen:
        """The rows; where there are none, nothing is known of the table yet."""
        listing = self._list(ask, ask.wanted)
        rows = tuple(listing.rows)
        columns = frozenset[str]().union(*rows)
        return Seen(rows=rows, hidden=listing.hidden, columns=columns, sighted=bool(rows))

    def look_for_canary(self, ask: TableAsk | LinkAsk) -> Seen:
        """What any one row of the table proves, for an ask that found none; of a small table the rest comes along."""
        known = find_table(ask.table)
        all_of_it = known is not None and known.small
        canary = self._instance.list_rows(
            ask.table, Query(), ask.wanted, limit=MOST_OF_A_SMALL_TABLE if all_of_it else 1
        )
        hidden = 0 if canary.rows else canary.hidden
        return Seen(
            rows=tuple(canary.rows) if all_of_it else (),
            hidden=hidden,
            columns=frozenset[str]().union(*canary.rows),
            sighted=bool(canary.rows) or (not hidden and not _is_never_empty(ask.table)),
        )

    def _list(self, ask: TableAsk | LinkAsk, columns: Sequence[str]) -> Listing:
        """The rows, with the table's witness among them; asked without it when rows are hidden: it may be the one."""
        if isinstance(ask, TableAsk) and ask.witness:
            listing = self._instance.list_rows(ask.table, ask.query_with_witness(), columns)
            if not listing.hidden:
                return listing
        return self._instance.list_rows(ask.table, ask.query(), columns)

    def look_nearby(self, wanted: tuple[Target, Sequence[str]]) -> tuple[str, ...]:
        """The names that begin in one of these ways, all by one request."""
        target, beginnings = wanted
        query = Query((tuple(Condition(target.key, "STARTSWITH", (each,)) for each in beginnings),))
        limit = NEARBY * len(beginnings)
        rows = self._instance.list_rows(target.table, query, [target.key], limit=limit).rows
        return tuple(row.get(target.key, "") for row in rows)

    def lacking_columns(
        self, asks: Iterable[TableAsk], seen: Mapping[str, Seen]
    ) -> frozenset[tuple[str, str]]:
        """The columns that were asked for, came with no row, and that the instance's own dictionary does not list."""
        missing = {
            (ask.table, column)
            for ask in asks
            for column in ask.columns
            if seen[ask.table].columns and column not in seen[ask.table].columns and "." not in column
        }
        return self._confirm_lacking(missing) if missing else frozenset()

    def _confirm_lacking(self, missing: set[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Ask `sys_dictionary` once; it proves its own sight by a column that every table has."""
        tables = {name for table, _ in missing for name in _lineage(table)}
        columns = {column for _, column in missing}
        query = Query((
            (Condition("name", "IN", tuple(sorted(tables))),),
            (Condition("element", "IN", (*sorted(columns), "sys_id")),),
        ))  # fmt: skip
        rows = self._instance.list_rows("sys_dictionary", query, ["name", "element"]).rows
        listed = {(row.get("name"), row.get("element")) for row in rows}
        proven = {name for name, element in listed if element == "sys_id"}
        return frozenset(
            (table, column)
            for table, column in missing
            if proven.intersection(_lineage(table))
            and not any((name, column) in listed for name in _lineage(table))
        )


def _references(managed: Sequence[Managed]) -> Sequence[Named]:
    """The names that can only mean records of the instance."""
    tables = tables_by_address(managed)
    return sorted({named for each in managed for named in named_in(each) if not declared_as(named, tables)})


def _beginnings(strangers: Iterable[Named]) -> Mapping[Target, Sequence[str]]:
    """The first two letters of the names, by what they should be; of very many names those of the first."""
    found: dict[Target, dict[str, None]] = defaultdict(dict)
    for named in strangers:
        found[named.target][named.name[:2]] = None
    return {target: tuple(beginnings)[:BEGINNINGS] for target, beginnings in found.items()}


def _shelve(rows: Iterable[Row], columns: tuple[str, ...]) -> Shelf:
    shelf: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        shelf[tuple(row.get(column, "").casefold() for column in columns)].append(row)
    return dict(shelf)


def _lineage(table: str) -> tuple[str, ...]:
    known = find_table(table)
    return known.lineage if known else (table,)


def _is_never_empty(table: str) -> bool:
    """Does every instance ship rows of this table, so that seeing none means not being allowed to?"""
    known = find_table(table)
    return bool(known and known.never_empty)
