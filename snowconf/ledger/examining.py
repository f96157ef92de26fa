"""Looking at every record that a ledger owns: is it there, and is it still called so."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from snowconf.ledger.records import Records, Row
from snowconf.model.examination import Condition, Examined
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.query import Condition as Asked, Query


def examine(ledger: Ledger, records: Records, named_by: Mapping[str, str]) -> tuple[Examined, ...]:
    """Each record as it was found, in address order; `named_by` gives the column that holds a kind's names.

    A table is asked once, and once more when none of its records came: it may be closed to this account.
    """
    entries = sorted(ledger.entries.values(), key=lambda each: (each.table, each.address))
    found = [
        each
        for table, owned in groupby(entries, key=lambda entry: entry.table)
        for each in _of_table(table, list(owned), records, named_by)
    ]
    return tuple(sorted(found, key=lambda each: each.owned.address))


def _of_table(
    table: str, entries: list[Owned], records: Records, named_by: Mapping[str, str]
) -> Iterator[Examined]:
    columns = {named_by[each.address.kind] for each in entries if each.address.kind in named_by}
    ids = tuple(each.sys_id for each in entries)
    listing = records.list_rows(table, Query(((Asked("sys_id", "IN", ids),),)), sorted(columns))
    rows = {row["sys_id"]: row for row in listing.rows}
    missing = (
        Condition.UNREADABLE if listing.hidden or not (rows or _shows(table, records)) else Condition.GONE
    )
    for owned in entries:
        column = named_by.get(owned.address.kind, "")
        yield _examined(owned, rows.get(owned.sys_id), column, missing)


def _examined(owned: Owned, row: Row | None, column: str, missing: Condition) -> Examined:
    if row is None:
        return Examined(owned=owned, condition=missing)
    if not (column and owned.name):
        return Examined(owned=owned, condition=Condition.SOUND)
    if column not in row:
        return Examined(owned=owned, condition=Condition.UNREADABLE)
    renamed = row[column] != owned.name
    return Examined(
        owned=owned, condition=Condition.RENAMED if renamed else Condition.SOUND, name=row[column]
    )


def _shows(table: str, records: Records) -> bool:
    """Is any row of the table shown to this account? An empty table counts as closed."""
    return bool(records.list_rows(table, Query(), (), limit=1).rows)
