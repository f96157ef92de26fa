"""The reference of kinds, from their descriptors."""

import re
from collections.abc import Iterable
from pathlib import Path

from snowconf.dictionary import get_table
from snowconf.kinds import KINDS
from snowconf.kinds.attributes import (
    Attribute,
    Choice,
    Integer,
    Members,
    Reference,
    References,
    Secret,
)
from snowconf.kinds.kind import Kind
from snowconf.model.ownership import Removal


def kinds_table(kinds: Iterable[Kind], *, prefix: str) -> str:
    """One line for each kind, linked to its page; the prefix leads to the pages' folder."""
    lines = (f"| [`{kind.name}`]({prefix}{kind.name}.md) | {kind.doc} | {_table(kind)} |\n" for kind in kinds)
    return "| Kind | What it is | Table |\n|---|---|---|\n" + "".join(lines)


def kind_page(kind: Kind, examples: Path) -> str:
    """A kind's page: what it is, how its records are found, a block out of an example, its attributes."""
    parts = (
        f"# {kind.name}",
        kind.doc,
        _identity(kind),
        _example(kind, examples),
        _attributes(kind),
        _settings(kind),
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _table(kind: Kind) -> str:
    return f"`{kind.table}`" if kind.table else "any"


def _identity(kind: Kind) -> str:
    if not kind.table:
        return (
            "The block says `table`, `key` (the columns that tell its record from all others) and `columns`."
        )
    table = f"Records of `{kind.table}`"
    if not kind.key:
        return (
            f"{table}. There is no natural key: several records may share a name, so a block stands for the record that "
            "snowconf itself created, and for no other."
        )
    first, *others = kind.key
    more = "".join(f" and `{each}`" for each in others)
    return f"{table}, found by `{first}`{more}; `{first}` is the block's label unless it is written."


def _example(kind: Kind, examples: Path) -> str:
    for path in sorted(examples.glob("*/*.toml")):
        found = re.search(
            rf"^\[{kind.name}\..+\n(?:(?!\[(?!{kind.name}\.[\w-]+\.)|# ).*\n)+",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
        if found:
            place = f"[examples/{path.parent.name}](../../examples/{path.parent.name}/{path.name})"
            return f"From {place}:\n\n```toml\n{found[0].strip()}\n```"
    return ""


def _attributes(kind: Kind) -> str:
    if not kind.attributes:
        return (
            "Each column is read as its type in the dictionary says; of tables that snowconf does not know, as text. "
            'A column whose value is `{ env = "…" }` or `{ file = "…" }` is a secret.'
        )
    lines = (
        f"| `{each.name}` | {_cell(each.doc)} | {_value(each)} | {_column(each)} |"
        for each in kind.attributes
    )
    return "\n".join(("| Attribute | What it is | Value | Column |", "|---|---|---|---|", *lines))


def _settings(kind: Kind) -> str:
    sentences = (
        "`absent = true` asks that the record not exist." * kind.can_be_absent,
        "`access` says what must be possible when acting as this user: `read`, `create`, `write` and `delete`, each a "
        "list of `table`, `table.*` or `table.column`." * kind.has_access,
        "`no_access`, of the same form, says what must be refused to this user. A table that is refused is refused with "
        "each of its columns; of a table that is open, single columns may be refused." * kind.has_access,
        '`requires_tables = { value = ["table"] }` says which tables must be on the instance for which value: a plan that '
        "sets the value where one is missing is refused." * kind.has_requirements,
        '`lifecycle = { ignore = ["…"] }` names attributes that are sent on create and left alone afterwards.',
        (
            f"`lifecycle = {{ on_remove = … }}` says what becomes of a record that the stack created when its block leaves the "
            f"files: {_removals(kind)}."
        ),
        (
            '`lifecycle = { prevent_delete = true }` keeps it from being deleted, and `lifecycle = { previously = "…" }` names '
            "the label that the block had before."
        ),
    )
    return "Besides its attributes:\n\n" + "\n".join(f"- {each}" for each in sentences if each)


def _removals(kind: Kind) -> str:
    """Those that the kind knows, the usual one first."""
    known = [each for each in Removal if each is not Removal.DEACTIVATE or kind.deactivation]
    others = " or ".join(f"`{each.value}`" for each in known if each is not kind.on_remove)
    return f"`{kind.on_remove.value}` unless it says {others}"


def _value(attribute: Attribute) -> str:
    notes = [_cell(_type(attribute))]
    notes += ["**required**"] if attribute.required else []
    notes += ["fixed once the record exists"] if attribute.immutable else []
    return "; ".join(notes)


def _type(attribute: Attribute) -> str:
    match attribute:
        case Choice():
            return ", ".join(f"`{each}`" if each else '`""`' for each in attribute.choices)
        case Integer():
            return f"{attribute.says}{_bounds(attribute)}"
        case Reference() | References():
            return f"{attribute.says} of {_linked(attribute.target.kind, attribute.target.table)}"
        case Members():
            whom = _linked(attribute.target.kind, attribute.target.table)
            return f"{attribute.says} of {whom}: the whole set, rows of `{attribute.link}`"
        case Secret():
            return f"{attribute.says.replace('|', ' ')}; never read, never shown"
        case _:
            return attribute.says


def _bounds(attribute: Integer) -> str:
    match attribute.minimum, attribute.maximum:
        case None, None:
            return ""
        case least, None:
            return f", at least {least}"
        case None, most:
            return f", at most {most}"
        case least, most:
            return f" from {least} to {most}"


def _linked(kind: str, table: str) -> str:
    if kind:
        return f"[{kind}]({kind}.md)" if kind != "record" else f"`{table}`"
    several = [each.name for each in KINDS.values() if each.table and table in get_table(each.table).lineage]
    return " or ".join(f"[{each}]({each}.md)" for each in several)


def _column(attribute: Attribute) -> str:
    return "" if isinstance(attribute, Members) else f"`{attribute.column}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
