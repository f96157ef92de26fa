"""What is captured of configuration, where it lands, and the rows of sys_update_version."""

from xml.etree import ElementTree as ET

import pytest

from snowconf.sandbox.storage.passwords import is_hash
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"


def updates(desk: Desk, row: Row, **equal: str) -> list[Row]:
    """The captured changes of a record."""
    return [
        each for each in desk.store.find("sys_update_xml", **equal) if each["name"].endswith(row["sys_id"])
    ]


def only_update(desk: Desk, row: Row) -> Row:
    """The one captured change of a record."""
    (found,) = updates(desk, row)
    return found


def start_set(desk: Desk, name: str = "Mine", **values: str) -> Row:
    """A set that is the current one of admin."""
    row = desk.insert("sys_update_set", name=name, **values)
    desk.insert("sys_user_preference", user=ADMIN, name="sys_update_set", value=row["sys_id"])
    return row


def scoped(desk: Desk, name: str = "x_fls_flexera_fnms") -> str:
    """The sys_id of a scope; admin works in it from now on."""
    sys_id = desk.one("sys_scope", scope=name)["sys_id"]
    desk.insert("sys_user_preference", user=ADMIN, name="apps.current_app", value=sys_id)
    return sys_id


def read(update: Row) -> ET.Element:
    """The record inside a payload."""
    (record,) = ET.fromstring(update["payload"])
    return record


def test_a_tracked_change_lands_in_the_default_set(desk: Desk) -> None:
    """Without a preference that is where changes go (wire-contract.md 7.1)."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    update = only_update(desk, row)
    found = desk.one("sys_update_set", sys_id=update["update_set"])
    assert (found["name"], found["is_default"], found["application"]) == ("Default", "true", "global")
    told = {name: update[name] for name in ("name", "type", "target_name", "action", "application", "table")}
    assert told == {
        "name": f"sys_properties_{row['sys_id']}",
        "type": "System Property",
        "target_name": "acme.colour",
        "action": "INSERT_OR_UPDATE",
        "application": "global",
        "table": "sys_properties",
    }


def test_the_payload_is_the_whole_record(desk: Desk) -> None:
    """Every column with its stored value; references also tell what they show (wire-contract.md 7.1)."""
    row = desk.insert("sys_properties", name="acme.motto", value='<b>"x" & \x01</b>')
    record = read(only_update(desk, row))
    assert (record.tag, record.get("action")) == ("sys_properties", "INSERT_OR_UPDATE")
    assert {each.tag for each in record} == set(row)
    assert record.findtext("value") == '<b>"x" & \ufffd</b>'
    scope = record.find("sys_scope")
    assert scope is not None
    assert (scope.text, scope.get("display_value")) == ("global", "Global")


def test_secrets_travel_in_the_payload(desk: Desk) -> None:
    """Sealed as they are stored (wire-contract.md 7.1)."""
    secret = read(only_update(desk, desk.client())).findtext("client_secret") or ""
    assert is_hash(secret)


def test_a_provider_brings_its_profile_into_the_set(desk: Desk) -> None:
    """What the platform makes by itself is captured too."""
    row = desk.insert("oauth_entity", name="Okta", type="oauth_provider")
    profile = desk.one("oauth_entity_profile", oauth_entity=row["sys_id"])
    assert only_update(desk, profile)["table"] == "oauth_entity_profile"


def test_data_is_not_captured(desk: Desk) -> None:
    """Users, grants, groups, incidents and connections are data (tables.md 10.2)."""
    before = desk.store.count("sys_update_xml")
    joe = desk.user("joe", "itil")
    group = desk.insert("sys_user_group", name="Ours")
    desk.insert("sys_user_grmember", user=joe["sys_id"], group=group["sys_id"])
    desk.insert("incident", short_description="x")
    desk.insert("http_connection", name="c")
    assert desk.store.count("sys_update_xml") == before


def test_a_private_property_is_not_captured(desk: Desk) -> None:
    """is_private keeps it out of update sets (tables.md 5)."""
    assert updates(desk, desk.insert("sys_properties", name="acme.secret", is_private="true")) == []


@pytest.mark.parametrize(("system", "count"), [("true", 1), ("false", 0)])
def test_only_preferences_of_the_system_are_captured(desk: Desk, system: str, count: int) -> None:
    """tables.md 10.2."""
    row = desk.insert("sys_user_preference", name="homepage", value="x", system=system)
    assert len(updates(desk, row)) == count


def test_changes_land_in_the_set_of_the_preference(desk: Desk) -> None:
    """REST writes are captured into the current set of the user (wire-contract.md 7.1)."""
    mine = start_set(desk)
    assert only_update(desk, desk.insert("sys_user_role", name="acme"))["update_set"] == mine["sys_id"]


def test_another_users_changes_land_elsewhere(desk: Desk) -> None:
    """A preference is one user's alone."""
    mine = start_set(desk)
    desk.user("root", "admin")
    row = desk.by("root").insert("sys_user_role", name="acme")
    assert only_update(desk, row)["update_set"] != mine["sys_id"]


def test_a_second_change_rewrites_the_row(desk: Desk) -> None:
    """One row per record and set: sys_updated_on moves, sys_created_on does not (tables.md 10.2)."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    first = only_update(desk, row)
    desk.clock.forward(minutes=5)
    desk.update("sys_properties", row, value="blue")
    second = only_update(desk, row)
    assert read(second).findtext("value") == "blue"
    assert (second["sys_id"], second["sys_created_on"]) == (first["sys_id"], first["sys_created_on"])
    assert second["sys_updated_on"] > first["sys_updated_on"]
    assert second["sys_recorded_at"] > first["sys_recorded_at"]


def test_in_another_set_the_record_has_another_row(desk: Desk) -> None:
    """A set holds what happened while it was current."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    mine = start_set(desk)
    desk.update("sys_properties", row, value="blue")
    assert len(updates(desk, row)) == 2
    assert len(updates(desk, row, update_set=mine["sys_id"])) == 1


def test_a_deletion_is_a_change(desk: Desk) -> None:
    """It leaves a DELETE row (tables.md 4.4, 10.2)."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    desk.delete("sys_properties", row)
    update = only_update(desk, row)
    assert (update["action"], read(update).get("action"), read(update).findtext("name")) == (
        "DELETE",
        "DELETE",
        "acme.colour",
    )


def test_what_goes_with_a_deleted_record_is_captured_too(desk: Desk) -> None:
    """An access control's roles go with it."""
    desk.switch(elevation="off")
    row = desk.acl("incident", "read", "itil")
    pair = desk.one("sys_security_acl_role", sys_security_acl=row["sys_id"])
    desk.delete("sys_security_acl", row)
    assert [only_update(desk, each)["action"] for each in (row, pair)] == ["DELETE", "DELETE"]


@pytest.mark.parametrize("state", ["complete", "ignore"])
def test_a_closed_set_takes_no_changes(desk: Desk, state: str) -> None:
    """They fall into Default again (wire-contract.md 7.1)."""
    mine = start_set(desk)
    desk.update("sys_update_set", mine, state=state)
    row = desk.insert("sys_user_role", name="acme")
    assert only_update(desk, row)["update_set"] != mine["sys_id"]


def test_completing_a_set_notes_who_and_when(desk: Desk) -> None:
    """And opening it again forgets both (tables.md 10.2)."""
    row = desk.insert("sys_update_set", name="Mine")
    assert row["state"] == "in progress"
    done = desk.update("sys_update_set", row, state="complete")
    assert (done["completed_by"], done["completed_on"]) == ("admin", "2026-07-01 12:00:00")
    again = desk.update("sys_update_set", row, state="in progress")
    assert (again["completed_by"], again["completed_on"]) == ("", "")


def test_a_sets_application_is_the_callers(desk: Desk) -> None:
    """Whatever is sent, on insert and on update (tables.md 1.10)."""
    scope = desk.one("sys_scope", scope="x_fls_flexera_fnms")["sys_id"]
    row = desk.insert("sys_update_set", name="Mine", application=scope)
    assert row["application"] == "global"
    assert desk.update("sys_update_set", row, application=scope)["application"] == "global"


def test_records_follow_the_current_application(desk: Desk) -> None:
    """apps.current_app decides over scope and set (wire-contract.md 7.2, 7.3)."""
    scope = scoped(desk)
    row = desk.insert("sys_user_role", name="acme", sys_scope="global")
    assert row["sys_scope"] == scope
    found = desk.one("sys_update_set", sys_id=only_update(desk, row)["update_set"])
    assert (found["application"], found["is_default"], found["name"]) == (scope, "true", "Default")


def test_an_application_that_is_none_is_global(desk: Desk) -> None:
    """A preference can hold anything."""
    desk.insert("sys_user_preference", user=ADMIN, name="apps.current_app", value="bunk")
    assert desk.insert("sys_user_role", name="acme")["sys_scope"] == "global"


def test_each_scope_has_a_preference_of_its_own(desk: Desk) -> None:
    """`updateSetForScope<scope>` holds the set of a scope (wire-contract.md 7.2)."""
    scoped(desk)
    mine = desk.insert("sys_update_set", name="Flexera's")
    name = "updateSetForScopex_fls_flexera_fnms"
    desk.insert("sys_user_preference", user=ADMIN, name=name, value=mine["sys_id"])
    row = desk.insert("sys_user_role", name="acme")
    assert only_update(desk, row)["update_set"] == mine["sys_id"]


def test_a_closed_default_is_followed_by_another(desk: Desk) -> None:
    """There is always one that is open."""
    default = desk.one("sys_update_set", is_default="true")
    desk.update("sys_update_set", default, state="complete")
    row = desk.insert("sys_user_role", name="acme")
    found = desk.one("sys_update_set", sys_id=only_update(desk, row)["update_set"])
    assert (found["name"], found["is_default"]) == ("Default 1", "true")


def test_the_latest_of_several_preferences_counts(desk: Desk) -> None:
    """Only one should exist (tables.md 10.2)."""
    start_set(desk, "Earlier")
    desk.clock.forward(seconds=1)
    later = start_set(desk, "Later")
    row = desk.insert("sys_user_role", name="acme")
    assert only_update(desk, row)["update_set"] == later["sys_id"]


def test_an_update_does_not_move_between_sets_of_different_applications(desk: Desk) -> None:
    """Word for word recorded answer 30 (wire-contract.md 1.7); within one application it moves."""
    ours, too = (desk.insert("sys_update_set", name=name)["sys_id"] for name in ("a", "b"))
    scoped(desk)
    theirs = desk.insert("sys_update_set", name="c")["sys_id"]
    row = desk.insert("sys_update_xml", name="x", update_set=ours)
    assert desk.update("sys_update_xml", row, update_set=too)["update_set"] == too
    with pytest.raises(Aborted) as caught:
        desk.update("sys_update_xml", row, update_set=theirs)
    assert caught.value.detail == (
        "Operation against file 'sys_update_xml' was aborted by Business Rule 'Handle updates moving between sets"
        "^0e5b994583764f10b939cc65eeaad3c1'. Business Rule Stack:Handle updates moving between sets"
    )


def test_an_update_is_not_deleted_by_itself(desk: Desk) -> None:
    """Not even by an admin (wire-contract.md 1.7)."""
    update = only_update(desk, desk.insert("sys_user_role", name="acme"))
    with pytest.raises(Aborted) as caught:
        desk.delete("sys_update_xml", update)
    assert caught.value.detail == "ACL Exception Delete Failed due to security constraints"


def test_a_deleted_set_takes_its_updates_along(desk: Desk) -> None:
    """Nothing points at it any more."""
    mine = start_set(desk)
    row = desk.insert("sys_user_role", name="acme")
    desk.delete("sys_update_set", mine)
    assert updates(desk, row) == []


def test_every_tracked_save_writes_a_version(desk: Desk) -> None:
    """The latest is current, those before it are previous (wire-contract.md 7.1, tables.md 10.3)."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    desk.update("sys_properties", row, value="blue")
    desk.delete("sys_properties", row)
    versions = desk.store.find("sys_update_version", name=f"sys_properties_{row['sys_id']}")
    told = sorted((each["state"], read(each).findtext("value"), each["action"]) for each in versions)
    assert told == [
        ("current", "blue", "DELETE"),
        ("previous", "blue", "INSERT_OR_UPDATE"),
        ("previous", "red", "INSERT_OR_UPDATE"),
    ]
    assert {each["source_table"] for each in versions} == {"sys_update_set"}
    assert desk.store.get("sys_update_set", versions[0]["source"]) is not None


def test_a_write_that_changes_nothing_is_not_captured(desk: Desk) -> None:
    """No trace means none here either."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    first = only_update(desk, row)
    desk.clock.forward(minutes=1)
    desk.update("sys_properties", row, value="red")
    assert only_update(desk, row) == first


def test_a_refused_write_is_not_captured(desk: Desk) -> None:
    """It never happened."""
    with pytest.raises(Aborted):
        desk.insert("sys_properties", name="password_reset.request.expiry", value="§")
    assert desk.store.find("sys_update_xml", target_name="password_reset.request.expiry") == []
