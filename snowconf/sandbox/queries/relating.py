"""The terms that reach into other rows (wire-contract.md 3.1, 3.2): JOIN, RLQUERY, IN_HIERARCHY, DYNAMIC.

Each comes to a set of values in which one column of the row must be, or must not be. Inside the set the row is
called `t0` again, so that conditions on the other table are compiled like any others.
"""

import re
from dataclasses import dataclass

from snowconf.dictionary import Table, get_table
from snowconf.sandbox.queries.encoded_query import RelatedList
from snowconf.sandbox.storage.schema import KEY
from snowconf.sandbox.storage.sql import Sql, listing, phrase, quote
from snowconf.sandbox.storage.store import Store

_QUANTITY = re.compile(r"(>=|<=|=|>|<)([0-9]{1,9})|BETWEEN([0-9]{1,9})@([0-9]{1,9})")
PARENT = "parent"
# sys_filter_option_dynamic, as encoded queries that people published name them: Me, One of My Groups.
ME = "90d1921e5f510100a9ad2572f2b477fe"
MY_GROUPS = "d6435e965f510100a9ad2572f2b47744"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How many related rows there have to be: the SQL after their count, and whether none at all is enough."""

    test: Sql
    none_will_do: bool


def rows_of(store: Store, table: str) -> str:
    """What to write after FROM to have a table's rows as `t0`."""
    return phrase(store.source(table, get_table(table).columns), "AS t0")


def read_quantity(term: RelatedList) -> Quantity | None:
    """`>=1`, `=0`, `BETWEEN1@3`; None for anything else."""
    found = _QUANTITY.fullmatch(term.quantity)
    if found is None:
        return None
    symbol, number, low, high = found.groups()
    if symbol is None:
        return Quantity(test=Sql("BETWEEN ? AND ?", (int(low), int(high))), none_will_do=int(low) == 0)
    none_will_do = {
        "=": int(number) == 0,
        "<": int(number) > 0,
        "<=": True,
        ">=": int(number) == 0,
        ">": False,
    }
    return Quantity(test=Sql(phrase(symbol, "?"), (int(number),)), none_will_do=none_will_do[symbol])


def with_related(rows: str, column: str, where: Sql, quantity: Quantity) -> Sql:
    """The rows that so many of the other table's rows point at.

    Those with none are in no group; so when none is enough, all are taken but those with a wrong number.
    """
    name = f"t0.{quote(column)}"
    counted = phrase("COUNT(*)", quantity.test.text)
    having, member = (phrase("NOT (", counted, ")"), "NOT IN") if quantity.none_will_do else (counted, "IN")
    groups = phrase("SELECT", name, "FROM", rows, "WHERE", where.text, "GROUP BY", name, "HAVING", having)
    parameters = where.parameters + quantity.test.parameters
    return Sql(phrase(f"t0.{quote(KEY)}", member, "(", groups, ")"), parameters)


def joined_to(column: str, joined: str, rows: str, where: Sql) -> Sql:
    """The rows whose column another table's row has in its own."""
    name = f"t0.{quote(joined)}"
    chosen = phrase("SELECT", name, "FROM", rows, "WHERE", name, "<> '' AND", where.text)
    return Sql(phrase(f"t0.{quote(column)}", "IN (", chosen, ")"), where.parameters)


def below(store: Store, table: Table, sys_id: str) -> Sql:
    """The sys_ids of a record and all records beneath it, as a set; of one without a hierarchy only its own."""
    parent = table.columns.get(PARENT)
    if parent is None or parent.reference not in table.lineage:
        return Sql("(SELECT ?)", (sys_id,))
    names = listing(f"t0.{quote(KEY)}")
    step = phrase(
        "SELECT",
        names,
        "FROM",
        rows_of(store, table.name),
        f"JOIN beneath ON t0.{quote(PARENT)} = beneath.id",
    )
    text = phrase("(WITH RECURSIVE beneath(id) AS (SELECT ? UNION", step, ") SELECT id FROM beneath)")
    return Sql(text, (sys_id,))


def find_dynamic(store: Store, option: str, user: str) -> Sql | None:
    """The values that a dynamic filter stands for, as a set; None for one that the sandbox does not know."""
    if option == ME:
        return Sql("(SELECT ?)", (user,))
    if option != MY_GROUPS:
        return None
    chosen = phrase("SELECT", f"t0.{quote('group')}")
    rows = rows_of(store, "sys_user_grmember")
    return Sql(phrase("(", chosen, "FROM", rows, "WHERE", f"t0.{quote('user')}", "= ? )"), (user,))
