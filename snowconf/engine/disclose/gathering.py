"""The rows that decide what an account may do: a list a table, and what a plan makes of them. Judges nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from snowconf.dictionary import find_table
from snowconf.engine.context import Context
from snowconf.engine.port import Instance, Row
from snowconf.engine.workers import Workers
from snowconf.errors import BadRequestError, FilterIgnoredError, ForbiddenError, NotFoundError
from snowconf.model.plan import Plan, Verb, Write
from snowconf.model.query import Condition, Query, where

USER = "sys_user"
ROLE = "sys_user_role"
CONTAINS = "sys_user_role_contains"
GRANT = "sys_user_has_role"
MEMBER = "sys_user_grmember"
GROUP = "sys_user_group"
GROUP_ROLE = "sys_group_has_role"
CONTROL = "sys_security_acl"
CONTROL_ROLE = "sys_security_acl_role"
OPERATION = "sys_security_operation"
TABLE = "sys_db_object"
SETTING = "sys_properties"
DEFAULT_MODE = "glide.sm.default_mode"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    CONTROL: (
        "name",
        "type",
        "operation",
        "active",
        "admin_overrides",
        "decision_type",
        "advanced",
        "script",
        "condition",
        "applies_to",
        "security_attribute",
    ),
    CONTROL_ROLE: ("sys_security_acl", "sys_user_role"),
    TABLE: ("name", "super_class"),
    ROLE: ("name", "elevated_privilege"),
    CONTAINS: ("role", "contains"),
    GROUP: ("name", "parent"),
    GROUP_ROLE: ("group", "role"),
    GRANT: ("user", "role", "role.name", "inherited", "state"),
    MEMBER: ("user", "group"),
    OPERATION: ("name",),
    SETTING: ("name", "value"),
    USER: ("user_name", "active", "locked_out"),
}
# Of these there is a row on every instance, so that seeing none means not being allowed to look (tables.md 12.3).
DECISIVE = (CONTROL, CONTROL_ROLE, ROLE)
# A table that is not there, or that this account may not read.
UNTOLD = (ForbiddenError, NotFoundError, BadRequestError, FilterIgnoredError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Rows by table and sys_id. Of a table in `unseen` some rows are hidden, or all; `gone` rows are deleted by a plan."""

    tables: Mapping[str, Mapping[str, Row]]
    unseen: Mapping[str, int] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    def rows(self, table: str) -> Iterable[Row]:
        """The rows of a table, each with its sys_id."""
        return self.tables.get(table, {}).values()

    def name(self, table: str, sys_id: str) -> str:
        """What people call the row, or its sys_id."""
        return self.tables.get(table, {}).get(sys_id, {}).get("name", "") or sys_id

    def with_writes(self, plan: Plan) -> "Facts":
        """As the rows are once the plan has been applied."""
        tables = {table: dict(rows) for table, rows in self.tables.items()}
        gone: set[str] = set(self.gone)
        for write in (write for change in plan.changes for write in change.writes):
            if write.table in tables:
                _write(tables[write.table], write, gone)
        return Facts(tables=tables, unseen=self.unseen, gone=frozenset(gone))


def gather(user_name: str, sys_id: str, *, instance: Instance, context: Context) -> Facts:
    """One list of every table that matters, whatever the number of roles; of users only the one that is meant.

    Raises:
        InstanceError: the instance did not answer.
    """
    asks = [(table, _query(table, user_name, sys_id)) for table in COLUMNS]
    tell = context.counting("reading", len(asks))

    def ask(asked: tuple[str, Query]) -> tuple[Sequence[Row], int]:
        table, query = asked
        try:
            listing = instance.list_rows(table, query, COLUMNS[table])
        except UNTOLD:
            return (), 1
        finally:
            tell(table)
        return listing.rows, listing.hidden or (table in DECISIVE and not listing.rows)

    with Workers(max(1, context.parallelism)) as workers:
        futures = {asked[0]: workers.submit(ask, asked) for asked in asks}
        answers = {table: future.result() for table, future in futures.items()}
    return Facts(
        tables={table: {row["sys_id"]: row for row in rows} for table, (rows, _) in answers.items()},
        unseen={table: int(hidden) for table, (_, hidden) in answers.items() if hidden},
    )


def _query(table: str, user_name: str, sys_id: str) -> Query:
    """Of a user by sys_id where that is known, for a name may be about to change."""
    match table:
        case "sys_user":
            named = Condition("user_name", "=", (user_name,))
            return Query(((named, Condition("sys_id", "=", (sys_id,))),)) if sys_id else Query(((named,),))
        case "sys_user_has_role" | "sys_user_grmember" if sys_id:
            return where(user=sys_id)
        case "sys_user_has_role" | "sys_user_grmember":
            return Query(((Condition("user.user_name", "=", (user_name,)),),))
        case "sys_properties":
            return where(name=DEFAULT_MODE)
        case _:
            return Query()


def _write(rows: dict[str, Row], write: Write, gone: set[str]) -> None:
    match write.verb:
        case Verb.INSERT:
            rows[write.sys_id] = {**_defaults(write.table), **write.columns, "sys_id": write.sys_id}
        case Verb.UPDATE:
            rows[write.sys_id] = {**rows.get(write.sys_id, {}), **write.columns, "sys_id": write.sys_id}
        case Verb.DELETE:
            rows.pop(write.sys_id, None)
            gone.add(write.sys_id)
        case _:
            assert_never(write.verb)


def _defaults(table: str) -> Row:
    """What the platform fills in, as far as it is no expression; every other column is empty."""
    found = find_table(table)
    columns = found.columns.values() if found else ()
    return dict.fromkeys(COLUMNS[table], "") | {
        each.name: each.default
        for each in columns
        if each.default and not each.default.startswith("javascript:")
    }


def by_value(rows: Iterable[Row], column: str, wanted: str) -> Mapping[str, tuple[str, ...]]:
    """For every value of the column, what the rows hold in another one."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row.get(column, "")].append(row.get(wanted, ""))
    return {value: tuple(sorted(held)) for value, held in found.items()}
