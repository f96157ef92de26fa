import pytest

from snowconf.sandbox.identity.identities import caller_for
from tests.sandbox_platform.desk import Desk


def test_the_right_password_makes_a_caller(desk: Desk) -> None:
    """Basic authentication tells who it is, with roles."""
    caller = desk.log_in("admin", "admin")
    assert caller == caller_for(desk.store, "admin")
    assert caller.admin


@pytest.mark.parametrize(("name", "password"), [("admin", "nimda"), ("admin", ""), ("nobody", "x"), ("", "")])
def test_wrong_credentials_make_none(desk: Desk, name: str, password: str) -> None:
    """A wrong password and an unknown user look alike (wire-contract.md 1.4)."""
    assert desk.log_in(name, password) is None


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic %%%", "Basic /w==", "Digest abc", "Bearer", "Bearer nonsense"]
)
def test_a_header_that_says_nothing_makes_none(desk: Desk, header: str) -> None:
    """Whatever is in the header, nobody is let in by it."""
    assert desk.whoever_sends(header) is None


def test_user_names_are_found_whatever_their_case(desk: Desk) -> None:
    """`ADMIN` is admin (tables.md 3.1)."""
    caller = desk.log_in("ADMIN", "admin")
    assert caller is not None
    assert caller.user_name == "admin"


@pytest.mark.parametrize(("column", "value"), [("active", "false"), ("locked_out", "true")])
def test_an_account_out_of_use_is_not_let_in(desk: Desk, column: str, value: str) -> None:
    """Inactive and locked-out users get the same nothing as strangers."""
    joe = desk.user("joe", password="pw")
    desk.update("sys_user", joe, **{column: value})
    assert desk.log_in("joe", "pw") is None


def test_a_password_stored_verbatim_lets_nobody_in(desk: Desk) -> None:
    """Without sysparm_input_display_value the password is not hashed, and login fails (wire-contract.md 6.5)."""
    joe = desk.user("joe")
    assert desk.update("sys_user", joe, user_password="pw")["user_password"] == "pw"
    assert desk.log_in("joe", "pw") is None


def test_a_new_password_ends_the_former_one(desk: Desk) -> None:
    """Credentials that were right are forgotten with the stored value."""
    joe = desk.user("joe", password="first")
    assert desk.log_in("joe", "first")
    desk.as_people_write().update("sys_user", joe, user_password="second")
    assert desk.log_in("joe", "first") is None
    assert desk.log_in("joe", "second") is not None


@pytest.mark.parametrize(("mandatory", "let_in"), [("true", False), ("false", True)])
def test_an_overdue_change_of_password_counts_when_a_property_says_so(
    desk: Desk, *, mandatory: str, let_in: bool
) -> None:
    """glide.authenticate.api.user.reset_password.mandatory decides (tables.md 2.1)."""
    joe = desk.user("joe", password="pw")
    desk.update("sys_user", joe, password_needs_reset="true")
    desk.setting("glide.authenticate.api.user.reset_password.mandatory", mandatory)
    assert (desk.log_in("joe", "pw") is not None) == let_in


def test_where_basic_authentication_is_restricted_admin_does_not_count(desk: Desk) -> None:
    """Only the explicit role counts (wire-contract.md 1.9)."""
    desk.user("joe", "snc_basic_auth_api_access", password="pw")
    desk.switch(basic_auth_restriction="on")
    assert desk.log_in("admin", "admin") is None
    assert desk.log_in("joe", "pw") is not None


def test_roles_are_effective_ones(desk: Desk) -> None:
    """Direct and inherited roles count, as the platform keeps rows for both."""
    desk.user("joe", "itil")
    assert {"itil", "cmdb_read", "snc_platform_rest_api_access"} <= caller_for(desk.store, "joe").roles


def test_elevated_roles_do_not_count(desk: Desk) -> None:
    """Nobody can elevate over REST, so security_admin is of no use there (tables.md 4.4)."""
    assert "security_admin" in desk.roles_of(desk.one("sys_user", user_name="admin"))
    assert "security_admin" not in caller_for(desk.store, "admin").roles


def test_a_role_granted_later_counts_at_once(desk: Desk) -> None:
    """Callers are worked out anew after a write to their grants."""
    joe = desk.user("joe")
    assert caller_for(desk.store, "joe").roles == frozenset()
    desk.insert("sys_user_has_role", user=joe["sys_id"], role=desk.role("soap_query"))
    assert caller_for(desk.store, "joe").roles == {"soap_query"}


def test_the_time_zone_is_the_users_or_the_instances(desk: Desk) -> None:
    """Who chose none has the system's."""
    desk.user("joe", time_zone="Europe/Berlin")
    zones = (caller_for(desk.store, "joe").time_zone, caller_for(desk.store, "admin").time_zone)
    assert zones == ("Europe/Berlin", "America/Los_Angeles")


def test_an_unknown_user_cannot_be_trusted(desk: Desk) -> None:
    """Acting as nobody is a mistake of whoever calls."""
    with pytest.raises(LookupError):
        caller_for(desk.store, "nobody")
