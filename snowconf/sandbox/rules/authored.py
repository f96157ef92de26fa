"""Business rules that clients write into sys_script: before rules with conditions that abort, or that set columns.

No script runs. Conditions are read as far as `acl_script` understands them; of the rest a switch decides,
`undecidable_rules`. Sources: tables.md 1.13, wire-contract.md 1.7, docs/platform.md "Business rules".
"""

import logging
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from snowconf.dictionary import find_column, get_table
from snowconf.sandbox.acting.session import Caller
from snowconf.sandbox.queries.conditions import Scene, holds
from snowconf.sandbox.queries.encoded_query import Condition, EncodedQuery, Operator, Term, parse
from snowconf.sandbox.rights.acl_script import answers, parse_script
from snowconf.sandbox.rules.rule import Event, Write
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store

# The order of a rule that nobody gave one, and of those that are built in.
USUAL_ORDER = 100
_ABORTS = re.compile(r"\bcurrent\.setAbortAction\(\s*true\s*\)")
SAYINGS = (
    (re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL), " "),
    (re.compile(r"^\s*\(\s*function\s+\w*\s*\([^)]*\)\s*\{"), " "),
    (re.compile(r"\}\s*\)\s*\([^)]*\)\s*;?\s*$"), " "),
    (re.compile(r"gs\.add(?:Error|Info)Message\(\s*(?:'[^'\\]*'|\"[^\"\\]*\")\s*\)\s*;?"), " "),
    (_ABORTS, "answer = true"),
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoredRule:
    """A row of sys_script that does something before a write; `values` are those it sets."""

    sys_id: str
    name: str
    on: frozenset[Write]
    order: int
    aborts: bool
    values: Row
    roles: frozenset[str]
    filter: EncodedQuery
    conditions: tuple[str, ...]

    def applies(self, event: Event) -> bool:
        """Whether it has something to do with this write."""
        caller = event.session.caller
        if event.write not in self.on or (self.roles and not caller.admin and not self.roles & caller.roles):
            return False
        scene = Scene(store=event.session.store, table=event.table, row=event.row, caller=caller)
        return holds(_settle(self.filter, event), scene) and self._says_yes(event)

    def _says_yes(self, event: Event) -> bool:
        return all(self._answers(script, event) for script in self.conditions)

    def _answers(self, script: str, event: Event) -> bool:
        found = parse_script(script)
        said = None if found is None else answers(found, Visitor(event.session.caller), event.row)
        if said is not None:
            return said
        verdict = event.session.switches.get("undecidable_rules")
        _log.warning(
            "The business rule %s cannot be decided, which the switch takes for: %s.", self.name, verdict
        )
        return verdict == "abort"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The caller as conditions ask about him."""

    caller: Caller

    @property
    def user_sys_id(self) -> str:
        """`gs.getUserID()`."""
        return self.caller.user_sys_id

    @property
    def user_name(self) -> str:
        """`gs.getUserName()`."""
        return self.caller.user_name

    def has_role(self, name: str) -> bool:
        """An admin has every role."""
        return self.caller.admin or name in self.caller.roles


@dataclass(frozen=True, slots=True)
class Authored:
    """What sys_script says: rules by table, in their order, and the sys_ids of rules that were switched off."""

    rules: Mapping[str, tuple[AuthoredRule, ...]]
    inactive: frozenset[str]

    def find(self, table: str) -> list[AuthoredRule]:
        """The rules of the table and of those it extends, in their order."""
        found = (rule for each in get_table(table).lineage for rule in self.rules.get(each, ()))
        return sorted(found, key=lambda rule: rule.order)


def read_authored(store: Store) -> Authored:
    """What sys_script says now."""
    return recall(store, ("sys_script",), _read)


def _read(store: Store) -> Authored:
    rules: dict[str, list[AuthoredRule]] = defaultdict(list)
    for row in store.find("sys_script", active="true", when="before"):
        rule = _make(row)
        if rule.aborts or rule.values:
            rules[row["collection"]].append(rule)
    inactive = frozenset(row["sys_id"] for row in store.find("sys_script", active="false"))
    return Authored({table: tuple(each) for table, each in rules.items()}, inactive)


def _make(row: Row) -> AuthoredRule:
    writes: tuple[Write, ...] = ("insert", "update", "delete")
    scripted = row["advanced"] == "true" and _ABORTS.search(row["script"]) is not None
    return AuthoredRule(
        sys_id=row["sys_id"],
        name=row["name"],
        on=frozenset(write for write in writes if row[f"action_{write}"] == "true"),
        order=_find_order(row["order"]),
        aborts=row["abort_action"] == "true" or scripted,
        values=_read_template(row["collection"], row["template"]),
        roles=frozenset(filter(None, row["role_conditions"].split(","))),
        filter=parse(row["filter_condition"]),
        conditions=tuple(filter(str.strip, (row["condition"], _guard(row["script"]) if scripted else ""))),
    )


def _find_order(text: str) -> int:
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and len(digits) < 10 else USUAL_ORDER


def _guard(script: str) -> str:
    """When a script aborts, as an access control would say it: `if (…) { answer = true; }`. Its messages go unheard."""
    for pattern, instead in SAYINGS:
        script = pattern.sub(instead, script)
    return script


def _read_template(table: str, template: str) -> Row:
    """The columns that the rule sets: `column=value` with carets between, closed by `EQ`."""
    terms = (term.partition("=") for term in template.split("^"))
    return {name: value for name, sign, value in terms if sign and find_column(table, name) is not None}


def _settle(query: EncodedQuery, event: Event) -> EncodedQuery:
    """The query with conditions about the change itself replaced by ones that hold always, or never."""
    segments = tuple(
        tuple(tuple(_settle_term(term, event) for term in group) for group in segment)
        for segment in query.segments
    )
    return replace(query, segments=segments)


def _settle_term(term: Term, event: Event) -> Term:
    if not isinstance(term, Condition) or term.operator not in CHANGES:
        return term
    before, after = event.before.get(term.column, ""), event.after.get(term.column, "")
    about = {
        Operator.VALUE_CHANGES: True,
        Operator.CHANGES_FROM: before == term.value,
        Operator.CHANGES_TO: after == term.value,
    }
    happened = before != after and about[term.operator]
    return Condition("sys_id", Operator.ANYTHING if happened else Operator.IS_EMPTY)


CHANGES = frozenset({Operator.VALUE_CHANGES, Operator.CHANGES_FROM, Operator.CHANGES_TO})
