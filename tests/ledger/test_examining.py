"""Every record of a ledger is looked at: there, gone, renamed, or not shown."""

import pytest

from snowconf.ledger.examining import examine
from snowconf.ledger.records import Records
from snowconf.model.examination import Condition
from snowconf.model.ownership import Owned
from tests.ledger.box import Box
from tests.ledger.entries import ledger, owned

NAMED_BY = {"user": "user_name", "role": "name"}


def seen(
    records: Records, *entries: Owned, named_by: dict[str, str] | None = None
) -> list[tuple[str, Condition]]:
    """How each was found."""
    found = examine(ledger(*entries), records, NAMED_BY if named_by is None else named_by)
    return [(str(each.owned.address), each.condition) for each in found]


def made(box: Box, name: str, sys_id: str) -> None:
    """A user of this name."""
    box.records.insert("sys_user", {"user_name": name, "sys_id": sys_id})


def test_records_are_found_under_their_names(box: Box) -> None:
    """In address order, whatever their tables."""
    made(box, "svc", "a" * 32)
    made(box, "svc2", "b" * 32)
    entries = (
        owned("user.svc", name="svc"),
        owned("user.b", "b" * 32, name="other"),
        owned("role.r", "c" * 32),
    )
    assert seen(box.records, *entries) == [
        ("role.r", Condition.GONE),
        ("user.b", Condition.RENAMED),
        ("user.svc", Condition.SOUND),
    ]


def test_each_table_is_asked_once(box: Box) -> None:
    """And once more when none of its records is there."""
    made(box, "svc", "a" * 32)
    box.took()
    seen(box.records, owned("user.svc"), owned("user.b", "b" * 32), owned("role.r", "c" * 32))
    assert box.took() == ["GET table"] * 3


@pytest.mark.parametrize("named_by", [{}, NAMED_BY])
def test_a_record_without_a_name_is_looked_for_alone(box: Box, named_by: dict[str, str]) -> None:
    """Access controls have none, and columns of records of any table are not in the ledger."""
    made(box, "svc", "a" * 32)
    entry = owned("user.svc", name="" if named_by else "svc")
    assert seen(box.records, entry, named_by=named_by) == [("user.svc", Condition.SOUND)]


def test_a_name_that_is_not_shown_is_not_taken_for_another(box: Box) -> None:
    """The column is hidden, or not there."""
    made(box, "svc", "a" * 32)
    entry = owned("user.svc", name="svc")
    assert seen(box.records, entry, named_by={"user": "no_such_column"}) == [
        ("user.svc", Condition.UNREADABLE)
    ]


def test_a_record_that_is_not_shown_is_not_taken_for_gone(box: Box) -> None:
    """The table is closed to this account."""
    entry = owned("role.security_admin", "c" * 32)
    box.records.insert("sys_properties", {"name": "x.y", "sys_id": "d" * 32})
    closed = box.reader()
    assert seen(closed, entry, owned("property.x.y", "d" * 32)) == [
        ("property.x.y", Condition.UNREADABLE),
        ("role.security_admin", Condition.UNREADABLE),
    ]
