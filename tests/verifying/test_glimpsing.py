"""What one list of a table tells of what is promised of it."""

from collections.abc import Callable

import pytest

from snowconf.engine.verify.glimpsing import EMPTY, ROWS, Sight, Witness, columns_of, judge_reading, look
from snowconf.errors import BadRequestError, ForbiddenError, NotFoundError, Reason
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.verification import Promise, Verdict
from tests.engine.pretend import PretendInstance
from tests.verifying.visitors import Glimpsed

USER = Address("user", "svc")
FULL = {"sys_id": "1" * 32, "number": "INC1", "state": "1"}


def promise(reach: str, *, allowed: bool = True) -> Promise:
    """Reading something."""
    table, _, column = reach.partition(".")
    return Promise(
        user=USER, operation="read", table=table, column=column, allowed=allowed, origin=Origin("a.toml", 1)
    )


def everything(table: str) -> frozenset[str]:
    """A runner who sees all columns that there are."""
    return columns_of(promise(f"{table}.*"))


def nothing(_: str) -> frozenset[str]:
    """A runner who sees no record."""
    return frozenset()


def verdict(each: Promise, sight: Sight, elsewhere: Callable[[str], frozenset[str]] = everything) -> Verdict:
    """What it comes to."""
    return judge_reading(each, sight, elsewhere).verdict


@pytest.mark.parametrize(
    ("reach", "sight", "expected"),
    [
        ("incident", Sight(rows=(FULL,), counted=1), Verdict.PROVEN),
        ("incident", Sight(rows=({},), counted=1), Verdict.PROVEN),
        ("incident", Sight(rows=(FULL,), counted=None), Verdict.PROVEN),
        ("incident", Sight(rows=(), counted=7), Verdict.DENIED),
        ("incident", Sight(refused="no"), Verdict.DENIED),
        ("incident", Sight(rows=(), counted=0), Verdict.UNDECIDABLE),
        ("incident", Sight(rows=(FULL,), counted=2), Verdict.UNDECIDABLE),
        ("incident", Sight(rows=(FULL,) * ROWS, counted=4711), Verdict.PROVEN),
        ("incident", Sight(is_missing=True), Verdict.UNDECIDABLE),
        ("incident.state", Sight(rows=(FULL,), counted=1), Verdict.PROVEN),
        ("incident.cause", Sight(rows=(FULL,), counted=1), Verdict.DENIED),
        ("incident.state", Sight(rows=(FULL, {"sys_id": "2"}), counted=2), Verdict.UNDECIDABLE),
        ("incident.*", Sight(rows=(FULL,), counted=1), Verdict.DENIED),
        ("incident.*", Sight(rows=(dict.fromkeys(everything("incident"), ""),), counted=1), Verdict.PROVEN),
        ("incident.*", Sight(rows=(dict.fromkeys(everything("incident"), ""),), counted=3), Verdict.UNDECIDABLE),
    ],
)  # fmt: skip
def test_what_is_promised_is_told_by_rows_and_keys(reach: str, sight: Sight, expected: Verdict) -> None:
    """Rows against the count, and keys returned against keys asked."""
    assert expected is verdict(promise(reach), sight)


@pytest.mark.parametrize(
    ("reach", "sight", "expected"),
    [
        ("incident", Sight(rows=(FULL,), counted=1), Verdict.OPEN),
        ("incident", Sight(rows=(), counted=7), Verdict.PROVEN),
        ("incident", Sight(refused="no"), Verdict.PROVEN),
        ("incident", Sight(rows=(), counted=0), Verdict.UNDECIDABLE),
        ("incident", Sight(is_missing=True), Verdict.UNDECIDABLE),
        ("incident.state", Sight(rows=(FULL, {}), counted=2), Verdict.OPEN),
        ("incident.cause", Sight(rows=(FULL,), counted=1), Verdict.PROVEN),
        ("incident.*", Sight(rows=({"sys_id": "1"},), counted=1), Verdict.PROVEN),
        ("incident.*", Sight(rows=(FULL,), counted=1), Verdict.OPEN),
    ],
)
def test_what_must_be_refused_is_told_the_same_way(reach: str, sight: Sight, expected: Verdict) -> None:
    """Refused, blind, or without the columns: each is a refusal, and an empty table is none."""
    assert expected is verdict(promise(reach, allowed=False), sight)


def test_a_column_that_nobody_sees_may_not_exist() -> None:
    """What is not shown to the runner either is passed over among all columns, and undecided by name."""
    sight = Sight(rows=(FULL,), counted=1)
    seen = frozenset(FULL)
    assert verdict(promise("incident.*"), sight, lambda _: seen) is Verdict.PROVEN
    assert verdict(promise("incident.cause"), sight, lambda _: seen) is Verdict.UNDECIDABLE


def test_a_runner_who_sees_nothing_excuses_nothing() -> None:
    """Without a witness a missing column is a denied one."""
    assert verdict(promise("incident.cause"), Sight(rows=(FULL,), counted=1), nothing) is Verdict.DENIED


def test_many_columns_are_named_in_part() -> None:
    """Six of them, and how many more."""
    found = judge_reading(promise("incident.*"), Sight(rows=({"sys_id": "1"},), counted=1), everything)
    assert found.told.endswith(f" and {len(found.columns) - 6} more.")


def test_passwords_are_in_no_star() -> None:
    """Who may read every column of a user is not promised the password."""
    assert "user_password" not in columns_of(promise("sys_user.*"))


def test_a_table_is_asked_once_for_all_that_is_promised_of_it() -> None:
    """One list, with the columns of every promise."""
    visitor = Glimpsed(shown=(FULL,), counted=1)
    look(visitor, "incident", [promise("incident"), promise("incident.state"), promise("incident.number")])
    assert visitor.log == [("GET", "incident", dict.fromkeys(("number", "state", "sys_id"), str(ROWS)))]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ForbiddenError("no", reason=Reason.QUERY_RIGHTS), Sight(refused=Reason.QUERY_RIGHTS.value)),
        (BadRequestError("Invalid table"), Sight(is_missing=True)),
        (NotFoundError("No record"), Sight(is_missing=True)),
    ],
)
def test_a_refused_list_is_an_answer(error: Exception, expected: Sight) -> None:
    """It says something of the user, or that there is no such table."""
    assert expected == look(Glimpsed(broken=error), "incident", [promise("incident")])


def test_an_empty_table_is_not_tried_yet() -> None:
    """A record that is made for it would show."""
    found = judge_reading(promise("incident"), Sight(counted=0), everything)
    assert (found.told, found.tried) == (EMPTY, False)


def test_the_witness_is_asked_once_for_each_table() -> None:
    """However many users lack a column."""
    instance = PretendInstance()
    instance.put("incident", "1" * 32, number="INC1")
    witness = Witness(instance)
    assert "number" in witness("incident")
    witness("incident")
    assert (witness("no_such_table"), instance.requests["GET"]) == (frozenset(), 2)


def test_a_witness_who_is_refused_has_seen_nothing() -> None:
    """The runner may be kept out as well."""
    instance = PretendInstance(closed=ForbiddenError("no", reason=Reason.ACL))
    assert Witness(instance)("incident") == frozenset()
