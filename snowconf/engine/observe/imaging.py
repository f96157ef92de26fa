"""Before-images: which columns are read besides those that a block writes, so that a write can be taken back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from snowconf.dictionary import Column, find_table
from snowconf.kinds.attributes import Secret
from snowconf.kinds.kind import Kind
from snowconf.model.state import Resource
from snowconf.model.value import Located

# The instance gives them out encrypted or not at all.
PASSWORDS = frozenset({"password", "password2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a record held, column by column in stored form; `masked` are columns whose values are shown to nobody."""

    columns: Mapping[str, str] = field(default_factory=dict)
    masked: frozenset[str] = frozenset()


NOTHING = Image()


def columns_of_deletion(kind: Kind, applied: Iterable[str], secrets: Iterable[str]) -> frozenset[str]:
    """All that is known to make such a record again: the dictionary's columns, or at least those `applied` once.

    `secrets` are columns that hold a secret in this record, whatever they are in others.
    """
    table = find_table(kind.table)
    listed = {each.name for each in table.columns.values() if _is_imaged(each)} if table else {*applied}
    own = {each.column for each in kind.readable}
    secret = {each.column for each in kind.of_type(Secret)}
    return frozenset((listed - secret) | own | kind.constants.keys() | kind.match.keys()).difference(secrets)


def columns_implied(kind: Kind, resource: Resource) -> frozenset[str]:
    """What will travel with the attributes that the block writes."""
    return frozenset(
        column
        for each in kind.readable
        if each.implies and each.name in resource.attributes
        for column in each.implies("")
    )


def columns_exclusive(kind: Kind) -> frozenset[str]:
    """What tells whether a record is what only one can be at a time."""
    return frozenset(column for each in kind.exclusive for column in (*each.columns, *each.only))


def image_of(kind: Kind, resource: Resource, row: Mapping[str, str], columns: Iterable[str]) -> Image:
    """What the row held of these columns, as far as it was shown."""
    held = {column: row[column] for column in sorted(columns) if column in row}
    if kind.masked is None:
        return Image(columns=held)
    names = {each.column: each.name for each in kind.readable}
    told = {names.get(column, column): Located(text, resource.origin) for column, text in held.items()}
    hidden = kind.masked(replace(resource, attributes=told))
    return Image(columns=held, masked=frozenset(each for each in held if names.get(each, each) in hidden))


def _is_imaged(column: Column) -> bool:
    """What only the platform writes comes again by itself."""
    return not (column.computed or column.type in PASSWORDS or column.name.startswith("sys_"))
