"""An instance in memory that does just what the port promises, with the platform's misbehaviour on request."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.engine.port import Row
from snowconf.errors import ForbiddenError, InstanceError, NotFoundError, Reason, SecretUnavailableError
from snowconf.model.address import Address
from snowconf.model.query import Condition, Query
from snowconf.model.runner import Runner
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

# What the platform fills in on insert.
DEFAULTS = {"sys_user_has_role": {"inherited": "false", "state": "active"}}


@dataclass(frozen=True)
class Rows:
    """What a list answered."""

    rows: tuple[Row, ...]
    hidden: int = 0


@dataclass
class PretendInstance:
    """Tables of rows. `hides` tables show nothing, `lacks` columns do not exist, `drops` columns are not written.

    `secret_rows` are counted by their sys_ids and never shown.
    """

    tables: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    hides: set[str] = field(default_factory=set)
    secret_rows: set[str] = field(default_factory=set)
    unreadable: set[tuple[str, str]] = field(default_factory=set)
    lacks: set[tuple[str, str]] = field(default_factory=set)
    drops: set[tuple[str, str]] = field(default_factory=set)
    refuses: dict[str, InstanceError] = field(default_factory=dict)
    renumbers: set[str] = field(default_factory=set)
    closed: InstanceError | None = None
    runner: Runner = field(default_factory=lambda: Runner(is_trusted=True))
    requests: Counter[str] = field(default_factory=Counter)
    log: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def put(self, table: str, sys_id: str, **columns: str) -> str:
        """Lay a row into a table."""
        evidence = {
            "sys_mod_count": "0",
            "sys_updated_by": "jane.doe",
            "sys_updated_on": "2026-11-20 14:02:11",
        }
        self.tables.setdefault(table, {})[sys_id] = {"sys_id": sys_id} | evidence | columns
        return sys_id

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Rows:
        """Rows that match, as far as they are shown."""
        if self.closed:
            raise self.closed
        self.requests["GET"] += 1
        found = [row for row in self.tables.get(table, {}).values() if self._matches(row, query)]
        if table in self.hides:
            return Rows((), hidden=len(found))
        shown = [row for row in found[:limit] if row["sys_id"] not in self.secret_rows]
        rows = tuple(self._shown(table, row, columns) for row in shown)
        return Rows(rows, hidden=len(found[:limit]) - len(shown))

    def whoami(self) -> Runner:
        """Whom the test says."""
        return self.runner

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """A new row."""
        self._write("POST", table, {**columns, **_flag(display_input=display_input)})
        sys_id = f"{len(self.log):032x}" if table in self.renumbers else columns["sys_id"]
        written = DEFAULTS.get(table, {}) | {
            name: value for name, value in columns.items() if name != "sys_id"
        }
        self.put(
            table,
            sys_id,
            **{name: "" if (table, name) in self.drops else value for name, value in written.items()},
        )
        return self._shown(table, self.tables[table][sys_id], [*columns])

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """A changed row."""
        self._write("PATCH", table, {**columns, "sys_id": sys_id, **_flag(display_input=display_input)})
        if sys_id not in self.tables.get(table, {}):
            raise NotFoundError("no such record", status=404)
        row = self.tables[table][sys_id]
        row.update({name: value for name, value in columns.items() if (table, name) not in self.drops})
        return self._shown(table, row, [*columns])

    def delete(self, table: str, sys_id: str) -> None:
        """No row."""
        self._write("DELETE", table, {"sys_id": sys_id})
        self.tables.get(table, {}).pop(sys_id, None)

    def _write(self, verb: str, table: str, columns: Mapping[str, str]) -> None:
        self.requests[verb] += 1
        self.log.append((verb, table, dict(columns)))
        refusal = self.refuses.get(f"{table}:{columns.get('name', columns.get('user_name', ''))}")
        if refusal or (refusal := self.refuses.get(table)):
            raise refusal

    def _shown(self, table: str, row: Mapping[str, str], columns: Sequence[str]) -> Row:
        shown = {name: self._column(row, name) for name in {*columns, "sys_id"}}
        return {
            name: value
            for name, value in shown.items()
            if (table, name) not in self.unreadable and (table, name) not in self.lacks
        }

    def _column(self, row: Mapping[str, str], name: str) -> str:
        head, dot, rest = name.partition(".")
        if not dot:
            return row.get(name, "")
        away = next((rows[row[head]] for rows in self.tables.values() if row.get(head) in rows), {})
        return away.get(rest, "")

    def _matches(self, row: Mapping[str, str], query: Query) -> bool:
        return all(any(self._holds(row, each) for each in group) for group in query.groups)

    def _holds(self, row: Mapping[str, str], condition: Condition) -> bool:
        held = self._column(row, condition.column).casefold()
        wanted = [value.casefold() for value in condition.values]
        if condition.operator == ">":
            return held > wanted[0]
        return held.startswith(wanted[0]) if condition.operator == "STARTSWITH" else held in wanted


@dataclass
class PretendKeeper:
    """Secrets by name, and what was written in memory."""

    secrets: dict[str, str] = field(default_factory=dict)
    remembered: dict[tuple[Address, str, str], str] = field(default_factory=dict)

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret of that name."""
        if source.name not in self.secrets:
            raise SecretUnavailableError(f"{source.name} is not set")
        return SecretText(self.secrets[source.name])

    def ensure(self, source: SecretSource) -> None:
        """None is ever generated here."""
        self.resolve(source)

    def standing(self, address: Address, column: str, source: SecretSource, sys_id: str) -> Standing:
        """By comparing with what was written."""
        if source.name not in self.secrets:
            return Standing.UNAVAILABLE
        held = self.remembered.get((address, column, sys_id))
        if held is None:
            return Standing.UNKNOWN
        if not held:
            return Standing.PENDING
        return Standing.SAME if held == self.secrets[source.name] else Standing.DIFFERS

    def intend(self, address: Address, column: str, sys_id: str) -> None:
        """Nothing is known until it is written."""
        self.remembered[address, column, sys_id] = ""

    def written(self, address: Address, column: str, source: SecretSource, sys_id: str) -> None:
        """It is known now."""
        self.remembered[address, column, sys_id] = self.secrets[source.name]

    def fingerprints(self) -> Mapping[Address, Mapping[str, str]]:
        """What was written, as it is: these are no secrets."""
        found: dict[Address, dict[str, str]] = {}
        for (address, column, _), held in self.remembered.items():
            found.setdefault(address, {})[column] = held
        return found


def _flag(*, display_input: bool) -> dict[str, str]:
    return {"display": "yes"} if display_input else {}


def refusal() -> ForbiddenError:
    """What an access control answers."""
    return ForbiddenError("an access control refused", reason=Reason.ACL)
