"""The traps of tables.md section 12 as the sandbox sets them, each test named after its own.

Those that are set by queries, shapes and schema reading (1, 15, 16) have their tests with the Table API.
"""

import pytest

from snowconf.sandbox.storage.passwords import is_hash
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"
SECURITY_ADMIN = "b2d8f7130a0a0baa5bf52498ecaadeb4"


def detail_of(caught: pytest.ExceptionInfo[Aborted]) -> str:
    """What the answer says."""
    return caught.value.detail


def test_trap_02_a_write_can_succeed_without_effect(desk: Desk) -> None:
    """An access control for nobody stops even admin, and sys_mod_count tells (tables.md 1.1, 1.2)."""
    desk.acl("sys_user.email", "write", "nobody", admin_overrides="false")
    joe = desk.user("joe")
    assert desk.update("sys_user", joe, email="joe@example.com") == joe


def test_trap_03_security_admin_is_invisible_even_to_admin(desk: Desk) -> None:
    """The role exists, and nobody can read it (tables.md 1.4)."""
    row = desk.store.get("sys_user_role", SECURITY_ADMIN)
    assert row is not None
    assert not desk.access().may("read", "sys_user_role", row)
    assert desk.access().may("read", "sys_user_role", desk.one("sys_user_role", name="itil"))


def test_trap_03_properties_are_nothing_to_others_than_admins(desk: Desk) -> None:
    """Not refused, only unseen (tables.md 5)."""
    desk.user("joe", "itil")
    row = desk.one("sys_properties", name="instance_name")
    access = desk.access("joe")
    assert (access.may("read", "sys_properties", row), access.closed("sys_properties")) == (False, None)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("oauth_entity", "client_secret"),
        ("basic_auth_credentials", "password"),
        ("api_key_credentials", "api_key"),
    ],
)
def test_trap_04_secrets_are_never_comparable(desk: Desk, table: str, column: str) -> None:
    """What is stored is neither the secret nor the same twice."""
    rows = [desk.insert(table, name=name, **{column: "s3cret"}) for name in ("a", "b")]
    first, second = (row[column] for row in rows)
    assert (is_hash(first), is_hash(second), first == second) == (True, True, False)


def test_trap_05_inherited_rows_cannot_be_deleted(desk: Desk) -> None:
    """They go only when nothing justifies them any more (tables.md 3.3)."""
    joe = desk.user("joe", "soap")
    row = desk.store.find("sys_user_has_role", user=joe["sys_id"], inherited="true")[0]
    with pytest.raises(Aborted, match="Prevent deletion of inherited roles"):
        desk.delete("sys_user_has_role", row)


def test_trap_05_a_direct_and_an_inherited_row_stand_side_by_side(desk: Desk) -> None:
    """Several rows for one user and role are normal."""
    joe = desk.user("joe", "itil", "cmdb_read")
    grants = desk.store.find("sys_user_has_role", user=joe["sys_id"], role=desk.role("cmdb_read"))
    assert sorted(row["inherited"] for row in grants) == ["false", "true"]


def test_trap_06_access_controls_need_elevation(desk: Desk) -> None:
    """Word for word recorded answer 29, for the roles of access controls as well."""
    with pytest.raises(Aborted) as caught:
        desk.insert("sys_security_acl", name="x_app_table", operation="read", type="record")
    assert detail_of(caught) == "ACL Exception Insert Failed due to security constraints"
    row = desk.store.find("sys_security_acl_role")[0]
    with pytest.raises(Aborted, match="ACL Exception Delete Failed due to security constraints"):
        desk.delete("sys_security_acl_role", row)


def test_trap_06_access_controls_have_no_unique_key(desk: Desk) -> None:
    """Two of one name, operation and type are legal."""
    desk.switch(elevation="off")
    same = {"name": "incident", "operation": "read", "type": "record"}
    before = len(desk.store.find("sys_security_acl", **same))
    for _ in range(2):
        desk.insert("sys_security_acl", **same)
    assert len(desk.store.find("sys_security_acl", **same)) == before + 2


def test_trap_06_the_type_is_immutable(desk: Desk) -> None:
    """A change of it is dropped (tables.md 4.1)."""
    desk.switch(elevation="off")
    row = desk.insert("sys_security_acl", name="incident", operation="read", type="record")
    assert desk.update("sys_security_acl", row, type="ui_page") == row


def test_trap_06_an_access_control_without_any_criterion_locks_everybody_out(desk: Desk) -> None:
    """It is accepted, and denies (tables.md 4.3)."""
    desk.switch(elevation="off")
    desk.user("joe", "itil")
    desk.insert("sys_security_acl", name="change_request", operation="delete", admin_overrides="false")
    asked = [desk.access(who).may("delete", "change_request") for who in ("joe", "admin")]
    assert asked == [False, False]


@pytest.mark.parametrize("policy", ["read", "protected"])
def test_trap_06_protected_rows_are_immutable(desk: Desk, policy: str) -> None:
    """sys_policy stops even an admin with everything switched off (tables.md 4.1, 5)."""
    desk.switch(elevation="off")
    row = desk.acl("incident", "read", "itil", sys_policy=policy)
    with pytest.raises(Aborted, match="ACL Exception Update Failed due to security constraints"):
        desk.update("sys_security_acl", row, active="false")
    with pytest.raises(Aborted, match="ACL Exception Delete Failed due to security constraints"):
        desk.delete("sys_security_acl", row)


def test_trap_07_a_registrys_name_is_unique_over_its_classes(desk: Desk) -> None:
    """A JWT client blocks an ordinary one (tables.md 2.1)."""
    desk.insert("oauth_jwt", name="Leftover")
    with pytest.raises(Aborted, match=r"Error during insert of oauth_entity \(Leftover\)"):
        desk.insert("oauth_entity", name="Leftover", type="client")


def test_trap_07_a_provider_brings_its_default_profile(desk: Desk) -> None:
    """And an inbound client brings none."""
    provider = desk.insert(
        "oauth_entity", name="Acme", type="oauth_provider", default_grant_type="authorization_code"
    )
    client = desk.client()
    profile = desk.one("oauth_entity_profile", oauth_entity=provider["sys_id"])
    shown = (profile["name"], profile["default"], profile["grant_type"])
    assert shown == ("Acme default_profile", "true", "authorization_code")
    assert desk.store.find("oauth_entity_profile", oauth_entity=client["sys_id"]) == []


def test_trap_08_the_scope_is_demoted_to_global(desk: Desk) -> None:
    """Whatever was sent (tables.md 1.10)."""
    scope = desk.one("sys_scope", scope="x_fls_flexera_fnms")["sys_id"]
    row = desk.insert("sys_properties", name="acme.x", sys_scope=scope, sys_package=scope)
    assert (row["sys_scope"], row["sys_package"]) == ("global", "global")


def test_trap_09_some_properties_are_protected(desk: Desk) -> None:
    """glide.authenticate.multisso.enabled aborts, and the answer names a rule and no reason."""
    row = desk.one("sys_properties", name="glide.authenticate.multisso.enabled")
    with pytest.raises(Aborted, match="Operation against file 'sys_properties' was aborted by Business Rule"):
        desk.update("sys_properties", row, value="true")
    with pytest.raises(Aborted, match="Abort Changing Protected Property"):
        desk.delete("sys_properties", row)


def test_trap_09_gates_have_no_row_until_somebody_creates_one(desk: Desk) -> None:
    """Absent is not false."""
    gates = (
        "glide.oauth.inbound.client.credential.grant_type.enabled",
        "glide.oauth.inbound.ropc.grant_type.disabled",
        "glide.invalid_query.returns_no_rows",
    )
    assert [row for name in gates for row in desk.store.find("sys_properties", name=name)] == []


def test_trap_10_run_as_defaults_to_the_caller(desk: Desk) -> None:
    """And the start to now (tables.md 6.1)."""
    joe = desk.user("joe", "import_admin")
    row = desk.by("joe").insert("scheduled_import_set", name="contract")
    assert (row["run_as"], row["run_start"]) == (joe["sys_id"], "2026-07-01 12:00:00")


def test_trap_10_names_of_schedules_are_not_unique(desk: Desk) -> None:
    """One exported app holds two imports called `contract`."""
    rows = [desk.insert("scheduled_import_set", name="contract") for _ in range(2)]
    assert len({row["sys_id"] for row in rows}) == 2


def test_trap_10_a_user_who_runs_a_job_cannot_be_deleted(desk: Desk) -> None:
    """sysauto.run_as restricts deletion (tables.md 3.1)."""
    joe = desk.user("joe")
    job = desk.insert("scheduled_import_set", name="contract", run_as=joe["sys_id"])
    with pytest.raises(Aborted, match="Operation against file 'sys_user' was aborted by Business Rule"):
        desk.delete("sys_user", joe)
    desk.delete("scheduled_import_set", job)
    desk.delete("sys_user", joe)
    assert desk.store.get("sys_user", joe["sys_id"]) is None


def test_trap_10_the_run_time_alone_is_recomputed(desk: Desk) -> None:
    """Whoever writes one half loses it to the other."""
    row = desk.insert("scheduled_import_set", name="x", time_zone="UTC", entered_time="1970-01-01 02:00:00")
    assert desk.update("scheduled_import_set", row, run_time="1970-01-01 05:00:00")["run_time"] == (
        "1970-01-01 02:00:00"
    )


def test_trap_11_an_alias_has_one_active_connection(desk: Desk) -> None:
    """Switching means to deactivate the one before activating the other (tables.md 7.2)."""
    alias = desk.insert("sys_alias", name="Acme")["sys_id"]
    blue = desk.insert("http_connection", name="blue", connection_alias=alias)
    with pytest.raises(Aborted, match="Only one active connection per alias"):
        desk.insert("http_connection", name="green", connection_alias=alias)
    green = desk.insert("http_connection", name="green", connection_alias=alias, active="false")
    with pytest.raises(Aborted, match="Only one active connection per alias"):
        desk.update("http_connection", green, active="true")
    desk.update("http_connection", blue, active="false")
    assert desk.update("http_connection", green, active="true")["active"] == "true"


@pytest.mark.parametrize(
    ("identity", "sent", "stored"),
    [("machine", "false", "true"), ("human", "true", "false"), ("ai_agent", "true", "false")],
)
def test_trap_12_identity_decides_web_service_access(
    desk: Desk, identity: str, sent: str, stored: str
) -> None:
    """Two coupled columns: manage one (tables.md 3.1)."""
    row = desk.insert("sys_user", user_name="svc", identity_type=identity, web_service_access_only=sent)
    assert row["web_service_access_only"] == stored


def test_trap_12_an_aliass_id_follows_its_name(desk: Desk) -> None:
    """Renaming changes the id that flows bind by."""
    row = desk.insert("sys_alias", name="Acme SaaS", id="mine")
    renamed = desk.update("sys_alias", row, name="Acme/2")
    assert (row["id"], renamed["id"]) == ("Acme_SaaS", "Acme_2")


def test_trap_12_a_role_keeps_its_name(desk: Desk) -> None:
    """It cannot be renamed once saved (tables.md 3.2)."""
    row = desk.insert("sys_user_role", name="finout_reader")
    renamed = desk.update("sys_user_role", row, name="other", description="Reads")
    assert (renamed["name"], renamed["description"]) == ("finout_reader", "Reads")


def test_trap_13_an_older_release_lacks_columns(desk: Desk) -> None:
    """Neither written nor described there."""
    desk.switch(release="yokohama")
    row = desk.client(token_format="jwt", inbound_grant_type="jwt")
    assert (row["token_format"], row["inbound_grant_type"]) == ("", "")


def test_trap_14_choices_are_not_validated_and_labels_are_resolved(desk: Desk) -> None:
    """A bogus value is stored, a label becomes its value (tables.md 1.8)."""
    row = desk.insert("oauth_entity", name="x", type="oauth2", client_type="Integration as a service")
    assert (row["type"], row["client_type"]) == ("oauth2", "integration_as_a_service")


def test_trap_17_a_deleted_user_takes_grants_and_memberships_along(desk: Desk) -> None:
    """Reclamation deletes the user record with all that hangs on it (tables.md 3.1, 9)."""
    joe = desk.user("joe", "itil", password="pw")
    group = desk.one("sys_user_group", name="Hardware")
    desk.insert("sys_user_grmember", user=joe["sys_id"], group=group["sys_id"])
    desk.client()
    desk.token({"grant_type": "password", "username": "joe", "password": "pw"})
    desk.delete("sys_user", joe)
    left: list[Row] = []
    for table in ("sys_user_has_role", "sys_user_grmember", "oauth_credential"):
        left += desk.store.find(table, user=joe["sys_id"])
    assert left == []


def test_trap_18_a_deleted_access_control_takes_its_roles_along(desk: Desk) -> None:
    """Deletions are configuration too."""
    desk.switch(elevation="off")
    acl = desk.acl("incident", "read", "itil")
    desk.delete("sys_security_acl", acl)
    assert desk.store.find("sys_security_acl_role", sys_security_acl=acl["sys_id"]) == []


def test_trap_19_stored_times_are_utc(desk: Desk) -> None:
    """What is sent without sysparm_input_display_value is UTC; with it, it is the caller's own time."""
    plain = desk.insert("incident", opened_at="2026-07-01 05:00:00")
    shown = desk.as_people_write().insert("incident", opened_at="2026-07-01 05:00:00")
    assert (plain["opened_at"], shown["opened_at"]) == ("2026-07-01 05:00:00", "2026-07-01 12:00:00")


def test_trap_20_the_server_does_not_tell_case_apart(desk: Desk) -> None:
    """A user name that differs in case alone is taken (tables.md 1.6)."""
    desk.user("joe")
    with pytest.raises(Aborted, match="Error during insert of sys_user"):
        desk.insert("sys_user", user_name="JOE")
