import pytest

from snowconf.sandbox.storage.passwords import is_hash
from snowconf.sandbox.writing.coercing import coerce
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"


def stored(desk: Desk, table: str, column: str, value: str) -> str | None:
    """What becomes of the value; None when it is dropped."""
    return coerce(desk.session(), table, {column: value}, display_input=desk.display_input).get(column)


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("sys_user", "user_name", "x" * 41, "x" * 40),
        ("sys_user", "active", "TRUE", "true"),
        ("sys_user", "active", "1", "true"),
        ("sys_user", "active", "maybe", "false"),
        ("sys_user", "active", "", "false"),
        ("sys_user", "notification", "disable", "1"),
        ("sys_user", "manager", "Abel Tuter, by his display name alone", "Abel Tuter, by his display name "),
        ("sys_user", "manager", "", ""),
        ("sys_user", "user_password", "pw", "pw"),
        ("sys_user", "bunk", "x", None),
        ("incident", "reopen_count", "1,234", "1234"),
        ("incident", "reopen_count", "+5", "5"),
        ("incident", "reopen_count", "many", ""),
        ("incident", "state", "On Hold", "3"),
        ("incident", "state", "3", "3"),
        ("incident", "state", "99", "99"),
        ("incident", "opened_at", "2026-01-02 03:04:05", "2026-01-02 03:04:05"),
        ("incident", "opened_at", "2026-01-02T03:04:05", "2026-01-02 03:04:05"),
        ("incident", "opened_at", "tomorrow", ""),
        ("incident", "opened_at", "0001-01-01 00:00:00", "0001-01-01 00:00:00"),
        ("incident", "short_description", "x" * 161, "x" * 160),
    ],
)
def test_values_are_taken_as_the_platform_takes_them(
    desk: Desk, table: str, column: str, value: str, expected: str | None
) -> None:
    """Cut, resolved or emptied, and never refused (wire-contract.md 6.3)."""
    assert stored(desk, table, column, value) == expected


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("sys_user", "manager", "system administrator", ADMIN),
        ("sys_user", "manager", ADMIN, ADMIN),
        ("sys_user", "manager", "Nobody At All", None),
        ("sys_security_acl", "operation", "read", "read"),
        ("oauth_entity", "protocol_name", "x", None),
        ("sys_user_has_role", "included_in_role_instance", "x", None),
        ("incident", "state", "On Hold", "3"),
        # admin's time zone is Los Angeles, seven hours behind in July.
        ("incident", "opened_at", "2026-07-01 05:00:00", "2026-07-01 12:00:00"),
        ("incident", "opened_at", "9999-12-31 23:59:59", ""),
    ],
)
def test_display_values_are_resolved_when_asked_for(
    desk: Desk, table: str, column: str, value: str, expected: str | None
) -> None:
    """With sysparm_input_display_value values are what people read (wire-contract.md 6.4)."""
    assert stored(desk.as_people_write(), table, column, value) == expected


def test_a_choice_that_is_not_in_the_list_can_be_left_empty(desk: Desk) -> None:
    """The two sources disagree, so a switch decides (tables.md 1.8, wire-contract.md 1.7)."""
    desk.switch(choice_values="blank")
    assert [stored(desk, "incident", "state", value) for value in ("99", "3")] == ["", "3"]


def test_a_choice_that_is_not_in_the_list_can_be_dropped(desk: Desk) -> None:
    """What was there stays, as a client saw of the state of a request (docs/platform.md)."""
    desk.switch(choice_values="drop")
    row = desk.insert("incident", state="2")
    assert [desk.update("incident", row, state=value)["state"] for value in ("99", "3")] == ["2", "3"]


def test_a_password_is_hashed_only_when_the_platform_processes_it(desk: Desk) -> None:
    """wire-contract.md 6.5."""
    hashed = stored(desk.as_people_write(), "sys_user", "user_password", "pw")
    assert hashed is not None
    assert is_hash(hashed)


def test_a_secret_is_sealed_in_any_case(desk: Desk) -> None:
    """A client secret in a plain POST works, and GET does not show it (wire-contract.md 6.5)."""
    sealed = stored(desk, "oauth_entity", "client_secret", "s3cret")
    assert sealed is not None
    assert is_hash(sealed)


def test_columns_of_a_later_release_do_not_exist(desk: Desk) -> None:
    """What this release lacks is dropped as if misspelt."""
    desk.switch(release="yokohama")
    assert stored(desk, "sys_user", "identity_type", "machine") is None
