"""Passwords over basic authentication: the restriction, the lock, and what a 401 keeps to itself."""

import pytest

from snowconf.sandbox.storage.store import Row
from tests.sandbox_identity.site import Site, basic

ENFORCE = "glide.authenticate.basic_auth.restriction.enforce"
PREFIX = "glide.authenticate.basic_auth."


def wrong(site: Site, times: int, name: str = "joe") -> None:
    """Try a wrong password so often."""
    for number in range(times):
        assert site.call(basic(name, f"wrong{number}")).status == 401


def test_why_nobody_is_let_in_is_told_to_the_log_alone(site: Site, joe: Row) -> None:
    """The answers are equal byte for byte, the reasons are not (wire-contract.md 1.4)."""
    site.desk.user("gone", password="pw", active="false")
    headers = [basic("joe", "no"), basic("nobody", "pw"), basic("gone", "pw"), ("Authorization", "Digest x")]
    found = [(reply.status, reply.body) for reply in map(site.call, headers)]
    assert len(set(found)) == 1
    reasons = []
    for header in headers:
        site.call(header)
        reasons.append(site.why())
    assert reasons == [
        "the password is wrong",
        "there is no such user",
        "the user is inactive",
        "the request has no credentials",
    ]
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, 200),
        ({ENFORCE: "true"}, 401),
        ({ENFORCE: "true", f"{PREFIX}restriction.active": "false"}, 200),
        ({ENFORCE: "true", f"{PREFIX}allowed_roles": "itil, asset"}, 200),
        ({ENFORCE: "true", f"{PREFIX}allowed_roles": "asset"}, 401),
        ({ENFORCE: "true", f"{PREFIX}allowed_users": "ann,JOE"}, 200),
        ({ENFORCE: "true", f"{PREFIX}allowed_users": "ann"}, 401),
    ],
)
def test_the_restriction_is_properties(site: Site, settings: dict[str, str], status: int) -> None:
    """Enforced, only the roles and users that are named may come with a password (wire-contract.md 1.9)."""
    site.desk.user("joe", "itil", password="pw")
    for name, value in settings.items():
        site.desk.setting(name, value)
    assert site.call(basic("joe", "pw")).status == status


@pytest.mark.parametrize(("allowed", "status"), [(None, 200), ("true", 200), ("false", 401)])
def test_users_for_web_services_alone_pass_the_restriction(
    site: Site, allowed: str | None, status: int
) -> None:
    """Unless glide.authenticate.basic_auth.allow_wsao says otherwise (wire-contract.md 1.9)."""
    site.desk.user("joe", password="pw", web_service_access_only="true")
    site.desk.setting(ENFORCE, "true")
    if allowed:
        site.desk.setting(f"{PREFIX}allow_wsao", allowed)
    assert site.call(basic("joe", "pw")).status == status


def test_an_exception_passes_the_restriction(site: Site, joe: Row) -> None:
    """A row of sys_user_basic_auth_exception names the user (wire-contract.md 1.9)."""
    site.switch(basic_auth_restriction="on")
    before = site.call(basic("joe", "pw")).status
    site.desk.insert("sys_user_basic_auth_exception", user=joe["sys_id"])
    assert (before, site.call(basic("joe", "pw")).status) == (401, 200)


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(site: Site, joe: Row) -> None:
    """The right one does not help before (docs/platform.md)."""
    wrong(site, 5)
    locked = site.desk.one("sys_user", user_name="joe")
    assert (locked["locked_out"], locked["failed_attempts"]) == ("true", "5")
    assert site.call(basic("joe", "pw")).status == 401
    assert site.why() == "the user is locked out"
    site.desk.clock.forward(minutes=16)
    assert site.call(basic("joe", "pw")).status == 200
    unlocked = site.desk.one("sys_user", user_name="joe")
    assert (unlocked["locked_out"], unlocked["failed_attempts"]) == ("false", "0")
    assert site.desk.store.find("sys_trigger", document_key=joe["sys_id"]) == []


def test_the_right_password_ends_the_count(site: Site, joe: Row) -> None:
    """Four mistakes, the right one, four mistakes: nobody is locked out."""
    wrong(site, 4)
    assert site.call(basic("joe", "pw")).status == 200
    wrong(site, 4)
    assert site.call(basic("joe", "pw")).status == 200
    assert joe["user_name"] == "joe"


def test_the_numbers_of_the_lock_are_properties(site: Site, joe: Row) -> None:
    """How many attempts and how many minutes; what is no number counts as the default."""
    site.desk.setting("glide.user.max_unlock_attempts", "2")
    site.desk.setting("glide.user.unlock_timeout_in_mins", "soon")
    wrong(site, 2)
    site.desk.clock.forward(minutes=14)
    early = site.call(basic("joe", "pw")).status
    site.desk.clock.forward(minutes=2)
    assert (early, site.call(basic("joe", "pw")).status) == (401, 200)
    assert joe["user_name"] == "joe"


def test_a_switch_keeps_accounts_open(site: Site, joe: Row) -> None:
    """Nothing is counted then."""
    site.switch(lockout="off")
    wrong(site, 6)
    assert site.call(basic("joe", "pw")).status == 200
    assert site.desk.one("sys_user", user_name="joe")["failed_attempts"] == joe["failed_attempts"]


def test_an_account_that_was_opened_by_hand_is_locked_for_its_whole_time_again(site: Site, joe: Row) -> None:
    """The job of the first lock does not end the second."""
    wrong(site, 5)
    site.desk.update("sys_user", joe, locked_out="false")
    site.desk.clock.forward(minutes=10)
    wrong(site, 1)
    site.desk.clock.forward(minutes=10)
    assert site.call(basic("joe", "pw")).status == 401
    site.desk.clock.forward(minutes=10)
    assert site.call(basic("joe", "pw")).status == 200


def test_an_account_that_somebody_locked_stays_locked(site: Site, joe: Row) -> None:
    """Only the platform's own lock has a job that takes it off."""
    site.desk.update("sys_user", joe, locked_out="true")
    site.desk.clock.forward(days=1)
    assert site.call(basic("joe", "pw")).status == 401


def test_a_locked_users_token_is_worth_nothing(site: Site, joe: Row) -> None:
    """Until he is unlocked again."""
    site.client()
    header = (
        "Authorization",
        "Bearer " + site.token(grant_type="password", username="joe", password="pw").json()["access_token"],
    )
    site.desk.update("sys_user", joe, locked_out="true")
    assert site.call(header).status == 401
    site.desk.update("sys_user", joe, locked_out="false")
    assert site.call(header).status == 200


def test_many_users_are_recognized(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of callers is bounded, and forgetting changes no answer."""
    monkeypatch.setattr("snowconf.sandbox.identity.identities.KNOWN_AT_MOST", 1)
    site.desk.user("ann", password="pw")
    site.desk.user("ben", password="pw")
    assert [site.call(basic(name, "pw")).status for name in ("ann", "ben", "ann", "ben")] == [200] * 4


@pytest.mark.parametrize(
    ("instance", "account", "status"),
    [("true", "true", 401), ("true", "false", 200), ("false", "true", 200)],
)
def test_who_needs_a_second_factor_is_told_so(site: Site, instance: str, account: str, status: int) -> None:
    """By a header alone (wire-contract.md 1.4); no code is known here that would do."""
    site.desk.setting("glide.authenticate.multifactor", instance)
    site.desk.user("joe", password="pw", enable_multifactor_authn=account)
    reply = site.call(basic("joe", "pw"))
    assert reply.status == status
    assert reply.header("X-MFA_TOKEN") == ("invalid" if status == 401 else "")
