import pytest

from snowconf.sandbox.queries.encoded_query import (
    Condition,
    EncodedQuery,
    Join,
    Operator,
    Order,
    RelatedList,
    Term,
    TextQuery,
    Unreadable,
    parse,
)

A = Condition("a", Operator.EQUALS, "1")
B = Condition("b", Operator.EQUALS, "2")
C = Condition("c", Operator.EQUALS, "3")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", ((),)),
        ("^^^", ((),)),
        ("EQ", ((),)),
        ("a=1", (((A,),),)),
        ("a=1^b=2", (((A,), (B,)),)),
        ("^a=1^^b=2^EQ", (((A,), (B,)),)),
        ("a=1^b=2^ORc=3", (((A,), (B, C)),)),
        ("a=1^ORb=2^ORc=3", (((A, B, C),),)),
        ("ORa=1", (((A,),),)),
        ("a=1^NQb=2^c=3", (((A,),), ((B,), (C,)))),
        ("a=1^NQ", (((A,),),)),
        ("a=1^NQORDERBYb", (((A,),),)),
    ],
)
def test_terms_are_joined_as_the_grammar_says(text: str, segments: object) -> None:
    """`^OR` binds to the condition before it, `^NQ` begins anew, empty terms say nothing (wire-contract.md 3.1)."""
    assert parse(text).segments == segments


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("ORDERBYa", (Order("a"),)),
        ("a=1^ORDERBYDESCb^ORDERBYc", (Order("b", descending=True), Order("c"))),
        ("ORDERBYa^b=2^NQORDERBYc.d", (Order("a"), Order("c.d"))),
        ("GROUPBYa", ()),
    ],
)
def test_order_may_stand_anywhere(text: str, order: object) -> None:
    """Order terms count in the order of their appearance; grouping means nothing to a list."""
    assert parse(text).order == order


@pytest.mark.parametrize("operator", list(Operator), ids=lambda operator: operator.name)
def test_every_operator_is_read(operator: Operator) -> None:
    """No spelling is taken for a shorter one that it begins with."""
    assert only(f"u_col.name2{operator.value}@v") == Condition("u_col.name2", operator, "@v")


@pytest.mark.parametrize(
    ("spelling", "operator"),
    [
        ("*", Operator.LIKE),
        ("CONTAINS", Operator.LIKE),
        ("!*", Operator.NOT_LIKE),
        ("DOES NOT CONTAIN", Operator.NOT_LIKE),
        ("%", Operator.ENDS_WITH),
    ],
)
def test_aliases_are_read(spelling: str, operator: Operator) -> None:
    """Some operators have a second spelling (wire-contract.md 3.2)."""
    assert only(f"name{spelling}x") == Condition("name", operator, "x")


def test_a_value_may_hold_operators() -> None:
    """Only the first operator counts: the rest is value."""
    assert only("state==1") == Condition("state", Operator.EQUALS, "=1")
    assert only("name=aINb,cLIKEd") == Condition("name", Operator.EQUALS, "aINb,cLIKEd")


def test_a_path_has_steps() -> None:
    """A dot-walked column is taken apart."""
    assert Condition("a.b.c", Operator.IS_EMPTY).path == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("123TEXTQUERY321=some words", TextQuery("some words")),
        ("JOINsys_id=task.parent", Join(column="sys_id", table="task", joined="parent", condition="")),
        (
            "JOINsys_id=task.parent!active=true",
            Join(column="sys_id", table="task", joined="parent", condition="active=true"),
        ),
        (
            "RLQUERYtask.parent,>=1^a=1^ORb=2^ENDRLQUERY",
            RelatedList(table="task", column="parent", quantity=">=1", conditions="a=1^ORb=2"),
        ),
        (
            "RLQUERYm2m.x,=0,m2m^ENDRLQUERY",
            RelatedList(table="m2m", column="x", quantity="=0", conditions="", many_to_many=True),
        ),
        ("RLQUERYnonsense^ENDRLQUERY", Unreadable("RLQUERYnonsense")),
        ("Name=x", Unreadable("Name=x")),
        ("name", Unreadable("name")),
        ("name ~ x", Unreadable("name ~ x")),
        ("' OR 1=1 --", Unreadable("' OR 1=1 --")),
    ],
)
def test_other_terms_are_kept_as_values(text: str, term: Term) -> None:
    """Related lists, joins and text searches are read; what is none of the grammar's is kept as it was."""
    assert only(text) == term


def test_a_related_list_ends_where_it_says() -> None:
    """Conditions after it are the query's own again; one that never ends takes the rest."""
    assert [len(segment) for segment in parse("RLQUERYt.c,>0^a=1^ENDRLQUERY^b=2").segments] == [2]
    assert only("RLQUERYt.c,>0^a=1") == RelatedList(table="t", column="c", quantity=">0", conditions="a=1")


def only(text: str) -> Term:
    """The single term of a query."""
    query = parse(text)
    assert query == EncodedQuery(((query.segments[0][0],),))
    (term,) = query.segments[0][0]
    return term
