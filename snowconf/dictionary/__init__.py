"""ServiceNow's tables as data: what client and sandbox both take for facts, and neither for behaviour.

One TOML file per table in `data/`, read when first asked for. Source of every row: tables.md, with its grade.
"""

from snowconf.dictionary.tables import Column, Table, find_column, find_table, get_table, table_names

__all__ = ["Column", "Table", "find_column", "find_table", "get_table", "table_names"]
