"""Queries to text: the grammar, what is widened, what is refused, and how long lists are divided."""

import pytest

from snowconf.errors import UnaskableError
from snowconf.model.query import Condition, Operator, Query, where
from snowconf.servicenow.querying import encode, escape, split


def one(column: str, operator: Operator, *values: str) -> Query:
    """A query of one condition."""
    return Query(((Condition(column, operator, values),),))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Query(), ""),
        (where(user_name="svc"), "user_name=svc"),
        (where(a="1", b="2"), "a=1^b=2"),
        (one("name", "IN", "a", "b"), "nameINa,b"),
        (one("name", "IN", "a", "a"), "name=a"),
        (one("name", "IN", "a,b", "c", "d"), "nameINc,d^ORname=a,b"),
        (one("name", "IN", " a", "c"), "name=c^ORname= a"),
        (one("name", "IN", "_HIERARCHYx", "c"), "name=c^ORname=_HIERARCHYx"),
        (one("name", "IN", "STANCEOFtask"), "name=STANCEOFtask"),
        (one("name", "IN", "", "x"), "name=x^ORnameISEMPTY"),
        (where(name=""), "nameISEMPTY"),
        (where(name="a^b"), "nameSTARTSWITHa"),
        (where(name="a ^b"), "nameSTARTSWITHa"),
        (one("name", "STARTSWITH", "a^b"), "nameSTARTSWITHa"),
        (one("user.user_name", "STARTSWITH", "x"), "user.user_nameSTARTSWITHx"),
        (one("sys_id", ">", "0f"), "sys_id>0f"),
        (where(name="two\nlines"), "name=two\nlines"),
        (
            Query(
                (
                    (Condition("name", "IN", ("a", "b")), Condition("sys_id", "=", ("1",))),
                    *where(x="y").groups,
                )
            ),
            "nameINa,b^ORsys_id=1^x=y",
        ),
    ],
)
def test_a_query_becomes_the_text_of_the_platform(query: Query, text: str) -> None:
    """Groups are joined by ^, alternatives by ^OR, and what a list cannot hold stands beside it."""
    assert encode(query) == text


@pytest.mark.parametrize(
    "query",
    [
        where(name="^a"),
        where(name=" ^a"),
        where(name="javascript:gs.getUserID()"),
        where(name="  JavaScript:x"),
        where(name="javascript:^x"),
        one("sys_id", ">", "a^b"),
        one("sys_id", ">", ""),
        one("number", ">", "=1"),
        one("name", "STARTSWITH", " "),
        where(name="\ud800"),
        where(**{"name^ORsys_id": "x"}),
        where(ORname="x"),
        where(**{"name=": "x"}),
        where(**{"": "x"}),
        where(**{"a..b": "x"}),
    ],
)
def test_what_no_query_can_carry_is_refused(query: Query) -> None:
    """A value or a column that would change the meaning of the query is never sent."""
    with pytest.raises(UnaskableError):
        encode(query)


def test_everything_but_unreserved_and_comma_is_escaped() -> None:
    """The query is one parameter of an address."""
    assert escape("a=b^c,d é&#+%\n~-._@") == "a%3Db%5Ec,d%20%C3%A9%26%23%2B%25%0A~-._%40"


def test_a_short_query_is_one_chunk() -> None:
    """What fits is not divided."""
    assert [chunk.text for chunk in split(one("name", "IN", "a", "b"), 100)] == ["nameINa,b"]


def test_a_long_list_is_divided_into_chunks_that_fit() -> None:
    """Every chunk keeps to the room, and together they hold each value once."""
    names = [f"name_{number:03}" for number in range(200)]
    chunks = list(split(one("name", "IN", *names), 300))
    assert max(len(escape(chunk.text)) for chunk in chunks) <= 300
    assert [term.value for chunk in chunks for term in chunk.groups[0]] == names


def test_the_other_conditions_stand_in_every_chunk() -> None:
    """Only the longest group is divided; each chunk still says all of the rest."""
    query = Query(
        (*one("name", "IN", *(str(n) * 8 for n in range(10))).groups, *where(state="active").groups)
    )
    texts = [chunk.text for chunk in split(query, 60)]
    assert all(text.endswith("^state=active") for text in texts)


def test_a_value_that_fits_into_no_address_is_refused() -> None:
    """A script is no search key."""
    with pytest.raises(UnaskableError, match="does not fit"):
        list(split(where(script="x" * 9000), 7000))


def test_a_group_without_alternatives_asks_for_nothing() -> None:
    """An empty list holds for no row, so there is no request to make."""
    assert list(split(one("name", "IN"), 100)) == []
