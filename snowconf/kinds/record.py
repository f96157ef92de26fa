"""A record of any table, described by what its block and the dictionary say."""

from collections.abc import Iterator, Mapping
from typing import Any

from snowconf.dictionary import Column, find_column, find_table
from snowconf.kinds.attributes import (
    Attribute,
    Boolean,
    DateTime,
    Duration,
    Integer,
    LooseText,
    Reference,
    References,
    Script,
    Secret,
    TimeOfDay,
)
from snowconf.kinds.exclusives import exclusives_of
from snowconf.kinds.findings import COMPUTED_COLUMN
from snowconf.kinds.kind import Kind
from snowconf.kinds.masking import looks_secret
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes.by_table import cross_checks_of, stakes_of, writers_of
from snowconf.kinds.targets import BY_TABLE
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource
from snowconf.model.value import SecretSource, Target

SIMPLE: Mapping[str, type[Attribute]] = {
    "boolean": Boolean,
    "integer": Integer,
    "glide_date_time": DateTime,
    "due_date": DateTime,
    "glide_duration": Duration,
    "glide_time": TimeOfDay,
    "glide_utc_time": TimeOfDay,
    "script": Script,
    "script_plain": Script,
    "script_server": Script,
    "html": Script,
}


def computed_column(resource: Resource) -> Iterator[Diagnostic]:
    """What a block says of a computed column is ignored by the platform."""
    for name in resource.attributes:
        column = find_column(resource.table, name)
        if column and column.computed:
            yield COMPUTED_COLUMN.at(
                resource,
                name,
                f"Only the platform writes {resource.table}.{name}; it would ignore this value. Take {name} out.",
            )


def masked(resource: Resource) -> frozenset[str]:
    """Columns with a telling name, but for references; what a property of that name holds, too."""
    named = text_of(resource, "name") if resource.table == "sys_properties" else ""
    texts = (name for name, located in resource.attributes.items() if isinstance(located.value, str))
    telling = {name: name if name != "value" else f"{name} {named}" for name in texts}
    return frozenset(each for each, said in telling.items() if looks_secret(said, text_of(resource, each)))


RECORD = Kind(
    name="record",
    table="",
    doc="A record of any table, for what has no kind of its own; its block names the table, the key and the columns.",
    attributes=(),
    checks=(computed_column,),
    masked=masked,
)


def attribute_for(table: str, column: str, raw: Any) -> Attribute:
    """How a file's value for that column is to be read; `{ env = … }` makes any column a secret."""
    return _attribute(table, column, value=raw)


def specialised(resource: Resource) -> Kind:
    """The kind of this one record: its table, its key, and an attribute for every column its block writes."""
    table = find_table(resource.table)
    return Kind(
        name=RECORD.name,
        table=resource.table,
        doc=table.label if table else RECORD.doc,
        key=resource.key,
        display=next(iter(resource.key), "") or (table.display if table else "") or "sys_id",
        attributes=tuple(
            _attribute(resource.table, name, value=located.value)
            for name, located in resource.attributes.items()
        ),
        checks=RECORD.checks,
        masked=RECORD.masked,
        stakes=stakes_of(resource.table),
        cross_checks=cross_checks_of(resource.table),
        writers=writers_of(resource.table),
        exclusive=exclusives_of(resource.table),
    )


def _attribute(table: str, name: str, *, value: object) -> Attribute:
    """By the column's type, and by what stands there: `value` is as the file says it, or as it was parsed."""
    column = find_column(table, name)
    doc = column.label if column else f"Column {name} of {table}, which the dictionary does not know."
    is_secret = isinstance(value, (dict, SecretSource))
    if is_secret or (column and column.type in ("password", "password2")):
        return Secret(name, doc, alone=bool(column and column.type == "password"))
    target = _target(column) if column else None
    if target and column and column.type == "reference":
        return Reference(name, doc, target=target)
    if target and isinstance(value, (list, frozenset)):
        return References(name, doc, target=target)
    return SIMPLE.get(column.type if column else "", LooseText)(name, doc)


def _target(column: Column) -> Target | None:
    """Whom a reference names: by the kind's key if there is one, by the display column otherwise."""
    table = find_table(column.reference) if column.type in ("reference", "glide_list") else None
    if table is None or not table.display:
        return None
    return BY_TABLE.get(table.name) or Target(table.name, table.display, RECORD.name)
