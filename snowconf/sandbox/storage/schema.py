"""How the dictionary's tables lie in SQLite: families, and the statements that create them. Runs nothing itself.

Every class has a table of its own with all its columns, inherited ones included; a family is read by UNION ALL.
Names come from the dictionary only and are quoted all the same.
"""

from collections.abc import Iterator
from functools import cache

from snowconf.dictionary import Table, get_table, table_names
from snowconf.sandbox.storage.sql import listing, phrase, quote

KEY = "sys_id"


@cache
def find_family(table: str) -> tuple[str, ...]:
    """The table and every table that extends it, directly or not; the table itself comes first."""
    return (table, *(name for name in table_names() if table in get_table(name).lineage[1:]))


@cache
def find_unique_keys(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each unique key that holds for the table, with the table that declares it: its own and inherited ones.

    `sys_id` is unique in the whole hierarchy, as a class's row is a row of its base too.
    """
    lineage = get_table(table).lineage
    declared = [(name, key) for name in lineage for key in get_table(name).unique]
    return ((lineage[-1], (KEY,)), *declared)


def create_statements(table: Table) -> Iterator[str]:
    """The table with its indexes: unique keys, references, the display column.

    Letters' case is ignored in comparisons, as the platform's database does (tables.md 1.6). The rows are kept in
    the order of sys_id, which is the platform's order when nobody asks for another.
    """
    columns = [define(column) for column in sorted({*table.columns, KEY})]
    body = listing(*columns, phrase("PRIMARY KEY (", quote(KEY), ")"))
    yield phrase("CREATE TABLE IF NOT EXISTS", quote(table.name), "(", body, ") WITHOUT ROWID")
    yield from index_statements(table)


def define(column: str) -> str:
    """A column's definition. There is no NULL: the platform's null and its empty string look alike over REST."""
    return phrase(quote(column), "TEXT NOT NULL DEFAULT '' COLLATE NOCASE")


def index_statements(table: Table) -> Iterator[str]:
    """Unique keys bind only rows in which none of their columns is empty; such an index finds no rows by itself."""
    for _, key in find_unique_keys(table.name)[1:]:
        names = listing(*map(quote, key))
        filled = " AND ".join(phrase(quote(column), "<> ''") for column in key)
        label = quote("_".join(("unique", table.name, *key)))
        yield phrase(
            "CREATE UNIQUE INDEX IF NOT EXISTS", label, "ON", quote(table.name), "(", names, ") WHERE", filled
        )
    for column in sorted(looked_up_by(table)):
        label = quote(f"by_{table.name}_{column}")
        yield phrase("CREATE INDEX IF NOT EXISTS", label, "ON", quote(table.name), "(", quote(column), ")")


def looked_up_by(table: Table) -> set[str]:
    """The columns that rows are usually found by."""
    references = {
        column.name for column in table.columns.values() if column.reference or column.type == "document_id"
    }
    keys = {key[0] for _, key in find_unique_keys(table.name)[1:]}
    return (references | keys | {table.display}) & set(table.columns) - {KEY}


def add_statements(table: Table, present: frozenset[str]) -> Iterator[str]:
    """What a file of an earlier release lacks: columns that the dictionary has learnt since."""
    for column in sorted(set(table.columns) - present):
        yield phrase("ALTER TABLE", quote(table.name), "ADD COLUMN", define(column))
    yield from index_statements(table)
