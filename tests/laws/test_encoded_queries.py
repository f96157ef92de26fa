"""No value escapes its condition, and no row is lost where a query is divided."""

from urllib.parse import unquote

from hypothesis import assume, example, given, settings, strategies as st

from snowconf.errors import UnaskableError
from snowconf.model.query import Condition, Query
from snowconf.sandbox import encoded_query as sandbox
from snowconf.servicenow.matching import Matcher, matches
from snowconf.servicenow.querying import encode, escape, split
from snowconf.servicenow.terms import Term, flatten, widen

WORDS = (
    "^ ^OR ^NQ ^EQ ^ORDERBY ORDERBY , = != > < IN LIKE STARTSWITH ISEMPTY SAMEAS BETWEEN EQ NQ OR RLQUERY JOIN "
    "123TEXTQUERY321= javascript: JavaScript: _HIERARCHY STANCEOF %5E & # + @ . a 0 é \u202e"
)
SYNTAX = st.sampled_from([*WORDS.split(" "), "NOT IN", " ", "\n", "\r"])
VALUES = st.one_of(st.text(max_size=12), st.lists(SYNTAX, max_size=5).map("".join))
COLUMNS = st.sampled_from(["name", "user_name", "sys_id", "user.user_name", "order", "equal", "in", "like"])
CONDITIONS = st.one_of(
    st.builds(Condition, COLUMNS, st.sampled_from(["=", "STARTSWITH", ">"]), st.tuples(VALUES)),
    st.builds(Condition, COLUMNS, st.just("IN"), st.lists(VALUES, min_size=1, max_size=4).map(tuple)),
)
QUERIES = st.builds(
    Query, st.lists(st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
)
ROWS = st.fixed_dictionaries({}, optional=dict.fromkeys(["name", "user_name", "sys_id", "order"], VALUES))
Parsed = list[set[tuple[str, str, str]]]


def asked(query: Query) -> Parsed:
    """What the query may ask: its terms after widening."""
    return [{(term.column, term.operator, term.value) for term in group} for group in widen(flatten(query))]


def encoded(query: Query) -> str:
    """The text of a query that can be asked."""
    try:
        return encode(query)
    except UnaskableError:
        assume(False)
        raise


def read(text: str) -> Parsed:
    """A small reading of the grammar of its own: wire-contract.md 3.1, for the operators that are used."""
    groups: Parsed = []
    for number, piece in enumerate(text.split("^") if text else []):
        is_alternative = number > 0 and piece.startswith("OR") and not piece.startswith("ORDERBY")
        terms = read_term(piece.removeprefix("OR") if is_alternative else piece)
        if is_alternative:
            groups[-1] |= terms
        else:
            groups.append(terms)
    return groups


def read_term(term: str) -> set[tuple[str, str, str]]:
    """One condition: a lower case name, an operator, the rest."""
    length = next(
        at for at, letter in enumerate(term) if not (letter.islower() or letter.isdigit() or letter in "._")
    )
    column, rest = term[:length], term[length:]
    for spelling in ("IN_HIERARCHY", "INSTANCEOF", "ISEMPTY", "STARTSWITH", ">=", "IN", "=", ">"):
        if rest.startswith(spelling):
            value = rest.removeprefix(spelling)
            break
    if spelling == "IN":
        return {(column, "=", part) for part in value.split(",")}
    return {(column, "=", "")} if spelling == "ISEMPTY" else {(column, spelling, value)}


def read_as_the_sandbox_does(text: str) -> Parsed:
    """The same out of the sandbox's parser, which was written from the same facts by somebody else."""
    parsed = sandbox.parse(text)
    assert (len(parsed.segments), parsed.order) == (1, ())
    return [{found for term in group for found in plain(term)} for group in parsed.segments[0]]


def plain(term: object) -> set[tuple[str, str, str]]:
    """A condition of the sandbox in the words of ours."""
    assert isinstance(term, sandbox.Condition)
    if term.operator is sandbox.Operator.IN:
        return {(term.column, "=", part) for part in term.value.split(",")}
    if term.operator is sandbox.Operator.IS_EMPTY:
        return {(term.column, "=", "")}
    return {(term.column, term.operator.value, term.value)}


@settings(max_examples=400)
@given(QUERIES)
@example(Query(((Condition("name", "IN", ("_HIERARCHYa",)),),)))
@example(Query(((Condition("name", "IN", ("STANCEOFa", "b")),),)))
@example(Query(((Condition("name", "=", ("a^ORDERBYb",)),),)))
@example(Query(((Condition("name", "=", ("=^NQsys_id!=",)),),)))
def test_a_query_reads_back_as_what_was_asked(query: Query) -> None:
    """The same conditions come out of the text as went in: not one more, not one less, none of another kind."""
    assert read(encoded(query)) == asked(query)


@settings(max_examples=400)
@given(QUERIES)
def test_the_sandbox_reads_the_same(query: Query) -> None:
    """Two readings of the grammar agree on every query that is ever sent."""
    assert read_as_the_sandbox_does(encoded(query)) == asked(query)


@settings(max_examples=400)
@given(VALUES, ROWS)
def test_a_name_never_finds_another_record(name: str, row: dict[str, str]) -> None:
    """Whatever the name, a row that fulfils the text either has the name or is left out here."""
    query = Query(((Condition("name", "=", (name,)),),))
    ((column, operator, value),) = read(encoded(query))[0]
    assert column == "name"
    assert operator == "STARTSWITH" or value == name
    if matches(query, row):
        assert Matcher(((Term("name", "STARTSWITH", value),),)).verdict(row) is True


@given(QUERIES)
def test_an_address_carries_the_text_unharmed(query: Query) -> None:
    """Percent-encoding is undone to the letter, and leaves nothing that an address could mistake."""
    text = encoded(query)
    assert unquote(escape(text)) == text
    assert set(escape(text)).isdisjoint("^=&#+ ?/<>@\n")


@settings(max_examples=150)
@given(QUERIES, st.integers(min_value=30, max_value=200), st.lists(ROWS, max_size=8))
def test_chunks_ask_together_for_exactly_the_whole(
    query: Query, room: int, rows: list[dict[str, str]]
) -> None:
    """A row belongs to the query when it belongs to any chunk, and every chunk fits."""
    encoded(query)
    try:
        chunks = list(split(query, room))
    except UnaskableError:
        assume(False)
    whole = Matcher(widen(flatten(query)))
    assert all(len(escape(chunk.text)) <= room for chunk in chunks)
    for row in rows:
        assert (whole.verdict(row) is True) == any(
            Matcher(chunk.groups).verdict(row) is True for chunk in chunks
        )
