"""Which records travel and which of their columns: told by the table, by the record, and by what a column holds."""

from collections.abc import Callable
from typing import Any

import pytest

from snowconf.engine.travel.travelling import secret_columns, unspeakable_in, why_not
from tests.update_sets.conftest import SECRET

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("table", "columns", "reason"),
    [
        ("sys_security_acl", {}, ""),
        ("sys_security_acl_role", {"sys_scope": "global"}, ""),
        ("sys_properties", {"is_private": "false"}, ""),
        ("sys_properties", {"is_private": "true"}, "private to its instance"),
        ("sys_user", {}, "users are data"),
        ("sys_user_has_role", {}, "roles given to users are data"),
        ("sys_user_group", {}, "groups are data"),
        ("sys_user_grmember", {}, "memberships of groups are data"),
        ("sys_group_has_role", {}, "roles given to groups are data"),
        ("http_connection", {}, "connections belong to one instance"),
        ("basic_auth_credentials", {}, "credentials belong to one instance"),
        ("incident", {}, "a row of incident is data"),
        ("x_acme_thing", {}, "is not known here"),
        ("sys_user_role", {"sys_scope": "a" * 32}, "belongs to the application"),
    ],
)
def test_a_record_travels_or_there_is_a_reason(table: str, columns: dict[str, str], reason: str) -> None:
    """One sentence for each way to stay behind; none for what travels."""
    found = why_not(table, columns)
    assert (reason in found, bool(found)) == (True, bool(reason))


@pytest.mark.parametrize(
    ("table", "columns", "secret"),
    [
        ("oauth_entity", {"client_secret": "x", "client_id": "y"}, {"client_secret"}),
        ("sys_properties", {"type": "password2", "name": "a", "value": "x"}, {"value"}),
        ("sys_properties", {"type": "string", "name": "a.api_token", "value": "x"}, {"value"}),
        ("sys_properties", {"type": "boolean", "name": "a.reset_password", "value": "true"}, set()),
        ("x_acme_thing", {"anything": "x"}, set()),
    ],
)
def test_a_column_is_secret_by_its_type_or_by_what_it_holds(
    table: str, columns: dict[str, str], secret: set[str]
) -> None:
    """A property's value is what its type and its name say."""
    assert set(secret_columns(table, columns)) == secret


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("", ""),
        ("a\tb\r\n\u0085\U0001f600", ""),
        ("a\x00b\x01", "U+0000"),
        ("\ufffe", "U+FFFE"),
        ("\udc80", "U+DC80"),
    ],
)
def test_the_first_character_that_no_xml_holds_is_named(text: str, character: str) -> None:
    """As people write characters that they cannot see."""
    assert unspeakable_in(text) == character


@pytest.mark.usefixtures("stack")
def test_a_change_of_a_secret_alone_does_not_travel(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to put into a set: the secret is listed, and apply writes it."""
    run("apply", "--auto-approve", "--without-elevated")
    monkeypatch.setenv("BOX_SECRET", f"{SECRET}-2")
    ended = run("export", "--update-set", "box.xml", "--target", "oauth_app.box")
    assert (ended.code, "[SNC601]" in ended.err) == (1, True)
    assert "oauth_app.box  client_secret" in ended.err
