"""From rows to records: which row is which resource, exactly and on our side (tables.md 12.1, 12.20). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from snowconf.engine.observe import problems
from snowconf.engine.observe.asking import LinkAsk, Managed, owner_column
from snowconf.engine.observe.observing import Observation, Seen
from snowconf.engine.port import Row
from snowconf.kinds.attributes import Attribute, Members, Reference
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Member, Record
from snowconf.model.value import RecordRef, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A resource's row, or none; and what is wrong with what was found."""

    managed: Managed
    row: Row | None = None
    problem: Diagnostic | None = None


def match(managed: Managed, observation: Observation) -> Match:
    """Find the resource's row: by our own sys_id, or by the exact natural key."""
    seen = observation.tables[managed.kind.table]
    key = managed.key_columns()
    named = seen.holding(key) if key else ()
    found = {row["sys_id"]: row for row in (*seen.holding({"sys_id": managed.own_id}), *named)}
    match list(found.values()):
        case []:
            return Match(managed=managed, problem=_why_none(managed, seen, key))
        case [row]:
            return Match(managed=managed, row=row, problem=_wrong_class(managed, row))
        case _:
            return Match(managed=managed, problem=problems.duplicate(managed, sorted(found)))


def record_of(managed: Managed, row: Row, members: Mapping[str, tuple[Member, ...]]) -> Record:
    """Decode a row by its kind, as far as its columns could be read."""
    written = [each for each in managed.kind.readable if each.name in managed.resource.attributes]
    return Record(
        sys_id=row["sys_id"],
        attributes={each.name: _decode(each, row) for each in written if each.column in row},
        members=members,
        hidden=frozenset(each.name for each in written if each.column not in row),
        revision=row.get("sys_mod_count", ""),
        updated_by=row.get("sys_updated_by", ""),
        updated_on=row.get("sys_updated_on", ""),
    )


def members_of(managed: Managed, sys_id: str, links: Mapping[LinkAsk, Seen]) -> dict[str, tuple[Member, ...]]:
    """The link rows of one record, for every members attribute that its block writes."""
    return {
        ask.attribute.name: _members(ask, links[ask].holding({ask.attribute.owner: sys_id}))
        for ask in links
        if _is_for(ask, managed)
    }  # fmt: skip


def links_of(managed: Managed, links: Iterable[LinkAsk]) -> tuple[LinkAsk, ...]:
    """The asks that cover this resource's members attributes."""
    return tuple(ask for ask in links if _is_for(ask, managed))


def is_renamed(match: Match) -> bool:
    """Is it the record that this stack created, under another natural key than the declared one?"""
    return match.row is not None and not _has(match.row, match.managed.key_columns())


def _is_for(ask: LinkAsk, managed: Managed) -> bool:
    attribute = ask.attribute
    if attribute not in managed.kind.of_type(Members) or attribute.name not in managed.resource.attributes:
        return False
    return owner_column(managed, attribute)[1] in ask.owners


def _members(ask: LinkAsk, rows: Sequence[Row]) -> tuple[Member, ...]:
    attribute = ask.attribute
    return tuple(
        Member(sys_id=row["sys_id"], ref=RecordRef(row[attribute.member], row.get(ask.member_name, "")))
        for row in rows
        if row.get(attribute.member)
    )


def _has(row: Row, key: Mapping[str, str]) -> bool:
    return all(row.get(column) == value for column, value in key.items())


def _why_none(managed: Managed, seen: Seen, key: Mapping[str, str]) -> Diagnostic | None:
    if not seen.is_whole:
        return problems.blind(managed)
    alike = seen.alike(key) if key else ()
    return problems.other_case(managed, alike[0][next(iter(key))]) if alike else None


def _wrong_class(managed: Managed, row: Row) -> Diagnostic | None:
    for column, wanted in managed.kind.match.items():
        if column in row and row[column] not in wanted:
            return problems.other_class(managed, column, row[column])
    return None


def _decode(attribute: Attribute, row: Row) -> Value:
    value = attribute.decode(row[attribute.column])
    if isinstance(attribute, Reference) and isinstance(value, RecordRef):
        return RecordRef(value.sys_id, row.get(f"{attribute.column}.{attribute.target.key}", ""))
    return value
