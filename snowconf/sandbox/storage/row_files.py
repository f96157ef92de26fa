"""Files of records: JSON and TOML hold tables by name, CSV one table whose name is the file's."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import tomli

from snowconf.sandbox.wire.decoding import as_text

Rows: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]


class UnreadableRowsError(Exception):
    """The file does not hold records; the text says what is wrong with it."""


def read_rows(path: Path, table: str = "") -> Rows:
    """The records of a file by table. `table` names the one that a CSV file or a bare list is about.

    Raises:
        UnreadableRowsError: the file is of no known kind, or is not what its name says.
        OSError: it cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
        match path.suffix.lower():
            case ".json":
                return _tables(json.loads(text), table or path.stem)
            case ".toml":
                return _tables(tomli.loads(text), table or path.stem)
            case ".csv":
                return {table or path.stem: _lines(text)}
            case _:
                raise UnreadableRowsError(f"{path} is no .json, .toml or .csv file.")
    except (ValueError, RecursionError) as error:
        raise UnreadableRowsError(f"{path} cannot be understood: {error}.") from error


def _lines(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text), restkey="", restval="", strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UnreadableRowsError(
            f"After line {reader.line_num} comes no line of a CSV file: {error}."
        ) from error
    if any("" in row for row in rows):
        raise UnreadableRowsError("A line has more values than the first line has columns.")
    return rows


def _tables(document: Any, table: str) -> Rows:
    """`{"sys_user": [{…}]}`, or just a list of records of one table."""
    tables = document if isinstance(document, dict) else {table: document}
    return {str(name): _records(str(name), rows) for name, rows in tables.items()}


def _records(table: str, rows: Any) -> list[dict[str, str]]:
    given = rows if isinstance(rows, list) else [rows]
    if not all(isinstance(row, dict) for row in given):
        raise UnreadableRowsError(f"{table} is not followed by a list of records, each a table of columns.")
    return [{str(name): _text(value) for name, value in row.items()} for row in given]


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else as_text(value)
