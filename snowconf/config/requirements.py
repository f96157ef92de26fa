"""The table `requires_tables` of a block: which tables must be on the instance for which of its values."""

import re
from collections.abc import Iterator, Mapping

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean
from snowconf.dictionary import find_table, table_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic

TABLE = re.compile(r"[a-z][a-z0-9_]*")
FORM = 'requires_tables = { sam = ["samp_sw_subscription"] }'


def read_requirements(
    spot: Spot, *, address: Address
) -> tuple[Mapping[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
    """Value to tables, as far as they can be understood."""
    if not isinstance(spot.raw, dict):
        detail = f"requires_tables is a table from values to lists of tables, as in {FORM}."
        return {}, (codes.REQUIRED_TABLES.at(spot.origin, detail, address=address),)
    problems = tuple(
        problem for value, tables in spot.children() for problem in _tables(value, tables, address=address)
    )
    sound = {value: tuple(tables) for value, tables in spot.raw.items() if _is_sound(tables)}
    return sound, problems


def _is_sound(tables: object) -> bool:
    return isinstance(tables, list) and all(
        isinstance(each, str) and TABLE.fullmatch(each) for each in tables
    )


def _tables(value: str, spot: Spot, *, address: Address) -> Iterator[Diagnostic]:
    if not _is_sound(spot.raw):
        detail = f"The tables that '{value}' needs are a list of their names in quotes, as in {FORM}."
        yield codes.REQUIRED_TABLES.at(spot.origin, detail, address=address)
        return
    for index, table in enumerate(spot.raw):
        if find_table(table) is None:
            guess = did_you_mean(table, table_names())
            detail = f"The dictionary does not know the table '{table}'.{guess}"
            yield codes.UNKNOWN_TABLE.at(spot.child(index).origin, detail, address=address)
