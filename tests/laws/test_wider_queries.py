"""Encoded queries beyond one column and one value: random terms agree with evaluators that share nothing with SQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import pytest
from hypothesis import given, settings, strategies as st

from snowconf.sandbox.queries.compiling import Compiler
from snowconf.sandbox.queries.encoded_query import parse
from snowconf.sandbox.queries.scripted_value import Scope
from snowconf.sandbox.storage.store import Selection, Store
from snowconf.sandbox.switches import Switches
from tests.laws.slow_time import FORM, NOW, SECONDS, WEEK, apart, date_part, on, relative, span

Row = Mapping[str, str]
Related: TypeAlias = tuple[str, Callable[["World", Row], bool]]
IDS = ["aa", "bb", "cc", "dd", "ee"]
ME = "aa"
# Around now, in steps that hit every boundary: seconds, hours, days, months.
OFFSETS = [0, 1, 60, 3599, 3600, 5400, 86400, 90000, 604800, 2592000, 2678400, 31536000]
MOMENTS = st.builds(
    lambda offset, sign: (NOW + timedelta(seconds=sign * offset)).strftime(FORM),
    st.sampled_from(OFFSETS),
    st.sampled_from([-1, 1]),
)
TIMES = st.one_of(st.just(""), MOMENTS)
UNITS = st.sampled_from(["minute", "hour", "day", "week", "month", "year"])
COMPARATORS = st.sampled_from(["GT", "GE", "LT", "LE", "EE"])
COUNTS = st.integers(0, 3)


@dataclass(frozen=True)
class Asked:
    """A term, and what is true of a group by it."""

    text: str
    holds: Callable[[Row], bool]


@dataclass(frozen=True)
class World:
    """Groups with parents and managers, users with times, and who is in which group."""

    groups: Sequence[Row]
    users: Sequence[Row]
    members: Sequence[Row]

    def fill(self, store: Store) -> None:
        """Put everything into an empty store."""
        store.clear()
        for table, rows in (
            ("sys_user_group", self.groups),
            ("sys_user", self.users),
            ("sys_user_grmember", self.members),
        ):
            for row in rows:
                store.insert(table, dict(row))

    def below(self, sys_id: str) -> set[str]:
        """The group and all beneath it."""
        found = {sys_id}
        while more := {group["sys_id"] for group in self.groups if group["parent"] in found} - found:
            found |= more
        return found


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One store for all examples; each begins by emptying it."""
    with closing(Store(None)) as store:
        yield store


def find(store: Store, table: str, text: str) -> set[str]:
    """What the sandbox finds; nothing of the query may be invalid."""
    scope = Scope(now=NOW, user_sys_id=ME)
    compiler = Compiler(
        store=store, scope=scope, switches=Switches(), may_search=lambda _search, _named: True
    )
    query = compiler.compile(parse(text), table)
    assert (query.ignored, query.hidden) == ((), ())
    selection = Selection(table=table, columns=("sys_id",), where=query.where, order=query.order)
    return {row["sys_id"] for row in store.select(selection)}


# -- times


@st.composite
def timed(draw: st.DrawFn) -> Asked:
    """A term about `last_login_time`, which `last_position_update` may be compared with."""
    maker = draw(st.sampled_from([day, since, part, same, distance]))
    return draw(maker())


@st.composite
def day(draw: st.DrawFn) -> Asked:
    """ON and NOTON, in the three ways in which a day is written."""
    wanted = draw(MOMENTS)[:10]
    ends = "@".join(f"javascript:gs.dateGenerate('{wanted}','{end}')" for end in ("start", "end"))
    text = draw(st.sampled_from([wanted, f"{wanted}@{ends}", f"x@{wanted} 00:00:00@{wanted} 23:59:59"]))
    if draw(st.booleans()):
        return Asked(f"ON{text}", lambda user: on(user["last_login_time"], wanted))
    return Asked(
        f"NOTON{text}", lambda user: bool(user["last_login_time"]) and not on(user["last_login_time"], wanted)
    )


@st.composite
def since(draw: st.DrawFn) -> Asked:
    """RELATIVE… in units of a fixed length."""
    comparator, unit, count = (
        draw(COMPARATORS),
        draw(st.sampled_from(["minute", "hour", "day"])),
        draw(COUNTS),
    )
    ahead = draw(st.booleans())
    return Asked(
        f"RELATIVE{comparator}@{unit}@{'ahead' if ahead else 'ago'}@{count}",
        lambda user: relative(user["last_login_time"], comparator, unit, count if ahead else -count),
    )


@st.composite
def part(draw: st.DrawFn) -> Asked:
    """DATEPART."""
    name, values = draw(
        st.sampled_from(
            [
                ("dayofweek", WEEK),
                ("hour", ["0", "10", "23"]),
                ("month", ["1", "3", "12"]),
                ("year", ["2025", "2026"]),
            ]
        )
    )
    wanted, comparator = draw(st.sampled_from(values)), draw(COMPARATORS)
    return Asked(
        f"DATEPARTlabel@javascript:gs.datePart('{name}','{wanted}','{comparator}')",
        lambda user: date_part(user["last_login_time"], name, wanted, comparator),
    )


@st.composite
def same(draw: st.DrawFn) -> Asked:
    """SAMEAS and NSAMEAS of a span."""
    unit, alike = draw(UNITS), draw(st.booleans())
    return Asked(
        f"{'' if alike else 'N'}SAMEASlast_position_update@{unit}",
        lambda user: (
            (span(user["last_login_time"], unit) == span(user["last_position_update"], unit)) is alike
        ),
    )


@st.composite
def distance(draw: st.DrawFn) -> Asked:
    """MORETHAN and LESSTHAN."""
    operator = draw(st.sampled_from(["MORETHAN", "LESSTHAN"]))
    direction = draw(st.sampled_from(["before", "after", "before or after"]))
    asked = f"{draw(st.sampled_from(list(SECONDS)))}@{direction}@{draw(COUNTS)}"
    return Asked(
        f"{operator}last_position_update@{asked}",
        lambda user: apart(user["last_login_time"], user["last_position_update"], operator, asked),
    )


@settings(max_examples=300, deadline=None)
@given(asked=timed(), times=st.lists(st.tuples(TIMES, TIMES), max_size=5))
def test_times_are_asked_about(store: Store, asked: Asked, times: list[tuple[str, str]]) -> None:
    """wire-contract.md 3.2: the operators for dates agree with arithmetic on their texts."""
    users = [
        {"sys_id": sys_id, "last_login_time": here, "last_position_update": there}
        for sys_id, (here, there) in zip(IDS, times, strict=False)
    ]
    World([], users, []).fill(store)
    wanted = {user["sys_id"] for user in users if asked.holds(user)}
    assert find(store, "sys_user", f"last_login_time{asked.text}") == wanted


# -- other columns, other rows

NUMBERS = st.sampled_from(["", "0", "9", "10", "-3"])
FIELDS: Mapping[str, Callable[[float], bool]] = {
    "GT_FIELD": lambda sign: sign > 0,
    "GT_OR_EQUALS_FIELD": lambda sign: sign >= 0,
    "LT_FIELD": lambda sign: sign < 0,
    "LT_OR_EQUALS_FIELD": lambda sign: sign <= 0,
}


@settings(max_examples=150, deadline=None)
@given(operator=st.sampled_from(sorted(FIELDS)), pairs=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=5))
def test_columns_are_compared(store: Store, operator: str, pairs: list[tuple[str, str]]) -> None:
    """wire-contract.md 3.2: numbers are compared as numbers; what is empty is neither before nor after."""
    users = [
        {"sys_id": sys_id, "failed_attempts": here, "notification": there}
        for sys_id, (here, there) in zip(IDS, pairs, strict=False)
    ]
    World([], users, []).fill(store)
    wanted = {
        user["sys_id"]
        for user in users
        if user["failed_attempts"]
        and user["notification"]
        and FIELDS[operator](float(user["failed_attempts"]) - float(user["notification"]))
    }
    assert find(store, "sys_user", f"failed_attempts{operator}notification") == wanted


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Groups in any hierarchy, even a circle; users who manage them; memberships, some of them dangling."""
    some = st.sampled_from(["", "zz", *IDS])
    groups = [
        {
            "sys_id": sys_id,
            "parent": draw(some),
            "manager": draw(some),
            "description": draw(st.sampled_from(["red", "Blue sky", "sky"])),
        }
        for sys_id in draw(st.lists(st.sampled_from(IDS), unique=True))
    ]
    users = [
        {"sys_id": sys_id, "active": draw(st.sampled_from(["true", "false"]))}
        for sys_id in draw(st.lists(st.sampled_from(IDS), unique=True))
    ]
    pairs = draw(st.lists(st.tuples(st.sampled_from(IDS), some), max_size=8, unique=True))
    members = [
        {"sys_id": f"m{number}", "user": user, "group": group}
        for number, (user, group) in enumerate(pairs)
        if group
    ]
    return World(groups, users, members)


@st.composite
def related(draw: st.DrawFn) -> Related:
    """A term that reaches into other rows."""
    sys_id, number = draw(st.sampled_from([*IDS, "zz"])), draw(COUNTS)
    symbol, test = draw(st.sampled_from(sorted(QUANTITIES.items())))
    low = draw(COUNTS)
    choices: list[Related] = [
        (f"parentIN_HIERARCHY{sys_id}", lambda world, group: group["parent"] in world.below(sys_id)),
        (
            "managerDYNAMIC90d1921e5f510100a9ad2572f2b477fe",
            lambda _, group: group["manager"] == ME,
        ),
        (
            "parentDYNAMICd6435e965f510100a9ad2572f2b47744",
            lambda world, group: any(
                member["user"] == ME and member["group"] == group["parent"] for member in world.members
            ),
        ),
        (
            f"RLQUERYsys_user_grmember.group,{symbol}{number}^ENDRLQUERY",
            lambda world, group: test(counted(world, group), number),
        ),
        (
            f"RLQUERYsys_user_grmember.group,BETWEEN{low}@{number},m2m^user!=aa^ENDRLQUERY",
            lambda world, group: low <= counted(world, group, but="aa") <= number,
        ),
        (
            "JOINsys_user_group.manager=sys_user.sys_id!active=true",
            lambda world, group: any(
                user["active"] == "true" and user["sys_id"] == group["manager"] for user in world.users
            ),
        ),
        ("123TEXTQUERY321=SKY blue", lambda _, group: group["description"] == "Blue sky"),
    ]
    return draw(st.sampled_from(choices))


def counted(world: World, group: Row, but: str = "") -> int:
    """How many members the group has."""
    return sum(member["group"] == group["sys_id"] and member["user"] != but for member in world.members)


QUANTITIES: Mapping[str, Callable[[int, int], bool]] = {
    ">=": lambda count, number: count >= number,
    "<=": lambda count, number: count <= number,
    "=": lambda count, number: count == number,
    ">": lambda count, number: count > number,
    "<": lambda count, number: count < number,
}


@settings(max_examples=400, deadline=None)
@given(world=worlds(), term=related())
def test_other_rows_are_asked(store: Store, world: World, term: Related) -> None:
    """wire-contract.md 3.1, 3.2: hierarchies, dynamic filters, related lists, joins and searches find what they say."""
    text, holds = term
    world.fill(store)
    wanted = {group["sys_id"] for group in world.groups if holds(world, group)}
    assert find(store, "sys_user_group", text) == wanted


@settings(max_examples=50, deadline=None)
@given(world=worlds(), terms=st.lists(related(), min_size=2, max_size=3))
def test_terms_are_joined_like_conditions(store: Store, world: World, terms: list[Related]) -> None:
    """wire-contract.md 3.1: terms that reach into other rows stand beside conditions and each other."""
    world.fill(store)
    wanted = {group["sys_id"] for group in world.groups if all(holds(world, group) for _, holds in terms)}
    assert find(store, "sys_user_group", "^".join(text for text, _ in terms)) == wanted
    wanted = {group["sys_id"] for group in world.groups if any(holds(world, group) for _, holds in terms)}
    assert find(store, "sys_user_group", "^NQ".join(text for text, _ in terms)) == wanted
