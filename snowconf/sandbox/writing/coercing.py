"""What becomes of a value on its way into a column: cut, resolved, hashed, or taken as it is, and never refused.

Sources: tables.md 1.8, 1.12; wire-contract.md 1.7, 6.3, 6.4, 6.5.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from snowconf.dictionary import Column, find_table
from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.storage.clock_format import Clock
from snowconf.sandbox.storage.concealing import conceal
from snowconf.sandbox.storage.passwords import hash_password, seal
from snowconf.sandbox.storage.release import installed_columns
from snowconf.sandbox.storage.store import Row

REFERENCE_LENGTH = 32
# Secrets that the platform itself computes with; all others it is shown again, so that a hash will do.
USED = frozenset({"shared_key"})
YES = frozenset({"true", "1", "yes", "on"})
_SYS_ID = re.compile(r"[0-9a-fA-F]{32}")
_INTEGER = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value for one column; `display_input` says that it is written as people read it."""

    session: Session
    column: Column
    value: str
    display_input: bool

    def cut(self) -> str:
        """The value as far as it fits; nobody is told about the rest."""
        return self.value[: self.column.max_length]


Coercion: TypeAlias = Callable[[Entry], str | None]


def coerce(session: Session, table: str, values: Mapping[str, str], *, display_input: bool) -> Row:
    """The values as they will be stored. Names that are no column, and what cannot be resolved, are left out."""
    columns = installed_columns(session.switches, table)
    row = {}
    for name in values.keys() & columns.keys():
        entry = Entry(session=session, column=columns[name], value=values[name], display_input=display_input)
        stored = _coerce(entry)
        if stored is not None:
            row[name] = stored
    return row


def _coerce(entry: Entry) -> str | None:
    coercion = BY_TYPE.get(entry.column.type, Entry.cut)
    if not entry.value:
        return "false" if entry.column.type == "boolean" else ""
    return _choose(entry) if entry.column.choices else coercion(entry)


def _choose(entry: Entry) -> str | None:
    """A stored value as it is, a label as its value; anything else as the switch says (tables.md 1.8)."""
    choices, wanted = entry.column.choices, entry.value.casefold()
    if entry.value in choices:
        return entry.value
    labelled = (value for value, label in choices.items() if label.casefold() == wanted)
    strange: Mapping[str, str | None] = {"accept": entry.cut(), "blank": "", "drop": None}
    return next(labelled, strange[entry.session.switches.get("choice_values")])


def _boolean(entry: Entry) -> str:
    return "true" if entry.value.strip().lower() in YES else "false"


def _integer(entry: Entry) -> str:
    text = entry.value.strip().replace(",", "")
    return text.removeprefix("+")[: entry.column.max_length] if _INTEGER.fullmatch(text) else ""


def _reference(entry: Entry) -> str | None:
    """Verbatim and cut to 32 characters, or found by what it shows; an unknown display name is dropped."""
    if not entry.display_input or _SYS_ID.fullmatch(entry.value):
        return entry.value[:REFERENCE_LENGTH]
    referenced = find_table(entry.column.reference)
    if referenced is None or not referenced.display:
        return None
    store = entry.session.store
    if store.get(referenced.name, entry.value):
        return entry.value
    found = store.find_ignoring_case(referenced.name, **{referenced.display: entry.value})
    return found[0]["sys_id"] if found else None


def _moment(entry: Entry) -> str:
    """UTC as it is; the caller's own time and form when it is written as people read it."""
    return _clock(entry).read(entry.value.strip()) or ""


def _date(entry: Entry) -> str:
    return _clock(entry).read_day(entry.value.strip()) or ""


def _clock(entry: Entry) -> Clock:
    caller = entry.session.caller
    if not entry.display_input:
        return Clock()
    return Clock(time_zone=caller.time_zone, date_format=caller.date_format, time_format=caller.time_format)


def _password(entry: Entry) -> str:
    """Hashed only when the platform was told to process it; otherwise verbatim, and nobody can log in with it."""
    return hash_password(entry.value) if entry.display_input else entry.cut()


def _secret(entry: Entry) -> str:
    used = entry.column.name in USED
    return conceal(entry.session.store, entry.value) if used else seal(entry.value)


BY_TYPE: Mapping[str, Coercion] = MappingProxyType(
    {
        "boolean": _boolean,
        "integer": _integer,
        "long": _integer,
        "reference": _reference,
        "glide_date_time": _moment,
        "due_date": _moment,
        "glide_date": _date,
        "password": _password,
        "password2": _secret,
    }
)
