"""Journals: what is written into such a column leaves it empty; a rule adds it to the record's history.

Value mode shows nothing of them, display mode the whole history, newest first (wire-contract.md 2.2, recorded 07).
"""

from collections.abc import Mapping

from snowconf.dictionary import Column, get_table
from snowconf.sandbox.storage.clock_format import Clock
from snowconf.sandbox.storage.store import Row, Store

TABLE = "sys_journal_field"
WRITTEN = frozenset({"journal", "journal_input"})
JOURNALS = WRITTEN | {"journal_list"}


def take(table: str, row: Row) -> tuple[Row, Row]:
    """The row without what was written into its journals, and that alone."""
    columns = get_table(table).columns
    notes = {name: value for name, value in row.items() if value and columns[name].type in WRITTEN}
    return row | dict.fromkeys(notes, ""), notes


def tell(store: Store, sys_id: str, column: Column, clock: Clock, labels: Mapping[str, str]) -> str:
    """The history of one journal, or of all where the column lists them; `labels` are the columns' by name."""
    entries = store.find(TABLE, element_id=sys_id)
    if column.type != "journal_list":
        entries = [entry for entry in entries if entry["element"] == column.name]
    newest_first = sorted(entries, key=lambda entry: (entry["sys_created_on"], entry["sys_id"]), reverse=True)
    return "".join(_tell(store, entry, clock, labels) for entry in newest_first)


def _tell(store: Store, entry: Row, clock: Clock, labels: Mapping[str, str]) -> str:
    users = store.find_ignoring_case("sys_user", user_name=entry["sys_created_by"])
    who = users[0]["name"] if users else entry["sys_created_by"]
    label = labels.get(entry["element"], entry["element"])
    return f"{clock.show(entry['sys_created_on'])} - {who} ({label})\n{entry['value']}\n\n"
