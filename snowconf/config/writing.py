"""Blocks as TOML text, for people to paste. Nothing is read here, and no file is written."""

import re
from collections.abc import Mapping, Sequence

from snowconf.model.address import Address

BARE = re.compile(r"[A-Za-z0-9_-]+")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def block_text(
    address: Address,
    attributes: Mapping[str, object],
    *,
    columns: Mapping[str, object] | None = None,
    comments: Sequence[str] = (),
) -> str:
    """`[kind.label]`, a line for each attribute, `columns` as a table below it, and comments last.

    Values are text, numbers, true and false, and lists of texts.
    """
    name = f"{address.kind}.{_key(address.label)}"
    nested = ["", f"[{name}.columns]", *_lines(columns)] if columns is not None else []
    return "\n".join((f"[{name}]", *_lines(attributes), *nested, *(f"# {each}" for each in comments))) + "\n"


def _lines(attributes: Mapping[str, object]) -> list[str]:
    names = [_key(each) for each in attributes]
    width = max(map(len, names), default=0)
    return [
        f"{name:<{width}} = {_value(value)}" for name, value in zip(names, attributes.values(), strict=True)
    ]


def _key(text: str) -> str:
    return text if BARE.fullmatch(text) else _quoted(text)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_quoted(str(each)) for each in value)}]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + "".join(ESCAPES.get(each) or _escaped(each) for each in text) + '"'


def _escaped(character: str) -> str:
    """Control characters have no other form in TOML."""
    return character if character.isprintable() else f"\\U{ord(character):08x}"
