"""Random encoded queries over random rows find what the slow evaluator finds; no text escapes its condition."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from snowconf.sandbox.queries.compiling import Compiled, Compiler
from snowconf.sandbox.queries.encoded_query import parse
from snowconf.sandbox.queries.scripted_value import Scope
from snowconf.sandbox.storage.store import Selection, Store
from snowconf.sandbox.switches import Switches
from tests.laws.slow_query import OPERATORS, Term, User, World, fold

SYS_IDS = ["aa", "BB", "cc", "dd", "ee"]
WORDS = st.text("aAbBé%_'\"\\ ,1", max_size=4)
NUMBERS = st.sampled_from(["", "0", "1", "9", "10", "-3", "2.5", "x"])
BOOLEANS = st.sampled_from(["", "true", "false", "TRUE", "1", "0"])
REFERENCES = st.sampled_from(["", "nobody", *SYS_IDS, "AA", "bb"])
VALUES = {"active": BOOLEANS, "failed_attempts": NUMBERS, "manager": REFERENCES}
COLUMNS = ["first_name", "name", "active", "failed_attempts", "manager"]
SEGMENTS = list[list[list[Term]]]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One store for all examples; each begins by emptying it."""
    with closing(Store(None)) as store:
        yield store


@st.composite
def users(draw: st.DrawFn) -> list[User]:
    """Up to five users; who manages whom may go in circles or nowhere."""
    return [
        {
            "sys_id": sys_id,
            "first_name": draw(WORDS),
            "name": draw(WORDS),
            "active": draw(st.sampled_from(["", "true", "false"])),
            "failed_attempts": draw(st.sampled_from(["", "0", "1", "9", "10", "-3"])),
            "manager": draw(REFERENCES),
        }
        for sys_id in draw(st.lists(st.sampled_from(SYS_IDS), unique=True))
    ]


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A condition on a column of the user, of the manager or of the manager's manager."""
    column = draw(st.sampled_from(COLUMNS))
    operator = draw(st.sampled_from([*OPERATORS, "SAMEAS"]))
    path = draw(st.sampled_from(["", "manager.", "manager.manager."])) + column
    if operator == "SAMEAS":
        # The slow evaluator looks at the column beside; so only where that is the same record.
        return column, operator, draw(st.sampled_from(COLUMNS))
    value = draw(st.one_of(VALUES.get(column, WORDS), WORDS))
    return path, operator, f"{value}@{draw(VALUES.get(column, WORDS))}" if operator == "BETWEEN" else value


GROUPS = st.lists(terms(), min_size=1, max_size=3)
QUERIES = st.lists(st.lists(GROUPS, min_size=1, max_size=3), min_size=1, max_size=2)


def written(segments: SEGMENTS) -> str:
    """The query as text."""
    return "^NQ".join(
        "^".join("^OR".join("".join(term) for term in group) for group in segment) for segment in segments
    )


def compiled(store: Store, text: str) -> Compiled:
    """The query for somebody who may read everything."""
    compiler = Compiler(
        store=store,
        scope=Scope(now=datetime.now(UTC)),
        switches=Switches(),
        may_search=lambda _search, _named: True,
    )
    return compiler.compile(parse(text), "sys_user")


def find(store: Store, rows: Sequence[User], text: str) -> list[str]:
    """The sys_ids that the sandbox's store finds among these users and no others, in its order."""
    store.clear()
    for row in rows:
        store.insert("sys_user", dict(row))
    query = compiled(store, text)
    selection = Selection(table="sys_user", columns=("sys_id",), where=query.where, order=query.order)
    found = [row["sys_id"] for row in store.select(selection)]
    assert store.count("sys_user", query.where) == len(found)
    return found


@settings(max_examples=300, deadline=None)
@given(rows=users(), segments=QUERIES)
def test_queries_find_what_they_say(store: Store, rows: list[User], segments: SEGMENTS) -> None:
    """The SQL of a query and the slow evaluation of its terms agree on every row."""
    world = World(rows)
    wanted = sorted((user["sys_id"] for user in rows if world.holds(user, segments)), key=fold)
    assert find(store, rows, written(segments)) == wanted


@settings(max_examples=100, deadline=None)
@given(rows=users(), column=st.sampled_from(["name", "failed_attempts", "manager"]), descending=st.booleans())
def test_lists_are_sorted(store: Store, rows: list[User], column: str, *, descending: bool) -> None:
    """Texts without letters' case, numbers as numbers, references by name; what is equal by sys_id."""
    world = World(rows)

    def key(user: User) -> tuple[float, bytes]:
        if column == "failed_attempts":
            return float(user[column] or "-inf"), b""
        shown = world.find(user["manager"]).get("name", "") if column == "manager" else user[column]
        return 0, fold(shown).encode()

    by_id = sorted(rows, key=lambda user: fold(user["sys_id"]))
    wanted = [user["sys_id"] for user in sorted(by_id, key=key, reverse=descending)]
    assert find(store, rows, f"ORDERBY{'DESC' if descending else ''}{column}") == wanted


@settings(max_examples=200, deadline=None)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="^\0"), max_size=20))
def test_no_value_escapes_its_condition(store: Store, value: str) -> None:
    """Whatever text stands after the operator, it is compared and nothing else."""
    rows = [{"sys_id": "aa", "first_name": value}, {"sys_id": "bb", "first_name": value + "x"}]
    if not value.startswith("javascript:"):
        assert find(store, rows, f"first_name={value}") == ["aa"]


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=60),
        st.lists(
            st.sampled_from(
                [*OPERATORS, "^", "^OR", "^NQ", "ORDERBY", "name", "manager", ".", "'", ";--", "(", "@", "1"]
            ),
            max_size=12,
        ).map("".join),
    )
)
def test_any_text_is_a_query(store: Store, text: str) -> None:
    """Nothing that anybody writes fails, or finds a row twice."""
    rows = [{"sys_id": "aa", "name": "x"}, {"sys_id": "bb", "manager": "aa"}]
    found = find(store, rows, text)
    assert len(found) == len(set(found))
