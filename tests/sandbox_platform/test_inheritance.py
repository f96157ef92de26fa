"""Inherited rows of sys_user_has_role: who gets them, why, and when they go (tables.md 3.3)."""

from dataclasses import replace

import pytest

from snowconf.sandbox.rules import Event, before_write
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decisions import unheard
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

SOAP = [
    "soap_create",
    "soap_delete",
    "soap_ecc",
    "soap_query",
    "soap_query_update",
    "soap_script",
    "soap_update",
]


@pytest.fixture
def joe(desk: Desk) -> Row:
    """A user without roles."""
    return desk.user("joe")


def grant(desk: Desk, user: Row, role: str) -> Row:
    """A direct grant."""
    return desk.insert("sys_user_has_role", user=user["sys_id"], role=desk.role(role))


def contain(desk: Desk, role: str, contains: str) -> Row:
    """A containment."""
    return desk.insert("sys_user_role_contains", role=desk.role(role), contains=desk.role(contains))


def inherited(desk: Desk, user: Row) -> dict[str, str]:
    """The inherited roles with their number of reasons."""
    rows = desk.store.find("sys_user_has_role", user=user["sys_id"], inherited="true")
    return {(desk.store.get("sys_user_role", row["role"]) or {})["name"]: row["inh_count"] for row in rows}


def test_a_direct_grant_brings_all_contained_roles(desk: Desk, joe: Row) -> None:
    """Those contained in contained ones too."""
    grant(desk, joe, "mid_server")
    assert desk.roles_of(joe, inherited="false") == ["mid_server"]
    assert desk.roles_of(joe, inherited="true") == ["soap", *SOAP]


def test_a_direct_grant_is_direct_whatever_was_sent(desk: Desk, joe: Row) -> None:
    """Nobody makes an inherited row by hand, nor turns a direct one into one."""
    row = desk.insert("sys_user_has_role", user=joe["sys_id"], role=desk.role("asset"), inherited="true")
    assert (row["inherited"], row["state"], row["inh_count"]) == ("false", "active", "")
    assert desk.update("sys_user_has_role", row, inherited="true")["inherited"] == "false"


def test_an_inherited_row_is_the_platforms(desk: Desk, joe: Row) -> None:
    """Whose it is and what it grants stays as it is (tables.md 3.3)."""
    grant(desk, joe, "soap")
    row = desk.store.find("sys_user_has_role", user=joe["sys_id"], inherited="true")[0]
    jane = desk.user("jane")["sys_id"]
    wanted = {"user": jane, "role": desk.role("admin"), "state": "inactive", "inh_count": "9"}
    after = desk.update("sys_user_has_role", row, **wanted)
    assert {name: after[name] for name in wanted} == {name: row[name] for name in wanted}


def test_an_inherited_row_finds_another_sys_id_when_its_own_is_taken(desk: Desk, joe: Row) -> None:
    """Whoever creates a record chooses its sys_id (wire-contract.md 6.1)."""
    grant(desk, joe, "soap")
    (usual, *_) = desk.store.find("sys_user_has_role", user=joe["sys_id"], inherited="true")
    roles = desk.roles_of(joe)
    desk.delete("sys_user_has_role", desk.one("sys_user_has_role", user=joe["sys_id"], inherited="false"))
    desk.insert(
        "sys_user_has_role", sys_id=usual["sys_id"], user=desk.user("jane")["sys_id"], role=desk.role("asset")
    )
    grant(desk, joe, "soap")
    assert desk.roles_of(joe) == roles


def test_removing_the_grant_removes_what_it_alone_justified(desk: Desk, joe: Row) -> None:
    """And leaves the rest."""
    grant(desk, joe, "itil")
    soap = grant(desk, joe, "soap")
    before = desk.roles_of(joe, inherited="true")
    desk.delete("sys_user_has_role", soap)
    assert set(before) - set(desk.roles_of(joe, inherited="true")) == set(SOAP)
    assert "cmdb_read" in desk.roles_of(joe)


def test_two_reasons_are_counted_and_one_is_enough(desk: Desk, joe: Row) -> None:
    """One inherited row for each role, with the number of its reasons."""
    grant(desk, joe, "itil")
    admin = grant(desk, joe, "itil_admin")
    assert inherited(desk, joe)["cmdb_read"] == "2"
    desk.delete("sys_user_has_role", admin)
    assert inherited(desk, joe)["cmdb_read"] == "1"


def test_an_inactive_grant_justifies_nothing(desk: Desk, joe: Row) -> None:
    """State counts as much as existence."""
    row = grant(desk, joe, "soap")
    desk.update("sys_user_has_role", row, state="inactive")
    assert inherited(desk, joe) == {}


def test_a_second_grant_of_the_same_role_is_a_second_row(desk: Desk, joe: Row) -> None:
    """The pair is no unique key (tables.md 3.3)."""
    grant(desk, joe, "asset")
    grant(desk, joe, "asset")
    assert desk.roles_of(joe) == ["asset", "asset"]


def test_a_grant_moved_to_another_user_moves_its_inheritance(desk: Desk, joe: Row) -> None:
    """Both users are looked at."""
    jane = desk.user("jane")
    row = grant(desk, joe, "soap")
    desk.update("sys_user_has_role", row, user=jane["sys_id"])
    assert (inherited(desk, joe), sorted(inherited(desk, jane))) == ({}, SOAP)


def test_a_grant_to_a_user_that_does_not_exist_is_a_row_and_no_more(desk: Desk) -> None:
    """References are stored as they come (wire-contract.md 6.3)."""
    row = desk.insert("sys_user_has_role", user="0" * 32, role=desk.role("soap"))
    assert desk.store.find("sys_user_has_role", user="0" * 32) == [row]


def test_adding_a_containment_reaches_every_holder(desk: Desk, joe: Row) -> None:
    """Those who hold the role in whatever way (tables.md 3.2)."""
    jane = desk.user("jane")
    grant(desk, joe, "soap_query")
    grant(desk, jane, "soap")
    row = contain(desk, "soap_query", "asset")
    assert [inherited(desk, user).get("asset") for user in (joe, jane)] == ["1", "1"]
    assert row["sys_name"] == "asset.soap_query"
    desk.delete("sys_user_role_contains", row)
    assert [inherited(desk, user).get("asset") for user in (joe, jane)] == [None, None]


def test_membership_brings_the_groups_roles(desk: Desk, joe: Row) -> None:
    """Group roles and what they contain are inherited, and go with the membership."""
    group = desk.insert("sys_user_group", name="Integrations")
    desk.insert("sys_group_has_role", group=group["sys_id"], role=desk.role("soap"))
    member = desk.insert("sys_user_grmember", group=group["sys_id"], user=joe["sys_id"])
    assert (desk.roles_of(joe), desk.roles_of(joe, inherited="false")) == (["soap", *SOAP], [])
    desk.delete("sys_user_grmember", member)
    assert desk.roles_of(joe) == []


def test_a_groups_new_role_reaches_its_members(desk: Desk, joe: Row) -> None:
    """And leaves them when it is taken away."""
    group = desk.insert("sys_user_group", name="Integrations")
    desk.insert("sys_user_grmember", group=group["sys_id"], user=joe["sys_id"])
    row = desk.insert("sys_group_has_role", group=group["sys_id"], role=desk.role("asset"))
    assert desk.roles_of(joe) == ["asset"]
    desk.delete("sys_group_has_role", row)
    assert desk.roles_of(joe) == []


def test_a_child_group_inherits_the_roles_of_its_parents(desk: Desk, joe: Row) -> None:
    """Through as many levels as there are, and even in a circle (tables.md 3.4)."""
    top = desk.insert("sys_user_group", name="Top")
    middle = desk.insert("sys_user_group", name="Middle", parent=top["sys_id"])
    bottom = desk.insert("sys_user_group", name="Bottom")
    desk.insert("sys_group_has_role", group=top["sys_id"], role=desk.role("asset"))
    desk.insert("sys_user_grmember", group=bottom["sys_id"], user=joe["sys_id"])
    before = desk.roles_of(joe)
    desk.update("sys_user_group", bottom, parent=middle["sys_id"])
    desk.update("sys_user_group", top, parent=bottom["sys_id"])
    assert (before, desk.roles_of(joe)) == ([], ["asset"])


def test_deleting_a_group_takes_its_roles_from_its_members(desk: Desk, joe: Row) -> None:
    """Memberships and group roles go with the group."""
    group = desk.insert("sys_user_group", name="Integrations")
    desk.insert("sys_group_has_role", group=group["sys_id"], role=desk.role("asset"))
    desk.insert("sys_user_grmember", group=group["sys_id"], user=joe["sys_id"])
    desk.delete("sys_user_group", group)
    assert desk.roles_of(joe) == []
    assert desk.store.find("sys_group_has_role", group=group["sys_id"]) == []


def test_deleting_a_role_takes_it_from_everybody(desk: Desk, joe: Row) -> None:
    """With what it brought, and from the access controls that asked for it."""
    grant(desk, joe, "soap")
    acl = desk.acl("incident", "read", "soap")
    desk.delete("sys_user_role", desk.one("sys_user_role", name="soap"))
    assert desk.roles_of(joe) == []
    assert desk.store.find("sys_security_acl_role", sys_security_acl=acl["sys_id"]) == []


@pytest.mark.parametrize(
    ("role", "contains"),
    [("snc_internal", "asset"), ("snc_external", "asset"), ("snc_internal", "snc_external")],
)
def test_automatic_roles_contain_nothing(desk: Desk, role: str, contains: str) -> None:
    """Nothing may be added under snc_internal and snc_external (tables.md 3.2)."""
    with pytest.raises(Aborted, match="aborted by Business Rule 'Explicit roles containment check"):
        contain(desk, role, contains)


@pytest.mark.parametrize(("role", "contains"), [("soap", "soap"), ("soap", "mid_server")])
def test_roles_do_not_contain_each_other_in_a_circle(desk: Desk, role: str, contains: str) -> None:
    """A role cannot contain what contains it."""
    with pytest.raises(Aborted, match="Recursive role containment check"):
        contain(desk, role, contains)


def test_only_an_admin_grants_admin(desk: Desk, joe: Row) -> None:
    """user_admin may grant any other role (tables.md 3.3)."""
    jane = desk.user("jane", "user_admin")
    helper = desk.by("jane")
    assert jane["active"] == "true"
    assert grant(helper, joe, "asset")["user"] == joe["sys_id"]
    with pytest.raises(Aborted, match="Role assignment check"):
        grant(helper, joe, "admin")
    assert grant(desk, joe, "admin")["user"] == joe["sys_id"]


@pytest.mark.parametrize("changed", ["role", "user"])
def test_no_grant_becomes_one_of_admin(desk: Desk, joe: Row, changed: str) -> None:
    """Neither by another role nor by another user: that would be granting as well."""
    jane = desk.user("jane", "user_admin")
    harmless, mighty = grant(desk, jane, "asset"), grant(desk, joe, "admin")
    row, wanted = (harmless, desk.role("admin")) if changed == "role" else (mighty, jane["sys_id"])
    with pytest.raises(Aborted, match="Role assignment check"):
        desk.by("jane").update("sys_user_has_role", row, **{changed: wanted})


def test_no_way_around_makes_an_admin(desk: Desk) -> None:
    """A group with that role, membership in one or below it, a role that contains it (tables.md 3.3)."""
    jane = desk.user("jane", "user_admin")["sys_id"]
    helper, admin = desk.by("jane"), desk.role("admin")
    plain, mighty = (desk.insert("sys_user_group", name=name)["sys_id"] for name in ("a", "b"))
    below = desk.insert("sys_user_group", name="c", parent=mighty)["sys_id"]
    desk.insert("sys_group_has_role", group=mighty, role=admin)
    desk.insert("sys_user_role_contains", role=desk.role("asset"), contains=admin)
    for table, row in (
        ("sys_group_has_role", {"group": plain, "role": admin}),
        ("sys_group_has_role", {"group": plain, "role": desk.role("asset")}),
        ("sys_user_grmember", {"group": mighty, "user": jane}),
        ("sys_user_grmember", {"group": below, "user": jane}),
        ("sys_user_group", {"name": "d", "parent": mighty}),
        ("sys_user_has_role", {"role": desk.role("asset"), "user": jane}),
    ):
        with pytest.raises(Aborted, match="Role assignment check"):
            helper.insert(table, **row)
    assert helper.insert("sys_user_grmember", group=plain, user=jane)["user"] == jane
    assert desk.insert("sys_user_grmember", group=mighty, user=jane)["user"] == jane


def test_only_an_admin_lets_a_role_contain_admin(desk: Desk) -> None:
    """Or whoever writes roles could make one of his own an admin's."""
    desk.user("jane")
    session = replace(desk.session("jane"), sink=unheard)
    row = {"role": desk.role("asset"), "contains": desk.role("admin")}
    event = Event(session=session, write="insert", table="sys_user_role_contains", before={}, after=row)
    with pytest.raises(Aborted, match="Role assignment check"):
        before_write(event)
    assert before_write(replace(event, session=desk.session())).after["role"] == row["role"]


@pytest.mark.parametrize("elevation", ["on", "off"])
def test_an_elevated_role_is_granted_only_when_elevated(desk: Desk, joe: Row, elevation: str) -> None:
    """security_admin needs elevation, even to be granted."""
    desk.switch(elevation=elevation)
    if elevation == "off":
        assert grant(desk, joe, "security_admin")["user"] == joe["sys_id"]
    else:
        with pytest.raises(Aborted, match="Role assignment check"):
            grant(desk, joe, "security_admin")
