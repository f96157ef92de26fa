"""Why an access control refuses a user, or lets one through, as far as the runner can read it. Pure but for one reading.

The rules by which the platform weighs them are those of tables.md 4.3: the most specific name that any access control
has decides, and one that passes is enough. Scripts and conditions are not evaluated here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.dictionary import find_table
from snowconf.engine.port import Instance, Listing, Row
from snowconf.errors import BadRequestError, ForbiddenError, NotFoundError
from snowconf.model.query import Condition, Query
from snowconf.model.verification import Finding, Promise

RULES = "sys_security_acl"
ROLES_OF_RULES = "sys_security_acl_role"
GRANTS = "sys_user_has_role"
ADMIN = "admin"
_CRITERIA = ("script", "condition", "security_attribute", "applies_to")
_RULE_COLUMNS = (
    "name",
    "operation.name",
    "type.name",
    "advanced",
    "decision_type",
    "admin_overrides",
    *_CRITERIA,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An active access control on records. `conditions` names what it asks for besides roles."""

    sys_id: str
    name: str
    operation: str
    roles: frozenset[str] = frozenset()
    conditions: tuple[str, ...] = ()
    denies: bool = False
    admin_overrides: bool = True

    def passes(self, held: frozenset[str]) -> bool:
        """Whether its roles let such a user through; what else it asks for is another matter."""
        if self.admin_overrides and ADMIN in held:
            return True
        return not held.isdisjoint(self.roles) if self.roles else bool(self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The access controls of the most specific name that has any, and those that stop whoever does not pass them."""

    rules: tuple[Rule, ...] = ()
    column: str = ""

    def refusing(self, held: frozenset[str]) -> tuple[Rule, ...]:
        """Those that keep such a user out by their roles; none when one lets it through."""
        stops = tuple(each for each in self.rules if each.denies and not each.passes(held))
        opens = [each for each in self.rules if not each.denies]
        if stops or any(each.passes(held) for each in opens):
            return stops
        return tuple(opens)

    def opening(self, held: frozenset[str]) -> tuple[Rule, ...]:
        """Those that let such a user through by their roles."""
        return tuple(each for each in self.rules if not each.denies and each.passes(held))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What the runner could read. `readable` false: access controls are hidden from it, so that nothing is known.

    `whole`: none of those that count is hidden from it.
    """

    rules: Mapping[tuple[str, str], tuple[Rule, ...]] = field(default_factory=dict)
    held: Mapping[str, frozenset[str]] = field(default_factory=dict)
    readable: bool = False
    whole: bool = False

    def roles_of(self, user_name: str) -> frozenset[str] | None:
        """The roles in effect of a user; None when they could not be read."""
        return self.held.get(user_name)

    def ruling(self, promise: Promise, column: str = "") -> Ruling:
        """What decides: for the rows when there is no column, else for that column of them."""
        levels = [self.rules.get((promise.operation, name), ()) for name in names_of(promise.table, column)]
        stops = tuple(rule for level in levels for rule in level if rule.denies)
        opens = (tuple(rule for rule in level if not rule.denies) for level in levels)
        return Ruling(rules=(*stops, *next(filter(None, opens), ())), column=column)


def names_of(table: str, column: str = "") -> Iterator[str]:
    """The names that an access control on it may have, most specific first (tables.md 4.3)."""
    known = find_table(table)
    tables = (*(known.lineage if known else (table,)), "*")
    if not column:
        yield from tables
        return
    for each in (column, "*"):
        yield from (f"{name}.{each}" for name in tables)


def read_rules(instance: Instance, findings: Iterable[Finding], user_names: Iterable[str]) -> Rulebook:
    """The access controls that these findings may be due to, and the users' roles: three requests at most.

    Raises:
        InstanceError: the instance did not answer.
    """
    names = {name for each in findings for name in _names_about(each)}
    listing = _list(instance, RULES, _RULE_COLUMNS, {"name": names, "active": {"true"}})
    held = _roles_held(instance, user_names)
    if listing is None or not listing.rows:
        return Rulebook(held=held)
    roles, roles_whole = _roles_of_rules(instance, listing.rows)
    rules: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for row in listing.rows:
        if row.get("type.name", "record") == "record":
            rule = _rule(row, roles.get(row["sys_id"], frozenset()))
            rules[rule.operation, rule.name].append(rule)
    return Rulebook(
        rules={key: tuple(each) for key, each in rules.items()},
        held=held,
        readable=True,
        whole=roles_whole and not listing.hidden,
    )


def _names_about(finding: Finding) -> Iterator[str]:
    """What the access controls may be called that decide on it."""
    promise = finding.promise
    for column in {"", *finding.columns, *({promise.column} - {"*"})}:
        yield from names_of(promise.table, column)


def _rule(row: Row, roles: frozenset[str]) -> Rule:
    kept = ((each, row.get(each, "")) for each in _CRITERIA)
    return Rule(
        sys_id=row["sys_id"],
        name=row.get("name", ""),
        operation=row.get("operation.name", ""),
        roles=roles,
        conditions=tuple(
            name for name, value in kept if value and (name != "script" or row.get("advanced") == "true")
        ),
        denies=row.get("decision_type") == "deny",
        admin_overrides=row.get("admin_overrides") == "true",
    )


def _roles_of_rules(
    instance: Instance, rows: Sequence[Row]
) -> tuple[Mapping[str, frozenset[str]], bool]:  # fmt: skip
    """By sys_id of the access control, and whether none is hidden."""
    wanted = {"sys_security_acl": {row["sys_id"] for row in rows}}
    listing = _list(instance, ROLES_OF_RULES, ("sys_security_acl", "sys_user_role.name"), wanted)
    found: dict[str, set[str]] = defaultdict(set)
    for link in listing.rows if listing else ():
        found[link.get("sys_security_acl", "")].add(link.get("sys_user_role.name", ""))
    return {rule: frozenset(roles) for rule, roles in found.items()}, bool(listing and not listing.hidden)


def _roles_held(instance: Instance, user_names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """By user name; nothing where the runner is not shown who holds what."""
    found: dict[str, set[str]] = {each: set() for each in user_names}
    wanted = {"user.user_name": set(found), "state": {"active"}}
    listing = _list(instance, GRANTS, ("user.user_name", "role.name"), wanted)
    if listing is None or listing.hidden:
        return {}
    for row in listing.rows:
        found.setdefault(row.get("user.user_name", ""), set()).add(row.get("role.name", ""))
    return {name: frozenset(roles) for name, roles in found.items()}


def _list(
    instance: Instance, table: str, columns: Sequence[str], wanted: Mapping[str, set[str]]
) -> Listing | None:  # fmt: skip
    """What is seen; None where the table is closed to the runner."""
    groups = tuple((Condition(column, "IN", tuple(sorted(values))),) for column, values in wanted.items())
    try:
        return instance.list_rows(table, Query(groups), columns)
    except (ForbiddenError, NotFoundError, BadRequestError):
        return None
