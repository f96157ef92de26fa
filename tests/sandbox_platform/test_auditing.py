"""Rows of sys_audit and sys_audit_delete (tables.md 10.3)."""

from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"


def audited(desk: Desk, sys_id: str) -> list[tuple[str, str, str, str]]:
    """What the audit says of a record: column, before, after, who."""
    rows = desk.store.find("sys_audit", documentkey=sys_id)
    return sorted((row["fieldname"], row["oldvalue"], row["newvalue"], row["user"]) for row in rows)


def test_each_changed_column_leaves_a_row(desk: Desk) -> None:
    """With the name of the user, not his sys_id, and the number of the update."""
    desk.user("root", "user_admin")
    row = desk.insert("sys_user", user_name="ada", first_name="Ada", title="Countess")
    desk.by("root").update("sys_user", row, title="Analyst", last_name="Lovelace", first_name="Ada")
    assert audited(desk, row["sys_id"]) == [
        ("last_name", "", "Lovelace", "root"),
        ("name", "Ada", "Ada Lovelace", "root"),
        ("title", "Countess", "Analyst", "root"),
    ]
    (rows, *_) = desk.store.find("sys_audit", documentkey=row["sys_id"])
    assert (rows["tablename"], rows["record_checkpoint"]) == ("sys_user", "1")


def test_inserts_are_not_audited(desk: Desk) -> None:
    """Unless glide.sys.audit_inserts says so."""
    assert audited(desk, desk.insert("sys_user", user_name="ada")["sys_id"]) == []
    desk.setting("glide.sys.audit_inserts", "true")
    told = audited(desk, desk.insert("sys_user", user_name="bob")["sys_id"])
    assert ("user_name", "", "bob", "admin") in told
    assert {each[0] for each in told if each[0].startswith("sys_")} == set()


def test_passwords_are_not_audited(desk: Desk) -> None:
    """Neither before nor after."""
    row = desk.user("ada", password="first")
    desk.as_people_write().update("sys_user", row, user_password="second", title="Analyst")
    assert [each[0] for each in audited(desk, row["sys_id"])] == ["title"]


def test_tables_that_are_not_audited_leave_nothing(desk: Desk) -> None:
    """Configuration has its update sets instead."""
    row = desk.insert("sys_properties", name="acme.colour", value="red")
    desk.update("sys_properties", row, value="blue")
    desk.delete("sys_properties", row)
    assert audited(desk, row["sys_id"]) == []
    assert desk.store.find("sys_audit_delete", documentkey=row["sys_id"]) == []


def test_a_deleted_record_is_told_of_twice(desk: Desk) -> None:
    """One row of sys_audit whose column is DELETED, and the record itself, without its secrets."""
    row = desk.user("ada", password="first", last_name="Lovelace")
    desk.delete("sys_user", row)
    assert audited(desk, row["sys_id"]) == [("DELETED", "DELETED", "DELETED", "admin")]
    assert desk.one("sys_audit", documentkey=row["sys_id"])["record_checkpoint"] == "-1"
    kept = desk.one("sys_audit_delete", documentkey=row["sys_id"])
    told = (kept["tablename"], kept["display_value"], kept["user"], kept["sys_created_by"])
    assert told == ("sys_user", "Lovelace", "admin", "admin")
    assert "<user_name>ada</user_name>" in kept["payload"]
    assert "user_password" not in kept["payload"]


def test_what_goes_with_a_deleted_record_is_audited_too(desk: Desk) -> None:
    """The grants of a deleted user are."""
    joe = desk.user("joe", "itil")
    grants = desk.store.find("sys_user_has_role", user=joe["sys_id"], inherited="false")
    desk.delete("sys_user", joe)
    assert [audited(desk, grant["sys_id"])[0][0] for grant in grants] == ["DELETED"]


def test_a_write_without_effect_is_not_audited(desk: Desk) -> None:
    """Nothing happened."""
    row = desk.insert("sys_user", user_name="ada", title="Analyst")
    desk.update("sys_user", row, title="Analyst")
    assert audited(desk, row["sys_id"]) == []


def test_the_audit_names_the_record_s_own_class(desk: Desk) -> None:
    """Whichever table it was reached through."""
    row = desk.insert("incident")
    desk.update("task", row, short_description="x")
    assert {each["tablename"] for each in desk.store.find("sys_audit", documentkey=row["sys_id"])} == {
        "incident"
    }
