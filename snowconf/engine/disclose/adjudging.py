"""What access controls say to the holder of some roles, in the order of tables.md 4.3, whatever the record. Pure.

Three answers: a condition, a script or a security attribute is never evaluated, so what rests on one depends. What is
allowed or denied here is so for every record.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from snowconf.dictionary import find_table, get_table, table_names
from snowconf.engine.disclose.entitling import Holder
from snowconf.engine.disclose.gathering import (
    CONTROL,
    CONTROL_ROLE,
    DEFAULT_MODE,
    OPERATION,
    SETTING,
    TABLE,
    Facts,
    by_value,
)
from snowconf.engine.port import Row
from snowconf.model.privilege import Answer

RECORD = "record"
WRITING = ("create", "write", "delete")
# tables.md 4.1.
USER_IS_AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"
# What decides on who passes; where one of these is not shown, nobody can tell.
CRITERIA = frozenset({"script", "advanced", "condition", "security_attribute"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """An active access control. `doubts` name what of it cannot be evaluated; a `limited` one is about some records only.

    `roles` are sys_ids. A `bare` one has no criterion at all, which lets nobody pass (tables.md 4.3).
    """

    sys_id: str
    type: str
    name: str
    operation: str
    roles: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    deny_unless: bool = False
    overridable: bool = True
    for_admins: bool = False
    limited: bool = False
    bare: bool = False

    def weigh(self, holder: Holder) -> Answer:
        """Whether the holder passes it."""
        if holder.admin and self.overridable:
            return Answer.ALLOWED
        lacks_role = bool(self.roles) and self.roles.isdisjoint(holder.roles)
        if self.bare or lacks_role or (self.for_admins and not holder.admin):
            return Answer.DENIED
        return Answer.DEPENDS if self.doubts else Answer.ALLOWED

    def lets_in(self, holder: Holder) -> frozenset[str]:
        """The holder's roles by which it may be passed; none when everybody passes."""
        own = self.roles & holder.roles
        overrides = (
            holder.admin and self.overridable and (self.doubts or self.bare or bool(self.roles) > bool(own))
        )
        return own | {holder.admin} if overrides else own


Level: TypeAlias = tuple[Control, ...]
Thing: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The answer, the access controls that may have let the holder through, and in a word what stopped him if none did."""

    answer: Answer
    passed: tuple[Control, ...] = ()
    refused: str = ""

    def and_also(self, other: "Ruling") -> "Ruling":
        """Both must hold: `other` is the closer one."""
        if Answer.DENIED in (self.answer, other.answer):
            refused = self.refused if self.answer is Answer.DENIED else other.refused
            return Ruling(answer=Answer.DENIED, refused=refused)
        answer = self.answer if self.answer is other.answer else Answer.DEPENDS
        return Ruling(answer=answer, passed=(*self.passed, *other.passed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Every active access control by type, operation and name; what holds where none speaks.

    `parents` are the tables that tables extend, `columns` those that controls name, by operation and table.
    """

    controls: Mapping[Thing, Level]
    parents: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    unruled: Answer = Answer.DENIED
    elevation: bool = True

    def columns_of(self, operation: str, table: str) -> frozenset[str]:
        """The columns that some access control names, and `*` for all others, which fare alike."""
        tables = (*self.lineage(table), "*")
        return frozenset("*").union(*(self.columns.get((operation, each), ()) for each in tables))

    def lineage(self, table: str) -> tuple[str, ...]:
        """The table and those it extends, nearest first: as the instance has it, else as the dictionary does."""
        line = [table]
        while (above := self._parent(line[-1])) and above not in line:
            line.append(above)
        return tuple(line)

    def below(self, table: str) -> tuple[str, ...]:
        """The tables that extend it, in name order."""
        tables = {*self.parents, *table_names()}
        return tuple(sorted(each for each in tables if each != table and table in self.lineage(each)))

    def on_table(self, holder: Holder, operation: str, table: str) -> Ruling:
        """The table check alone; `*` stands for tables without any access control of their own."""
        if operation in WRITING:
            if holder.read_only:
                return Ruling(answer=Answer.DENIED, refused="snc_read_only blocks writing")
            found = find_table(table)
            if self.elevation and found is not None and found.needs_elevation:
                return Ruling(answer=Answer.DENIED, refused="needs an elevated session, which REST cannot be")
        names = dict.fromkeys((*self.lineage(table), "*"))
        unruled = Answer.ALLOWED if holder.admin else self.unruled
        return self._judge(holder, self._levels(RECORD, operation, names), unruled)

    def on_column(self, holder: Holder, operation: str, name: str) -> Ruling:
        """The column check alone, of `table.column`; `table.*` stands for columns without one of their own."""
        table, _, column = name.partition(".")
        tables = tuple(dict.fromkeys((*self.lineage(table), "*")))
        columns = dict.fromkeys((column, "*"))
        names = (f"{each}.{column}" for column in columns for each in tables)
        return self._judge(holder, self._levels(RECORD, operation, names), Answer.ALLOWED)

    def on_thing(self, holder: Holder, thing: Thing) -> Ruling:
        """Whatever the access controls of this type, operation and name protect, table and column checks together."""
        kind, operation, name = thing
        if kind != RECORD:
            return self._judge(
                holder, self._levels(kind, operation, dict.fromkeys((name, "*"))), self.unruled
            )
        table, dot, _ = name.partition(".")
        if not dot:
            return self.on_table(holder, operation, table)
        column = self.on_column(holder, operation, name)
        # Which tables `*.column` is about is not said, so only the column is.
        return column if table == "*" else self.on_table(holder, operation, table).and_also(column)

    def heirs(self, tables: Iterable[str]) -> Mapping[Thing, tuple[str, ...]]:
        """For each table check of a name, the tables without one of their own that it decides."""
        found: dict[Thing, list[str]] = defaultdict(list)
        operations = {
            operation for kind, operation, name in self.controls if kind == RECORD and "." not in name
        }
        for table in sorted(tables):
            names = (*self.lineage(table), "*")
            for operation in operations:
                things = ((RECORD, operation, name) for name in names)
                decides = next((thing for thing in things if thing in self.controls), None)
                if decides and decides[2] != table:
                    found[decides].append(table)
        return {thing: tuple(names) for thing, names in found.items()}

    def _parent(self, table: str) -> str:
        known = find_table(table) if table not in self.parents else None
        return known.extends if known else self.parents.get(table, "")

    def _levels(self, kind: str, operation: str, names: Iterable[str]) -> Iterator[Level]:
        return (self.controls.get((kind, operation, name), ()) for name in names)

    def _judge(self, holder: Holder, levels: Iterable[Level], unruled: Answer) -> Ruling:
        return _Judgement(holder, unruled).over(tuple(level for level in levels if level))


@dataclass(slots=True)
class _Judgement:
    """One check: deny-unless first, then the first level that has a rule for the record."""

    holder: Holder
    unruled: Answer
    passed: list[Control] = field(default_factory=list)

    def over(self, levels: tuple[Level, ...]) -> Ruling:
        guards = [each for each in chain.from_iterable(levels) if each.deny_unless]
        guarded = self._guarded(guards)
        if guarded is Answer.DENIED:
            return Ruling(answer=Answer.DENIED, refused="a rule denies unless its roles are held")
        ways = list(self._ways([[each for each in level if not each.deny_unless] for level in levels]))
        answer = _any_of([*ways, *([] if self._is_decided(levels) else [self._fallen(guards)])])
        if answer is Answer.DENIED:
            why = "no access control speaks of it" if not levels else "no role passes its access controls"
            return Ruling(answer=answer, refused=why)
        both = answer if guarded is Answer.ALLOWED else Answer.DEPENDS
        return Ruling(answer=both, passed=tuple(dict.fromkeys(self.passed)))

    def _guarded(self, guards: Iterable[Control]) -> Answer:
        """Every one that is about the record must be passed."""
        worst = Answer.ALLOWED
        for each in guards:
            says = each.weigh(self.holder)
            if says is Answer.DENIED and not each.limited:
                return says
            if says is not Answer.DENIED:
                self.passed.append(each)
            if says is not Answer.ALLOWED:
                worst = Answer.DEPENDS
        return worst

    def _ways(self, levels: Iterable[list[Control]]) -> Iterator[Answer]:
        """What each level says that may decide, up to the first that does."""
        for level in filter(None, levels):
            says = [(each, each.weigh(self.holder)) for each in level]
            self.passed += [each for each, answer in says if answer is not Answer.DENIED]
            yield _level_answer(says)
            if not all(each.limited for each in level):
                return

    def _is_decided(self, levels: Iterable[Level]) -> bool:
        """Does some level have a rule for every record?"""
        return any(not each.limited and not each.deny_unless for level in levels for each in level)

    def _fallen(self, guards: list[Control]) -> Answer:
        """What holds when no rule allows: a deny-unless that was passed is enough (tables.md 4.3)."""
        if any(not each.limited for each in guards):
            return Answer.ALLOWED
        return _any_of([Answer.ALLOWED, self.unruled]) if guards else self.unruled


def _level_answer(says: list[tuple[Control, Answer]]) -> Answer:
    answers = {answer for _, answer in says}
    certain = [answer for control, answer in says if not control.limited]
    if Answer.ALLOWED in certain or answers == {Answer.ALLOWED}:
        return Answer.ALLOWED
    return Answer.DENIED if answers == {Answer.DENIED} else Answer.DEPENDS


def _any_of(answers: Iterable[Answer]) -> Answer:
    """What can be said when one of these holds and nobody knows which."""
    found = set(answers)
    return found.pop() if len(found) == 1 else Answer.DEPENDS


def rulebook_of(facts: Facts, *, elevation: bool) -> Rulebook:
    """The access controls as values. Where the default mode cannot be seen, nobody can tell what holds without any."""
    roles = by_value(facts.rows(CONTROL_ROLE), "sys_security_acl", "sys_user_role")
    names = _names_of(facts)
    found: dict[Thing, list[Control]] = defaultdict(list)
    for row in facts.rows(CONTROL):
        if row.get("active") == "true":
            control = _control(row, frozenset(roles.get(row["sys_id"], ())), names)
            found[control.type, control.operation, control.name].append(control)
    return Rulebook(
        controls={thing: tuple(level) for thing, level in found.items()},
        parents=_parents(facts.tables[TABLE]),
        columns=_columns(found),
        unruled=_unruled(facts),
        elevation=elevation,
    )


def _parents(tables: Mapping[str, Row]) -> Mapping[str, str]:
    return {
        row["name"]: tables.get(row["super_class"], {}).get("name", "")
        for row in tables.values()
        if row.get("name") and "super_class" in row
    }


def _columns(things: Iterable[Thing]) -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, operation, name in things:
        table, dot, column = name.partition(".")
        if kind == RECORD and dot:
            found[operation, table].add(column)
    return {key: frozenset(columns) for key, columns in found.items()}


def _unruled(facts: Facts) -> Answer:
    if SETTING in facts.unseen:
        return Answer.DEPENDS
    values = {row.get("value", "") for row in facts.rows(SETTING) if row.get("name") == DEFAULT_MODE}
    return Answer.DENIED if "deny" in values else Answer.ALLOWED


def _names_of(facts: Facts) -> Mapping[str, str]:
    """What the sys_ids of types and operations are called, on this instance and on every one."""
    known = (row for table in ("sys_security_type", OPERATION) for row in get_table(table).rows)
    rows = (*known, *facts.rows(OPERATION))
    return {row["sys_id"]: row["name"] for row in rows if row.get("name") and "sys_id" in row}


def _control(row: Row, roles: frozenset[str], names: Mapping[str, str]) -> Control:
    attribute, script = row.get("security_attribute", ""), row.get("script", "")
    scripted = bool(script) and row.get("advanced") == "true"
    strange = attribute not in ("", USER_IS_AUTHENTICATED, HAS_ADMIN_ROLE)
    condition = row.get("condition", "")
    hidden = not row.keys() >= CRITERIA
    doubts = (
        ("condition", bool(condition)),
        ("script", scripted),
        ("security attribute", strange),
        ("columns that are not shown", hidden),
    )
    kind = row.get("type", "")
    name = row.get("name", "")
    return Control(
        sys_id=row["sys_id"],
        type=names.get(kind, kind),
        name=name,
        operation=names.get(row.get("operation", ""), row.get("operation", "")),
        roles=roles,
        doubts=tuple(doubt for doubt, holds in doubts if holds),
        deny_unless=row.get("decision_type") == "deny",
        overridable=row.get("admin_overrides", "true") == "true",
        for_admins=attribute == HAS_ADMIN_ROLE,
        # A name that begins with a star says where it applies, and nothing else does (tables.md 4.1).
        limited=bool(row.get("applies_to", "")) and not name.startswith("*"),
        bare=not (roles or attribute or scripted or condition or hidden),
    )
