"""Plain `column=value` pairs as a query: unlike an encoded query, these know labels and names (wire-contract.md 2.1)."""

from collections.abc import Iterable

from snowconf.sandbox.queries.encoded_query import Condition, EncodedQuery, Group, Operator
from snowconf.sandbox.queries.path import Path, find_display, find_path
from snowconf.sandbox.switches import Switches


def filters(switches: Switches, table: str, pairs: Iterable[tuple[str, str]]) -> EncodedQuery:
    """The pairs that name a column, all of which must hold; any other parameter is simply unknown."""
    known = ((name, value, find_path(switches, table, name)) for name, value in pairs)
    return EncodedQuery(
        (tuple(_group(switches, path, (name, value)) for name, value, path in known if path),)
    )


def _group(switches: Switches, path: Path, pair: tuple[str, str]) -> Group:
    """The stored value, the value that has this label, or the record that shows this text."""
    name, value = pair
    choices = path[-1].column.choices.items()
    labelled = [stored for stored, label in choices if label.casefold() == value.casefold()]
    conditions = [Condition(name, Operator.EQUALS, each) for each in dict.fromkeys((value, *labelled))]
    shown = find_display(switches, path[-1])
    if shown is not None and value:
        conditions.append(Condition(f"{name}.{shown.column.name}", Operator.EQUALS, value))
    return tuple(conditions)
