"""Nouns with every text in them redacted, before a report is made: what a form escapes, nobody finds again afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

Redact = Callable[[str], str]
Noun = TypeVar("Noun")


def masked(noun: Noun, redact: Redact) -> Noun:
    """The same noun, or one like it whose texts went through `redact`."""
    made: Noun = _masked(noun, redact)
    return made


def _masked(value: Any, redact: Redact) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return redact(value)
        case tuple() | frozenset():
            return type(value)(_masked(each, redact) for each in value)
        case Mapping():
            return {name: _masked(each, redact) for name, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _masked_noun(value, redact)
        case _:
            return value


def _masked_noun(noun: Any, redact: Redact) -> Any:
    parts = {each.name: getattr(noun, each.name) for each in fields(noun)}
    changed = {name: made for name, part in parts.items() if (made := _masked(part, redact)) is not part}
    return replace(noun, **changed) if changed else noun
