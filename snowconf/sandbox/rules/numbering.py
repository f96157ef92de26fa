"""Numbers of tasks: prefix and digits from sys_number, counted up from the highest there is of the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from snowconf.dictionary import get_table
from snowconf.sandbox.rules.rule import INSERT, Event, Put, Rule
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.sql import Sql
from snowconf.sandbox.storage.store import Row, Selection, Store

# Of this prefix, with as many digits and nothing else.
OURS = 'substr(t0."number", 1, ?) = ? AND length(t0."number") = ? AND substr(t0."number", ?) NOT GLOB \'*[^0-9]*\''
HIGHEST_FIRST = Sql('t0."number" DESC')
NUMBERED = ("task", "kb_knowledge")
USUAL_DIGITS = 7
USUAL_START = 10_000
MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a table numbers its records: the prefix, the digits after it, and the number to count up from."""

    prefix: str
    digits: int = USUAL_DIGITS
    start: int = USUAL_START


def _number(event: Event) -> Row:
    numbering = _find(event)
    if event.after["number"] or numbering is None:
        return {}
    following = _highest(event, numbering) + 1
    return {"number": f"{numbering.prefix}{following:0{numbering.digits}d}"}


def _find(event: Event) -> Numbering | None:
    """The table's own numbering or that of the nearest table it extends."""
    known = recall(event.session.store, ("sys_number",), _numberings)
    return next((known[table] for table in get_table(event.table).lineage if table in known), None)


def _numberings(store: Store) -> Mapping[str, Numbering]:
    return MappingProxyType({row["category"]: _read(row) for row in store.find("sys_number")})


def _read(row: Row) -> Numbering:
    digits = _whole(row["maximum_digits"], USUAL_DIGITS)
    return Numbering(row["prefix"], min(digits, MOST_DIGITS), _whole(row["number"], USUAL_START))


def _whole(text: str, usual: int) -> int:
    """The number it says; what somebody wrote who meant something else is as good as nothing."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else usual


def _highest(event: Event, numbering: Numbering) -> int:
    prefix = numbering.prefix
    ours = Sql(OURS, (len(prefix), prefix, len(prefix) + numbering.digits, len(prefix) + 1))
    selection = Selection(table=event.table, columns=("number",), where=ours, order=HIGHEST_FIRST, limit=1)
    found = event.session.store.select(selection)
    return max(numbering.start, int(found[0]["number"][len(prefix) :])) if found else numbering.start


RULES: tuple[Rule, ...] = tuple(
    Put(name=f"Get next number for {table}", table=table, on=INSERT, values=_number) for table in NUMBERED
)
