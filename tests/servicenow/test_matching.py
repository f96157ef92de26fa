"""Queries held against rows that came back."""

import pytest

from snowconf.model.query import Condition, Operator, Query, where
from snowconf.servicenow.matching import matches


@pytest.mark.parametrize(
    ("column", "operator", "values", "found", "verdict"),
    [
        ("name", "=", ("admin",), "ADMIN", True),
        ("name", "=", ("müller",), "Muller ", True),
        ("name", "=", ("admin",), "itil", False),
        ("name", "=", ("",), "", True),
        ("name", "=", ("",), "x", False),
        ("name", "IN", ("a", "b"), "B", True),
        ("name", "IN", (), "b", False),
        ("name", "STARTSWITH", ("inc",), "Incident", True),
        ("name", "STARTSWITH", ("inc",), "task", False),
        ("order", ">", ("9",), "10", True),
        ("sys_id", ">", ("0f",), "10", True),
        ("sys_id", ">", ("b",), "a", False),
    ],
)
def test_a_row_is_compared_as_the_platform_compares(
    column: str, operator: Operator, values: tuple[str, ...], found: str, verdict: object
) -> None:
    """Case, accents and blanks at the end do not count; numbers are compared as numbers."""
    assert matches(Query(((Condition(column, operator, values),),)), {column: found}) is verdict


@pytest.mark.parametrize("operator", ["=", "STARTSWITH", ">"])
def test_a_missing_column_leaves_the_verdict_open(operator: Operator) -> None:
    """A column that is not in the row could not be read, so nobody can tell."""
    assert matches(Query(((Condition("name", operator, ("x",)),),)), {"sys_id": "1"}) is None


def test_another_alternative_may_decide_without_the_missing_column() -> None:
    """One true alternative is enough for a group."""
    query = Query(((Condition("name", "=", ("x",)), Condition("sys_id", "=", ("1",))),))
    assert matches(query, {"sys_id": "1"}) is True


def test_another_group_may_exclude_without_the_missing_column() -> None:
    """One group that does not hold is enough to exclude a row."""
    assert matches(where(name="x", active="true"), {"active": "false"}) is False
