"""Who may do what: access controls evaluated table first, then column, in the order of tables.md 4.3."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from snowconf.dictionary import find_table
from snowconf.sandbox.acting.session import Caller
from snowconf.sandbox.rights.acls import Acl, Rulebook, Settled, read_rulebook
from snowconf.sandbox.rights.weighing import Scales
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches
from snowconf.sandbox.wire.decisions import Decision, Ruling, Sink, unheard
from snowconf.sandbox.wire.refusals import API_CLOSED, QUERY_RIGHTS, Operation, Refusal, Search

# wire-contract.md 1.5: closed to REST even for admin, and those that say so instead of showing nothing.
CLOSED_TABLES = frozenset({"sys_plugins", "v_plugin", "sys_store_app", "sys_package"})
OUTSPOKEN_TABLES = frozenset({"sys_db_object", "metric_definition", "sys_scope"})
READ_ONLY_ROLE = "snc_read_only"

Check: TypeAlias = Operation | Search
Levels: TypeAlias = tuple[tuple[Acl, ...], ...]

UNRULED_COLUMN = Ruling(allowed=True, why="no access control speaks of the column")
DENIED_BY_DEFAULT = Ruling(
    allowed=False, by=settings.DEFAULT_MODE, why="no access control speaks of the table"
)
ALLOWED_BY_DEFAULT = Ruling(
    allowed=True, by=settings.DEFAULT_MODE, why="no access control speaks of the table"
)
NEEDS_ELEVATION = Ruling(
    allowed=False, by="elevation", why="only an elevated security_admin writes it, and REST cannot elevate"
)
READ_ONLY = Ruling(allowed=False, by=READ_ONLY_ROLE, why="the role blocks writing whatever other roles say")
CLOSED = Ruling(allowed=False, by="ws_access", why="the table is closed to web services")


@dataclass(slots=True)
class Access:
    """What one caller may do on one store, at the moment of one operation: it reads the access controls once.

    `sink` is told of every ruling on a table or row, and of every column that is kept from the caller.
    """

    store: Store
    switches: Switches
    caller: Caller
    sink: Sink = unheard
    _rulebook: Rulebook | None = field(default=None, init=False, repr=False)

    def may(self, operation: Operation, table: str, row: Row | None = None) -> bool:
        """Whether the table check passes; without a row, whether it could pass for some row."""
        ruling = self._refused_outright(operation, table) or self.rule(operation, table, row)
        self._tell(ruling, operation, table, row)
        return ruling.allowed

    def readable_columns(self, table: str, columns: Iterable[str], row: Row | None) -> frozenset[str]:
        """Those of the columns that the caller sees of a row that the table check lets through."""
        return self._columns("read", table, columns, row)

    def writable_columns(
        self, table: str, columns: Iterable[str], row: Row | None, operation: Operation
    ) -> frozenset[str]:
        """Those of the columns that the caller may fill (`create`) or change (`write`); others are dropped."""
        return self._columns(operation, table, columns, row)

    def may_search(self, search: Search, table: str, column: str) -> bool:
        """Whether a query may name the column like this: as query access controls say, else as reading does."""
        spoken = [each for each in ("", column) if self._speaks(search, table, each)]
        rulings = [self.rule(search, table, None, each) for each in spoken]
        ruling = next((each for each in rulings if not each.allowed), None)
        if not spoken:
            ruling = self.rule("read", table, None, column)
        if ruling is None or ruling.allowed:
            return True
        self._tell(ruling, search, table, None, column)
        return False

    def reads_all(self, table: str) -> bool:
        """Whether the caller may read the table's rows whatever these hold."""
        return self.rule("read", table, None).allowed and "" in self._settled("read", table).rulings

    def closed(self, table: str) -> Refusal | None:
        """Why nobody, or this caller, gets an answer at all; None when rows may come, or just an empty list."""
        if table in CLOSED_TABLES or table in recall(self.store, ("sys_db_object",), _without_web_services):
            self._tell(CLOSED, "read", table, None)
            return API_CLOSED
        if table in OUTSPOKEN_TABLES and not self.may("read", table):
            return QUERY_RIGHTS
        return None

    def rule(self, check: Check, table: str, row: Row | None, column: str = "") -> Ruling:
        """The ruling of the table check when there is no column, else of that column's check alone."""
        own = _class_of(table, row)
        return self._rule(self._settled(check, own), Question(check, own, row), column)

    # -- outright refusals

    def _refused_outright(self, operation: Operation, table: str) -> Ruling | None:
        if operation == "read":
            return None
        found = find_table(table)
        if found is not None and found.needs_elevation and self.switches.get("elevation") == "on":
            return NEEDS_ELEVATION
        return READ_ONLY if READ_ONLY_ROLE in self.caller.roles else None

    # -- columns

    def _columns(self, check: Check, table: str, columns: Iterable[str], row: Row | None) -> frozenset[str]:
        own, wanted = _class_of(table, row), frozenset(columns)
        settled, question = self._settled(check, own), Question(check, own, row)
        always, undecided = settled.views.get(wanted) or self._view(settled, question, wanted)
        passing = [column for column in undecided if self._rule(settled, question, column).allowed]
        kept = always.union(passing) if passing else always
        if self.sink is not unheard:
            for column in sorted(wanted - kept):
                self._tell(self._rule(settled, question, column), check, table, row, column)
        return kept

    def _view(
        self, settled: Settled, question: "Question", wanted: frozenset[str]
    ) -> tuple[frozenset[str], tuple[str, ...]]:
        rulings = {column: self._rule(settled, question, column) for column in wanted}
        undecided = tuple(sorted(column for column in wanted if column not in settled.rulings))
        always = frozenset(column for column in wanted - {*undecided} if rulings[column].allowed)
        settled.views[wanted] = (always, undecided)
        return settled.views[wanted]

    # -- rulings

    def _settled(self, check: Check, own: str) -> Settled:
        key = (self.caller.roles, self.caller.admin, self._manner(), check, own)
        found = self._book.settled.get(key)
        if found is None:
            found = self._book.settled[key] = Settled()
        return found

    def _rule(self, settled: Settled, question: "Question", column: str) -> Ruling:
        return settled.rulings.get(column) or self._decide(settled, question, column)

    def _decide(self, settled: Settled, question: "Question", column: str) -> Ruling:
        levels, scales = tuple(question.levels(self._book, column)), self._scales()
        ruling = self._evaluate(scales, levels, question, column)
        if all(map(scales.is_settled, chain.from_iterable(levels))):
            settled.rulings[column] = ruling
        return ruling

    def _evaluate(self, scales: Scales, levels: Levels, question: "Question", column: str) -> Ruling:
        table, row = question.table, question.row
        applicable = [[acl for acl in level if scales.applies(acl, table, row)] for level in levels]
        passed: Ruling | None = None
        for acl in (acl for acl in chain.from_iterable(applicable) if acl.deny_unless):
            passed = scales.weigh(acl, table, row)
            if not passed.allowed:
                return passed
        for level in applicable:
            rulings = [scales.weigh(acl, table, row) for acl in level if not acl.deny_unless]
            if rulings:
                return next((ruling for ruling in rulings if ruling.allowed), rulings[0])
        return passed or (UNRULED_COLUMN if column else self._without_rules())

    def _without_rules(self) -> Ruling:
        return DENIED_BY_DEFAULT if self._book.denies and not self.caller.admin else ALLOWED_BY_DEFAULT

    def _speaks(self, search: Search, table: str, column: str) -> bool:
        return any(Question(search, table, None).levels(self._book, column))

    # -- what all of it stands on

    @property
    def _book(self) -> Rulebook:
        if self._rulebook is None:
            self._rulebook = read_rulebook(self.store)
        return self._rulebook

    def _scales(self) -> Scales:
        lenient, unbound = self._manner()
        return Scales(store=self.store, caller=self.caller, lenient=lenient, unbound=unbound)

    def _manner(self) -> tuple[bool, bool]:
        get = self.switches.get
        return get("undecidable_scripts") == "allow", get("role_checks_of_admins") == "passed"

    def _tell(self, ruling: Ruling, operation: str, table: str, row: Row | None, column: str = "") -> None:
        if self.sink is unheard:
            return
        sys_id = row.get("sys_id", "") if row else ""
        who = self.caller.user_name
        self.sink(
            Decision(who=who, operation=operation, table=table, column=column, sys_id=sys_id, ruling=ruling)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a check on a table or a row of it."""

    check: Check
    table: str
    row: Row | None

    def levels(self, rulebook: Rulebook, column: str) -> Iterator[tuple[Acl, ...]]:
        """The access controls level by level, most specific first (tables.md 4.3)."""
        found = find_table(self.table)
        tables = (*(found.lineage if found else (self.table,)), "*")
        names = [f"{name}.{each}" for each in (column, "*") for name in tables] if column else tables
        return (rulebook.find(self.check, name) for name in names)


def _class_of(table: str, row: Row | None) -> str:
    """The row's own class when it extends the table, for access controls are looked up from there."""
    own = row.get("sys_class_name", "") if row else ""
    if not own or own == table:
        return table
    found = find_table(own)
    return own if found and table in found.lineage else table


def _without_web_services(store: Store) -> frozenset[str]:
    return frozenset(row["name"] for row in store.find("sys_db_object", ws_access="false"))
