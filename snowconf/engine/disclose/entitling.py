"""Which roles an account has, by which ways, and what of it could be taken away (tables.md 3.3, 3.4). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from snowconf.engine.disclose.gathering import (
    CONTAINS,
    GRANT,
    GROUP,
    GROUP_ROLE,
    MEMBER,
    ROLE,
    Facts,
    by_value,
)
from snowconf.kinds.stakes.of_roles import POWERFUL
from snowconf.model.privilege import Grant, Source, Way

ADMIN = "admin"
# Stops every write of its holders, whatever their other roles allow (tables.md 3.3).
READ_ONLY = "snc_read_only"
# Asked for before any access control is, on instances that are set up so (tables.md 1.14, wire-contract.md 1.9).
DOORS = {
    "snc_platform_rest_api_access": "some instances ask for it at every REST call",
    "snc_basic_auth_api_access": "most instances ask for it where somebody comes with a password",
    "web_service_admin": "some web services ask for it",
    "soap": "SOAP asks for it",
    "mid_server": "MID servers need it",
    "snc_internal": "the platform gives it to whoever logs in as staff",
    "snc_external": "the platform gives it to whoever logs in from outside",
}
# Invisible over REST even to admins; the same everywhere (tables.md 1.4).
INVISIBLE = {"b2d8f7130a0a0baa5bf52498ecaadeb4": "security_admin"}


@dataclass(frozen=True, slots=True)
class Title:
    """A grant and the roles that come by it: sys_id of the role to its way."""

    grant: Grant
    ways: Mapping[str, Way]


@dataclass(frozen=True, slots=True)
class Holder:
    """What access controls see of an account: the sys_ids of the roles in force; `admin` is that of the role admin, if held."""

    roles: frozenset[str]
    admin: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of the instance: names, which are elevated, what each contains."""

    facts: Facts
    contains: Mapping[str, tuple[str, ...]]

    def name(self, sys_id: str) -> str:
        """As people know it, also when the runner may not see it."""
        row = self.facts.tables[ROLE].get(sys_id, {})
        return row.get("name", "") or self._granted_name(sys_id) or INVISIBLE.get(sys_id, sys_id)

    def is_elevated(self, sys_id: str) -> bool:
        """Does it work in elevated sessions alone, and so never over REST (tables.md 3.2)?"""
        row = self.facts.tables[ROLE].get(sys_id)
        return row.get("elevated_privilege") == "true" if row else sys_id in INVISIBLE

    def power(self, sys_id: str) -> str:
        """Why it is as good as admin, or a step from it (tables.md 3.5); empty for every other."""
        return POWERFUL.get(self.name(sys_id), "")

    def door(self, sys_id: str) -> str:
        """What asks for it besides access controls; empty for every other."""
        return DOORS.get(self.name(sys_id), "")

    def within(self, sys_id: str, way: Way) -> Mapping[str, Way]:
        """The role and everything it contains, each by the shortest way."""
        found = {sys_id: way}
        for each in _growing(found):
            inside = Way(
                source=found[each].source, groups=way.groups, roles=(*found[each].roles, self.name(each))
            )
            for contained in self.contains.get(each, ()):
                if contained not in self.facts.gone:
                    found.setdefault(contained, inside)
        return found

    def holder(self, titles: Iterable[Title]) -> Holder:
        """What these come to: elevated roles are not in force."""
        held = {each for title in titles for each in title.ways if not self.is_elevated(each)}
        names = {self.name(each): each for each in held}
        return Holder(frozenset(held), names.get(ADMIN, ""), READ_ONLY in names)

    def _granted_name(self, sys_id: str) -> str:
        rows = (row for row in self.facts.rows(GRANT) if row.get("role") == sys_id)
        return next((row.get("role.name", "") for row in rows), "")


def roles_of(facts: Facts) -> Roles:
    """What there is to know of roles."""
    return Roles(facts, by_value(facts.rows(CONTAINS), "role", "contains"))


def titles(facts: Facts, roles: Roles, user: str) -> tuple[Title, ...]:
    """Everything by which the user has roles, direct grants first; groups that bring none are no title."""
    return tuple(_sorted((*_direct(facts, roles, user), *_by_groups(facts, roles, user))))


def unexplained(facts: Facts, roles: Roles, user: str) -> Title:
    """Inherited rows of roles that come by no title that can be seen."""
    explained = {each for title in titles(facts, roles, user) for each in title.ways}
    rows = (row for row in facts.rows(GRANT) if row.get("user") == user and row.get("inherited") == "true")
    way = Way(source=Source.UNKNOWN)
    found = {row.get("role", ""): way for row in rows if _is_active(row) and row.get("role") not in explained}
    return Title(Grant(source=Source.UNKNOWN, name="", sys_id=""), found)


def _direct(facts: Facts, roles: Roles, user: str) -> Iterator[Title]:
    granted = {
        row.get("role", "")
        for row in facts.rows(GRANT)
        if row.get("user") == user and row.get("inherited") != "true" and _is_active(row)
    }
    for role in granted - facts.gone:
        grant = Grant(source=Source.DIRECT, name=roles.name(role), sys_id=role)
        yield Title(grant, roles.within(role, Way(source=Source.DIRECT)))


def _by_groups(facts: Facts, roles: Roles, user: str) -> Iterator[Title]:
    given = by_value(facts.rows(GROUP_ROLE), "group", "role")
    groups = {row.get("group", "") for row in facts.rows(MEMBER) if row.get("user") == user}
    for group in groups - facts.gone:
        ways: dict[str, Way] = {}
        for line in _lines_of_groups(facts, group):
            way = Way(source=Source.GROUP, groups=tuple(facts.name(GROUP, each) for each in line))
            for role in given.get(line[-1], ()):
                if role not in facts.gone:
                    ways = {**roles.within(role, way), **ways}
        if ways:
            yield Title(Grant(source=Source.GROUP, name=facts.name(GROUP, group), sys_id=group), ways)


def _lines_of_groups(facts: Facts, group: str) -> Iterator[tuple[str, ...]]:
    """The group, then with each group above it; one that goes round in a circle is left (tables.md 3.4)."""
    line: tuple[str, ...] = ()
    while group and group not in line and group not in facts.gone:
        line = (*line, group)
        yield line
        group = facts.tables[GROUP].get(group, {}).get("parent", "")


def _growing(found: Mapping[str, Way]) -> Iterator[str]:
    """Every key, those too that are added meanwhile."""
    done = 0
    while done < len(found):
        batch = list(found)[done:]
        done += len(batch)
        yield from batch


def _is_active(row: Mapping[str, str]) -> bool:
    return row.get("state", "") in ("active", "")


def _sorted(found: Iterable[Title]) -> list[Title]:
    return sorted(
        found, key=lambda each: (each.grant.source is Source.GROUP, each.grant.name, each.grant.sys_id)
    )
