import pytest

from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"


def refused(desk: Desk, table: str, **values: str) -> str:
    """The detail of the refusal that inserting must meet."""
    with pytest.raises(Aborted) as caught:
        desk.insert(table, **values)
    assert caught.value.message == "Operation Failed"
    return caught.value.detail


@pytest.fixture
def incident(desk: Desk) -> Row:
    """An incident of the test's own."""
    return desk.insert("incident", short_description="Printer on fire")


def test_defaults_fill_what_was_not_sent(incident: Row) -> None:
    """Stored values, expressions and the class (wire-contract.md 6.3)."""
    expected = {"state": "1", "priority": "5", "opened_by": ADMIN, "opened_at": "2026-07-01 12:00:00"}
    assert {name: incident[name] for name in expected} == expected
    assert incident["sys_class_name"] == "incident"


def test_an_empty_value_is_no_missing_one(desk: Desk) -> None:
    """What is sent empty stays empty."""
    assert desk.insert("incident", severity="")["severity"] == ""


def test_system_columns_are_the_instances(desk: Desk) -> None:
    """Whoever writes cannot write them, but for the sys_id of a new record (tables.md 1.11, wire-contract.md 6.1)."""
    desk.user("joe", "itil")
    own = "A" * 32
    row = desk.by("joe").insert(
        "incident", sys_id=own, sys_created_by="me", sys_mod_count="9", sys_created_on="2001-01-01 00:00:00"
    )
    expected = {
        "sys_id": own,
        "sys_created_by": "joe",
        "sys_updated_by": "joe",
        "sys_created_on": "2026-07-01 12:00:00",
        "sys_updated_on": "2026-07-01 12:00:00",
        "sys_mod_count": "0",
    }
    assert {name: row[name] for name in expected} == expected


def test_an_effective_update_counts_one(desk: Desk, incident: Row) -> None:
    """Count, time and user move; who created it does not."""
    desk.user("joe", "itil")
    desk.clock.forward(seconds=61)
    row = desk.by("joe").update("incident", incident, severity="1")
    moved = (row["sys_mod_count"], row["sys_updated_by"], row["sys_updated_on"], row["sys_created_by"])
    assert moved == ("1", "joe", "2026-07-01 12:01:01", "admin")


def test_an_update_that_changes_nothing_leaves_no_trace(desk: Desk, incident: Row) -> None:
    """200 and nothing happened (tables.md 1.1)."""
    desk.clock.forward(seconds=61)
    same = desk.update("incident", incident, priority=incident["priority"], bunk="x", sys_created_by="me")
    assert same == incident


def test_unknown_columns_are_dropped(desk: Desk) -> None:
    """Silently, with the rest written."""
    row = desk.insert("incident", bunk_field="x", short_description="y")
    assert (row["short_description"], "bunk_field" in row) == ("y", False)


def test_columns_of_a_later_release_are_unknown(desk: Desk) -> None:
    """On yokohama identity_type is no column, so nothing follows from it either."""
    desk.switch(release="yokohama")
    row = desk.insert("sys_user", user_name="joe", identity_type="machine")
    assert (row["identity_type"], row["web_service_access_only"]) == ("", "false")


def test_unwritable_columns_are_dropped(desk: Desk) -> None:
    """On create and on update alike, while the others are written (wire-contract.md 1.7)."""
    for operation in ("create", "write"):
        desk.acl("incident.category", operation, "nobody", admin_overrides="false")
    row = desk.insert("incident", category="network", short_description="x")
    assert (row["category"], row["short_description"]) == ("inquiry", "x")
    row = desk.update("incident", row, category="network", short_description="y")
    assert (row["category"], row["short_description"]) == ("inquiry", "y")


def test_a_refused_insert_says_so(desk: Desk) -> None:
    """The words of wire-contract.md 1.7."""
    desk.user("joe")
    detail = refused(desk.by("joe"), "incident", short_description="x")
    assert detail == "ACL Exception Insert Failed due to security constraints"


def test_a_refused_update_or_delete_says_so(desk: Desk, incident: Row) -> None:
    """Update and delete have words of their own, and nothing is changed."""
    desk.user("joe")
    with pytest.raises(Aborted, match="ACL Exception Update Failed due to security constraints"):
        desk.by("joe").update("incident", incident, priority="1")
    with pytest.raises(Aborted, match="ACL Exception Delete Failed due to security constraints"):
        desk.by("joe").delete("incident", incident)
    assert desk.store.get("incident", incident["sys_id"]) == incident


def test_a_record_that_does_not_exist_is_not_written(desk: Desk) -> None:
    """There is no upsert (wire-contract.md 1.1)."""
    ghost = {"sys_id": "0" * 32}
    with pytest.raises(LookupError):
        desk.update("incident", ghost, priority="1")
    with pytest.raises(LookupError):
        desk.delete("incident", ghost)


def test_a_taken_key_is_refused_without_saying_so(desk: Desk) -> None:
    """The display value is all the answer names (wire-contract.md 1.7)."""
    desk.client(name="Finout")
    detail = refused(desk, "oauth_entity", name="Finout", type="client")
    assert detail == "Error during insert of oauth_entity (Finout)"


def test_a_taken_sys_id_is_refused(desk: Desk, incident: Row) -> None:
    """A second POST of one sys_id does not become a second record."""
    detail = refused(desk, "incident", sys_id=incident["sys_id"], number="INC7")
    assert detail == "Error during insert of incident (INC7)"


def test_an_update_to_a_taken_key_is_refused(desk: Desk) -> None:
    """And the row stays as it was."""
    desk.client(name="Finout")
    other = desk.client(name="Other", client_id="other")
    with pytest.raises(Aborted, match=r"Error during update of oauth_entity \(Finout\)"):
        desk.update("oauth_entity", other, name="Finout")
    assert desk.one("oauth_entity", client_id="other") == other


def test_a_refusal_leaves_nothing_half_done(desk: Desk) -> None:
    """A provider whose insert fails leaves no profile, and caches forget what never was."""
    desk.insert("oauth_entity", name="P", type="oauth_provider", sys_id="1" * 32)
    profiles = len(desk.store.find("oauth_entity_profile"))
    refused(desk, "oauth_entity", name="P", type="oauth_provider")
    assert len(desk.store.find("oauth_entity_profile")) == profiles


def test_a_row_is_written_through_the_table_it_extends(desk: Desk, incident: Row) -> None:
    """PATCH and DELETE on task reach an incident."""
    assert desk.update("task", incident, category="network")["category"] == "network"
    desk.delete("task", incident)
    assert desk.store.get("incident", incident["sys_id"]) is None


def test_configuration_records_are_named_by_the_platform(desk: Desk) -> None:
    """Display name, update name, scope and package (tables.md 10.1)."""
    row = desk.insert("sys_user_role", name="finout_reader")
    expected = {
        "sys_name": "finout_reader",
        "sys_update_name": f"sys_user_role_{row['sys_id']}",
        "sys_scope": "global",
        "sys_package": "global",
        "sys_class_name": "sys_user_role",
    }
    assert {name: row[name] for name in expected} == expected


def test_a_renamed_configuration_record_is_shown_by_its_new_name(desk: Desk) -> None:
    """sys_name follows the display column."""
    row = desk.insert("sys_alias", name="Acme")
    assert desk.update("sys_alias", row, name="Acme 2")["sys_name"] == "Acme 2"


def test_a_secret_sent_back_as_it_was_read_changes_nothing(desk: Desk) -> None:
    """The text that GET shows is not taken for a new secret."""
    entity = desk.client()
    assert desk.update("oauth_entity", entity, client_secret=entity["client_secret"]) == entity
