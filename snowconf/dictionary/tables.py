"""Reading the tables. A table's columns include those of the tables it extends, as on the platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import tomli

# What sys_glide_object gives these types when a column says nothing; every other type gets 40.
LENGTHS: Mapping[str, int] = {"reference": 32, "GUID": 32, "document_id": 32, "email": 100, "url": 1024}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as `sys_dictionary` would describe it.

    `type` is the platform's internal type (`string`, `boolean`, `integer`, `reference`, `password2`, …).
    `choices` maps stored value to label, empty when any value goes. `reference` names the table that a reference, a
    `glide_list` or a `domain_id` points at.
    `default` is the stored form, or a `javascript:` expression the sandbox knows. `computed` columns are the
    platform's alone. `since` names the release family that introduced it, empty for as long as anyone remembers.
    `declared_on` names the table that `sys_dictionary` lists it under.
    """

    name: str
    label: str
    type: str = "string"
    max_length: int = 40
    default: str = ""
    mandatory: bool = False
    reference: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    computed: bool = False
    since: str = ""
    declared_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `extends` is its parent, `unique` its unique keys, `display` the column that names a row.

    `lineage` is the table itself and then its parents, nearest first. `tracked` tables are captured in update sets,
    `audited` ones leave `sys_audit` rows. `needs_elevation`: only an elevated security_admin may write them
    (tables.md 4.4). `never_empty` ones have rows on every instance, so that seeing none means not being allowed to see;
    `witness` is the natural key of one that practically every instance has, empty where there is none. Those `beside`
    matter to other tables' records, so that they are read whenever any of the table are.
    A `small` one has tens of rows, so that all of them can be looked at where one would do.
    `rows` are those every instance has; one without a sys_id has a different one everywhere.
    """

    name: str
    label: str
    columns: Mapping[str, Column]
    extends: str = ""
    unique: tuple[tuple[str, ...], ...] = ()
    display: str = ""
    tracked: bool = False
    audited: bool = False
    needs_elevation: bool = False
    never_empty: bool = False
    small: bool = False
    witness: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lineage: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()


@cache
def table_names() -> tuple[str, ...]:
    """Every table there is a file for, sorted."""
    names = (entry.name for entry in files(__package__).joinpath("data").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if not name.startswith("_")))


def find_table(name: str) -> Table | None:
    """The table, or None when the dictionary does not know it."""
    return get_table(name) if name in table_names() else None


@cache
def get_table(name: str) -> Table:
    """The table.

    Raises:
        KeyError: the dictionary does not know it.
    """
    # Only a listed name ever becomes a path.
    if name not in table_names():
        raise KeyError(name)
    return _built(name, _read(name))


def find_column(table: str, column: str) -> Column | None:
    """The column of that table or of one it extends; None when either is not known."""
    found = find_table(table)
    return found.columns.get(column) if found else None


def _read(name: str) -> dict[str, Any]:
    return tomli.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def _built(name: str, data: dict[str, Any]) -> Table:
    parent = data.get("extends", "")
    above = get_table(parent) if parent else None
    inherited = above.columns if above else _system_columns(name)
    own = {each: _column(each, spec, name) for each, spec in data["columns"].items()}
    # Tables are shared by everybody who asks, so nobody may change one.
    data["columns"] = MappingProxyType({**inherited, **own})
    data["unique"] = tuple(map(tuple, data.get("unique", ())))
    data["witness"] = MappingProxyType(data.get("witness", {}))
    data["beside"] = MappingProxyType({name: tuple(keys) for name, keys in data.get("beside", {}).items()})
    data["rows"] = tuple(map(MappingProxyType, data.get("rows", ())))
    return Table(name=name, lineage=(name, *(above.lineage if above else ())), **data)


def _system_columns(root: str) -> dict[str, Column]:
    return {name: replace(column, declared_on=root) for name, column in _shared_columns().items()}


@cache
def _shared_columns() -> dict[str, Column]:
    return {name: _column(name, spec, "") for name, spec in _read("_system")["columns"].items()}


def _column(name: str, spec: dict[str, Any], table: str) -> Column:
    """A column from its line; a reference needs no type, and a label follows the name as on the platform."""
    kind = "reference" if "reference" in spec else "string"
    given = {"label": name.replace("_", " ").capitalize(), "type": kind} | spec
    given.setdefault("max_length", LENGTHS.get(given["type"], 40))
    return Column(name=name, declared_on=table, **given)
