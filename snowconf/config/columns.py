"""The blocks of kind `record`: which table, which key, and columns checked as far as the dictionary knows them."""

import re
from collections.abc import Iterator

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean
from snowconf.config.shapes import fits
from snowconf.config.values import describe, read_value, unknown_choice, wrong_type
from snowconf.dictionary import Table, find_table
from snowconf.kinds.attributes import LooseText, Script, Secret
from snowconf.kinds.record import attribute_for
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import Located

NAME = re.compile(r"[a-z][a-z0-9_]*")
# Columns that a customer or an application added; no dictionary of ours can know them.
CUSTOM = ("u_", "x_")


def read_table(block: Spot, spot: Spot | None, *, address: Address) -> tuple[str, tuple[Diagnostic, ...]]:
    """The table's name; any will do, because custom tables exist."""
    if spot is None:
        detail = (
            'The block does not say which table its record is in. Write table = "sys_data_source" or another.'
        )
        return "", (codes.MISSING_ATTRIBUTE.at(block.origin, detail, address=address),)
    if not isinstance(spot.raw, str) or not NAME.fullmatch(spot.raw):
        detail = "table is the name of a table in quotes: lower case letters, digits and '_', not its label."
        return "", (codes.NOT_ACCEPTED.at(spot.origin, detail, address=address),)
    return spot.raw, ()


def read_key(
    block: Spot, spot: Spot | None, *, address: Address
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The columns that tell the record from all others of its table."""
    if spot is None:
        detail = 'The block does not say which columns identify its record. Write key = ["name"] or another.'
        return (), (codes.MISSING_ATTRIBUTE.at(block.origin, detail, address=address),)
    names = spot.raw
    if not isinstance(names, list) or not names or not all(isinstance(each, str) and each for each in names):
        detail = 'key is a list of column names that together identify the record, as in ["name"].'
        return (), (codes.NOT_ACCEPTED.at(spot.origin, detail, address=address),)
    return tuple(dict.fromkeys(names)), ()


def read_columns(spot: Spot, table: str, *, address: Address) -> Iterator[tuple[str, Located | Diagnostic]]:
    """Each column with its value, or with what is wrong with it."""
    if not isinstance(spot.raw, dict):
        detail = f'columns must be a table such as {{ name = "…" }}, and this is {describe(spot.raw)}.'
        yield "columns", codes.WRONG_TYPE.at(spot.origin, detail, address=address)
        return
    known = find_table(table)
    for name, value in spot.children():
        if known and is_unknown(known, name):
            yield name, codes.UNKNOWN_COLUMN.at(value.origin, no_column(known, name), address=address)
        else:
            yield name, _read_column(table, name, spot=value, address=address)


def is_unknown(table: Table, column: str) -> bool:
    """Is this a column that the table would have, if it were one?"""
    return column not in table.columns and not column.startswith(CUSTOM)


def no_column(table: Table, column: str) -> str:
    """The sentence for a column that a known table lacks."""
    guess = did_you_mean(column, table.columns)
    return (
        f"Table {table.name} has no column '{column}', and the platform would pass over it silently.{guess}"
    )


def _read_column(table: str, name: str, *, spot: Spot, address: Address) -> Located | Diagnostic:
    attribute = attribute_for(table, name, spot.raw)
    if not fits(attribute, spot.raw):
        return wrong_type(attribute, spot, address=address)
    known = find_table(table)
    column = known.columns.get(name) if known else None
    is_choice = isinstance(spot.raw, str | int) and not isinstance(spot.raw, bool)
    if column and column.choices and is_choice and spot.raw != "" and str(spot.raw) not in column.choices:
        detail = unknown_choice(name, str(spot.raw), choices=column.choices)
        return codes.UNKNOWN_CHOICE.at(spot.origin, detail, address=address)
    limit = column.max_length if column and isinstance(attribute, LooseText | Script | Secret) else None
    return read_value(attribute, spot, address=address, limit=limit)
