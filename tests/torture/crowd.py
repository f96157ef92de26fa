"""Ten thousand records in memory of which a stack owns forty, and quick answers about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.engine.port import Row
from snowconf.model.query import Query
from tests.driving.shared import Shared
from tests.engine.pretend import Rows

FOREIGN = 9960
ADOPTABLE = 20
Key = tuple[str, str]
World = dict[str, dict[str, dict[str, str]]]


def hex_id(table: str, number: int) -> str:
    """A sys_id that no digest gives."""
    return f"{len(table):02x}{number:08x}".ljust(32, "f")


def world() -> World:
    """Records of others, some of them named nearly as those of the stack, and twenty that may be adopted."""
    instance = Shared()
    for table, sys_id, columns in _rows():
        instance.put(table, sys_id, **columns)
    assert sum(map(len, instance.tables.values())) == FOREIGN + ADOPTABLE
    return instance.tables


def _rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    for number in range(4000):
        name = f"own.{number}.more" if number % 2 else f"acme.{number}"
        yield (
            "sys_properties",
            hex_id("sys_properties", number),
            {"name": name, "value": "1", "description": ""},
        )
    for number in range(3000):
        person = {"user_name": f"xown.{number}", "first_name": "Kim", "active": "true", "last_name": "Lee"}
        yield "sys_user", hex_id("sys_user", number), person
    for number in range(500):
        yield (
            "sys_user_role",
            hex_id("sys_user_role", number),
            {"name": f"role.{number}", "description": "x"},
        )
    for number in range(460):
        yield (
            "sys_user_group",
            hex_id("sys_user_group", number),
            {"name": f"group.{number}", "description": "x"},
        )
    for number in range(2000):
        grant = {"user": hex_id("sys_user", number), "role": hex_id("sys_user_role", number % 500)}
        inherited = "true" if number % 3 else "false"
        yield (
            "sys_user_has_role",
            hex_id("sys_user_has_role", number),
            {**grant, "inherited": inherited, "state": "active"},
        )
    for number in range(ADOPTABLE):
        yield (
            "sys_properties",
            hex_id("adoptable", number),
            {"name": f"adopt.{number}", "value": f"before {number}", "description": "theirs"},
        )


@dataclass
class Index:
    """Which rows of the world hold a value in a column; made when first asked for, and for all sequences together."""

    rows: World
    found: dict[Key, dict[str, list[str]]] = field(default_factory=dict)

    def find(self, table: str, column: str, values: Sequence[str]) -> set[str]:
        """Their sys_ids."""
        if (table, column) not in self.found:
            made: dict[str, list[str]] = {}
            look = Shared(tables=self.rows)
            for sys_id, row in self.rows.get(table, {}).items():
                made.setdefault(look._column(row, column).casefold(), []).append(sys_id)
            self.found[table, column] = made
        return {each for value in values for each in self.found[table, column].get(value.casefold(), ())}


@dataclass
class Crowded(Shared):
    """Looks through the rows that may match only: those of the index, and those that came later."""

    index: Index = field(default_factory=lambda: Index({}))
    later: dict[str, set[str]] = field(default_factory=dict)

    def put(self, table: str, sys_id: str, **columns: str) -> str:
        """Lay a row into a table."""
        self.later.setdefault(table, set()).add(sys_id)
        return super().put(table, sys_id, **columns)

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Rows:
        """Rows that match."""
        self.requests["GET"] += 1
        rows = self.tables.get(table, {})
        found = [row for each in self._candidates(table, query) if self._matches(row := rows[each], query)]
        return Rows(tuple(self._shown(table, row, columns) for row in found[:limit]))

    def _candidates(self, table: str, query: Query) -> list[str]:
        sets = [
            set().union(*(self.index.find(table, each.column, each.values) for each in group))
            for group in query.groups
            if all(each.operator in ("=", "IN") for each in group)
        ]
        if not sets:
            return [*self.tables.get(table, {})]
        likely = set.intersection(*sets) | self.later.get(table, set())
        return sorted(likely & self.tables.get(table, {}).keys())

    def _column(self, row: Mapping[str, str], name: str) -> str:
        head, dot, rest = name.partition(".")
        if not dot:
            return row.get(name, "")
        tables = {"user": "sys_user", "role": "sys_user_role", "group": "sys_user_group"}
        away: Row = self.tables.get(tables.get(head, ""), {}).get(row.get(head, ""), {})
        return away.get(rest, "")
