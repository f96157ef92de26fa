"""Numbers of tasks: the prefix of the class and seven digits, counted up from the highest there is."""

from snowconf.sandbox.rules.rule import INSERT, Event, Put, Rule
from snowconf.sandbox.sql import Sql
from snowconf.sandbox.store import Row, Selection

PREFIXES = {"incident": "INC", "problem": "PRB", "change_request": "CHG", "task": "TASK"}
FIRST = 10_000
DIGITS = 7
HIGHEST_FIRST = Sql('t0."number" DESC')


def _number(event: Event) -> Row:
    prefix = PREFIXES.get(event.table, PREFIXES["task"])
    return {} if event.after["number"] else {"number": f"{prefix}{_highest(event, prefix) + 1:0{DIGITS}d}"}


def _highest(event: Event, prefix: str) -> int:
    like = Sql('t0."number" LIKE ?', (f"{prefix}{'_' * DIGITS}",))
    selection = Selection(table=event.table, columns=("number",), where=like, order=HIGHEST_FIRST, limit=1)
    found = event.session.store.select(selection)
    digits = found[0]["number"].removeprefix(prefix) if found else ""
    return max(FIRST, int(digits)) if digits.isdecimal() else FIRST


RULES: tuple[Rule, ...] = (Put(name="Get next number", table="task", on=INSERT, values=_number),)
