"""Who may do what: access controls evaluated table first, then column, in the order of tables.md 4.3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from snowconf.dictionary import find_table
from snowconf.sandbox import settings
from snowconf.sandbox.acls import Acl, Rulebook, read_rulebook
from snowconf.sandbox.conditions import Scene, holds
from snowconf.sandbox.encoded_query import EncodedQuery
from snowconf.sandbox.refusals import API_CLOSED, QUERY_RIGHTS, Operation, Refusal
from snowconf.sandbox.remembering import recall
from snowconf.sandbox.session import Caller
from snowconf.sandbox.store import Row, Store
from snowconf.sandbox.switches import Switches

# wire-contract.md 1.5: closed to REST even for admin, and those that say so instead of showing nothing.
CLOSED_TABLES = frozenset({"sys_plugins", "v_plugin", "sys_store_app", "sys_package"})
OUTSPOKEN_TABLES = frozenset({"sys_db_object", "metric_definition", "sys_scope"})
READ_ONLY_ROLE = "snc_read_only"
# tables.md 4.1.
USER_IS_AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"


@dataclass(frozen=True, slots=True)
class Access:
    """What one caller may do on one store. Cheap to make: what is worked out is kept with the rulebook."""

    store: Store
    switches: Switches
    caller: Caller

    def may(self, operation: Operation, table: str, row: Row | None = None) -> bool:
        """Whether the table check passes; without a row, whether it could pass for some row."""
        if operation != "read" and not self._may_write_at_all(table):
            return False
        return self._passes(self._check(operation, table, row), "")

    def readable_columns(self, table: str, columns: Iterable[str], row: Row | None) -> frozenset[str]:
        """Those of the columns that the caller sees of a row that the table check lets through."""
        return self._columns("read", table, columns, row)

    def writable_columns(
        self, table: str, columns: Iterable[str], row: Row | None, operation: Operation
    ) -> frozenset[str]:
        """Those of the columns that the caller may fill (`create`) or change (`write`); others are dropped."""
        return self._columns(operation, table, columns, row)

    def closed(self, table: str) -> Refusal | None:
        """Why nobody, or this caller, gets an answer at all; None when rows may come, or just an empty list."""
        if table in CLOSED_TABLES or table in recall(self.store, ("sys_db_object",), _without_web_services):
            return API_CLOSED
        if table in OUTSPOKEN_TABLES and not self.may("read", table):
            return QUERY_RIGHTS
        return None

    def _may_write_at_all(self, table: str) -> bool:
        found = find_table(table)
        guarded = found is not None and found.needs_elevation and self.switches.get("elevation") == "on"
        return not guarded and READ_ONLY_ROLE not in self.caller.roles

    def _columns(
        self, operation: Operation, table: str, columns: Iterable[str], row: Row | None
    ) -> frozenset[str]:
        check = self._check(operation, table, row)
        return frozenset(column for column in columns if self._passes(check, column))

    def _check(self, operation: Operation, table: str, row: Row | None) -> "Check":
        rulebook, own = read_rulebook(self.store), _class_of(table, row)
        key = (self.caller.roles, self.caller.admin, self._leniency(), operation, own)
        settled = rulebook.settled.setdefault(key, {})
        return Check(rulebook=rulebook, operation=operation, table=own, row=row, settled=settled)

    def _passes(self, check: "Check", column: str) -> bool:
        """The table check when there is no column, else the check of that column alone."""
        known = check.settled.get(column)
        return self._decide(check, column) if known is None else known

    def _decide(self, check: "Check", column: str) -> bool:
        levels = tuple(check.levels(column))
        verdict = self._evaluate(levels, check, column)
        if all(self._is_settled(acl) for acl in chain.from_iterable(levels)):
            check.settled[column] = verdict
        return verdict

    def _evaluate(self, levels: tuple[tuple[Acl, ...], ...], check: "Check", column: str) -> bool:
        applicable = [[acl for acl in level if self._applies(acl, check)] for level in levels]
        denying = [acl for acl in chain.from_iterable(applicable) if acl.deny_unless]
        if not all(self._lets_pass(acl, check) for acl in denying):
            return False
        for level in applicable:
            allowing = [acl for acl in level if not acl.deny_unless]
            if allowing:
                return any(self._lets_pass(acl, check) for acl in allowing)
        return bool(denying or column) or self._passes_without_rules()

    def _passes_without_rules(self) -> bool:
        denied = settings.find_setting(self.store, settings.DEFAULT_MODE) == "deny"
        return self.caller.admin or not denied

    def _applies(self, acl: Acl, check: "Check") -> bool:
        return acl.applies_to is None or self._meets(acl.applies_to, check)

    def _lets_pass(self, acl: Acl, check: "Check") -> bool:
        if self._is_overridden(acl):
            return True
        if self._is_lost(acl):
            return False
        return acl.condition is None or self._meets(acl.condition, check)

    def _meets(self, condition: EncodedQuery, check: "Check") -> bool:
        """Whether the row meets the condition; without a row, some row could."""
        if check.row is None:
            return True
        scene = Scene(store=self.store, table=check.table, row=check.row, caller=self.caller)
        return holds(condition, scene)

    def _is_overridden(self, acl: Acl) -> bool:
        return self.caller.admin and acl.admin_overrides

    def _is_lost(self, acl: Acl) -> bool:
        """Whether the caller fails it whatever the row holds."""
        without_role = bool(acl.roles) and not acl.roles & self.caller.roles
        return acl.is_bare or without_role or not self._has(acl.attribute) or not self._trusts(acl.script)

    def _has(self, attribute: str) -> bool:
        if attribute == HAS_ADMIN_ROLE:
            return self.caller.admin
        return attribute in {"", USER_IS_AUTHENTICATED} or self._leniency() == "allow"

    def _trusts(self, script: str) -> bool:
        return not script or self._leniency() == "allow"

    def _leniency(self) -> str:
        return self.switches.get("undecidable_scripts")

    def _is_settled(self, acl: Acl) -> bool:
        """Whether no row can change what this access control says to this caller."""
        decided = acl.condition is None or self._is_overridden(acl) or self._is_lost(acl)
        return decided and acl.applies_to is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question about a table or a row of it. `settled` are answers that hold for every row, by column."""

    rulebook: Rulebook
    operation: Operation
    table: str
    row: Row | None
    settled: dict[str, bool]

    def levels(self, column: str) -> Iterator[tuple[Acl, ...]]:
        """The access controls level by level, most specific first (tables.md 4.3)."""
        found = find_table(self.table)
        tables = (*(found.lineage if found else (self.table,)), "*")
        names = [f"{name}.{each}" for each in (column, "*") for name in tables] if column else tables
        return (self.rulebook.find(self.operation, name) for name in names)


def _class_of(table: str, row: Row | None) -> str:
    """The row's own class when it extends the table, for access controls are looked up from there."""
    own = (row or {}).get("sys_class_name", "")
    found = find_table(own) if own else None
    return own if found and table in found.lineage else table


def _without_web_services(store: Store) -> frozenset[str]:
    return frozenset(row["name"] for row in store.find("sys_db_object", ws_access="false"))
