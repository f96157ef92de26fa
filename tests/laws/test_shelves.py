"""Looking rows up by what they hold finds just what going through all of them finds."""

from hypothesis import given, strategies as st

from snowconf.engine.observe.observing import Seen

NAMES = st.sampled_from(["", "a", "A", "b", "ß", "SS"])
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"name": NAMES, "user": NAMES, "sys_id": NAMES}), max_size=8
)
WANTED = st.dictionaries(st.sampled_from(["name", "user", "sys_id"]), NAMES, min_size=1)


@given(ROWS, WANTED)
def test_the_rows_that_hold_some_values_are_found(rows: list[dict[str, str]], wanted: dict[str, str]) -> None:
    """Exactly, in their order, and never a row in which a column could not be read."""
    seen = Seen(rows=tuple(rows), hidden=0, columns=frozenset(), sighted=True)
    expected = [row for row in rows if all(row.get(column) == value for column, value in wanted.items())]
    assert expected == seen.holding(wanted)


@given(ROWS, WANTED)
def test_the_rows_that_differ_in_case_alone_are_found(
    rows: list[dict[str, str]], wanted: dict[str, str]
) -> None:
    """As the platform's database would take them for the same."""
    seen = Seen(rows=tuple(rows), hidden=0, columns=frozenset(), sighted=True)
    folded = {column: value.casefold() for column, value in wanted.items()}
    expected = [
        row
        for row in rows
        if all(row.get(column, "").casefold() == value for column, value in folded.items())
    ]
    assert expected == list(seen.alike(wanted))
