"""What `access` says of an account is what the sandbox, which evaluates every record, then really does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from snowconf.engine.disclose.adjudging import rulebook_of
from snowconf.engine.disclose.entitling import roles_of, titles
from snowconf.engine.disclose.gathering import Facts
from snowconf.engine.disclose.paring import Asked
from snowconf.model.privilege import Answer, Need
from snowconf.sandbox.rules.inheritance import renew
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.refusals import Operation
from tests.privileges.registry import TABLES, Registry, block

ROLES = ("asset", "itil", "admin", "snc_read_only")
ROWS: tuple[Row, ...] = (
    {"sys_class_name": "incident", "state": "1", "short_description": "x", "active": "true"},
    {"sys_class_name": "incident", "state": "2", "active": "false"},
)
CONDITIONS = ("", "", "", "state=1", "active=true^state=2")
SCRIPTS = ("", "", "", "answer = current.state == '1';", "answer = gs.hasRole('asset');", "answer = ask();")
STRANGE = "f" * 32
AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"
OPERATIONS: tuple[Operation, ...] = ("read", "write")


@dataclass(frozen=True)
class Planted:
    """An access control."""

    name: str
    operation: str
    roles: frozenset[str]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Laid:
    """Everything that decides on what joe may do; roles contain only later ones, so that they go in no circle."""

    acls: list[Planted]
    contains: frozenset[tuple[str, str]]
    granted: frozenset[str]
    grouped: frozenset[str]
    above: frozenset[str]
    mode: str


def booleans(name: str, yes: str = "true", no: str = "false") -> st.SearchStrategy[tuple[str, str]]:
    """A column with one of two values, mostly the first."""
    return st.integers(0, 3).map(lambda number: (name, yes if number else no))


def controls(*, plain: bool) -> st.SearchStrategy[Planted]:
    """Access controls on incidents and what they extend; `plain` ones need nothing but roles to be told."""
    doubtful = st.fixed_dictionaries(
        {
            "condition": st.sampled_from(CONDITIONS),
            "applies_to": st.sampled_from(CONDITIONS),
            "script": st.sampled_from(SCRIPTS),
            "security_attribute": st.sampled_from(("", "", AUTHENTICATED, HAS_ADMIN_ROLE, STRANGE)),
        }
    )
    clear = st.fixed_dictionaries(
        {"security_attribute": st.sampled_from(("", "", AUTHENTICATED, HAS_ADMIN_ROLE))}
    )
    more = st.tuples(
        booleans("active"), booleans("admin_overrides"), booleans("decision_type", "allow", "deny")
    ).map(dict)
    columns = st.builds(lambda one, two: one | two, clear if plain else doubtful, more)
    tables = st.sampled_from(("incident", "task", "*"))
    names = st.one_of(tables, st.builds("{}.{}".format, tables, st.sampled_from(("state", "*"))))
    roles = st.frozensets(st.sampled_from((*ROLES[:3], "nobody")), max_size=2)
    return st.builds(Planted, names, st.sampled_from(OPERATIONS), roles, columns)


def layouts(*, plain: bool) -> st.SearchStrategy[Laid]:
    """Roles, groups and access controls."""
    some = st.frozensets(st.sampled_from(ROLES), max_size=2)
    pairs = st.frozensets(
        st.sampled_from([(a, b) for n, a in enumerate(ROLES) for b in ROLES[n + 1 :]]), max_size=2
    )
    return st.builds(
        Laid,
        acls=st.lists(controls(plain=plain), max_size=8),
        contains=pairs,
        granted=some,
        grouped=some,
        above=some,
        mode=st.sampled_from(("deny", "deny", "allow")),
    )


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    """Without anything but its roles."""
    registry = Registry()
    for role in (*ROLES, "nobody"):
        registry.role(role)
    registry.user()
    yield registry
    registry.store.close()


def lay(registry: Registry, laid: Laid) -> None:
    """This and nothing else."""
    for table in (
        "sys_security_acl",
        "sys_security_acl_role",
        "sys_user_role_contains",
        "sys_user_has_role",
        "sys_user_group",
        "sys_group_has_role",
        "sys_user_grmember",
        "sys_properties",
    ):
        for row in registry.store.find(table):
            registry.store.delete(table, row["sys_id"])
    registry.put("sys_properties", name="glide.sm.default_mode", value=laid.mode)
    for role, contains in laid.contains:
        registry.put("sys_user_role_contains", role=role, contains=contains)
    for role in laid.granted:
        registry.grant(role)
    registry.group("above", *laid.above)
    registry.group("desk", *laid.grouped, parent="above", member="joe")
    for each in laid.acls:
        advanced = str(bool(each.columns.get("script"))).lower()
        registry.acl(
            each.name, each.operation, *sorted(each.roles), **{"advanced": advanced} | dict(each.columns)
        )
    renew(registry.session, "joe")


def facts_of(registry: Registry) -> Facts:
    """All of it, as if it had been listed."""
    return Facts(
        tables={table: {row["sys_id"]: row for row in registry.store.find(table)} for table in TABLES}
    )


def answers(registry: Registry) -> dict[str, Answer]:
    """What `access` says, of the table and of its columns."""
    facts = facts_of(registry)
    roles = roles_of(facts)
    holder, book = roles.holder(titles(facts, roles, "joe")), rulebook_of(facts, elevation=False)
    return {
        f"{operation} {reach}": Asked(operation, reach).under(book, holder).answer
        for operation in OPERATIONS
        for reach in ("incident", "incident.state", "incident.number")
    }


def tried(registry: Registry) -> dict[str, set[bool]]:
    """What the sandbox lets joe do with each of the rows."""
    access = registry.access_of()
    found: dict[str, set[bool]] = {}
    for operation in OPERATIONS:
        for row in ROWS:
            allowed = access.may(operation, "incident", row)
            found.setdefault(f"{operation} incident", set()).add(allowed)
            for column in ("state", "number"):
                seen = allowed and access.rule(operation, "incident", row, column).allowed
                found.setdefault(f"{operation} incident.{column}", set()).add(seen)
    return found


law = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@law
@given(laid=layouts(plain=False))
def test_what_is_said_for_certain_is_so_for_every_record(registry: Registry, laid: Laid) -> None:
    """Allowed and denied are true of each row; what depends claims nothing."""
    with registry.store.transaction():
        lay(registry, laid)
        said, done = answers(registry), tried(registry)
    possible = {Answer.ALLOWED: {True}, Answer.DENIED: {False}, Answer.DEPENDS: {True, False}}
    assert {key: done[key] <= possible[answer] for key, answer in said.items()} == dict.fromkeys(said, True)


@law
@given(laid=layouts(plain=True))
def test_where_roles_decide_alone_nothing_depends(registry: Registry, laid: Laid) -> None:
    """Then the answers are exactly what the sandbox does."""
    with registry.store.transaction():
        lay(registry, laid)
        said, done = answers(registry), tried(registry)
    words = {Answer.ALLOWED: {True}, Answer.DENIED: {False}}
    assert {key: words.get(answer) for key, answer in said.items()} == done


@law
@given(laid=layouts(plain=False))
def test_without_what_is_surplus_every_promise_stands(registry: Registry, laid: Laid) -> None:
    """All surplus grants are taken away at once; no promise is worse for it, and nothing more can go."""
    asked = block(access={"read": ("incident", "incident.*"), "write": ("incident.state",)})
    with registry.store.transaction():
        lay(registry, laid)
        registry.acl("problem", "read", "itil")
        before = registry.tell(resource=asked)
        for grant in before.surplus:
            table, column = (
                ("sys_user_has_role", "role")
                if grant.source.value == "direct"
                else ("sys_user_grmember", "group")
            )
            for row in registry.store.find(table, user="joe", **{column: grant.sys_id}):
                registry.store.delete(table, row["sys_id"])
        renew(registry.session, "joe")
        after = registry.tell(resource=asked)
    assert [each.answer for each in after.expectations] == [each.answer for each in before.expectations]
    assert [each.need for each in after.grants if each.need is Need.SURPLUS] == []
