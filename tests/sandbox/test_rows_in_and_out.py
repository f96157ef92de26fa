"""Records from files into a sandbox, and out of it without secrets."""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.exporting import export
from snowconf.sandbox.storage.row_files import Rows, UnreadableRowsError, read_rows
from snowconf.sandbox.switches import parse
from snowconf.sandbox.writing.filling import UnusableRowError, Way, fill
from tests.sandbox.caller import ADMIN, Caller

ANN = {"user_name": "ann", "first_name": "Ann", "last_name": "Doe"}


def put(sandbox: Sandbox, rows: Rows, way: Way = Way.RULES) -> Mapping[str, int]:
    """Fill the sandbox as admin."""
    with sandbox.act_as("admin") as session:
        return fill(session, rows, way)


def written(folder: Path, name: str, text: str) -> Path:
    """A file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# -- files


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        (
            "a.json",
            '{"sys_user": [{"user_name": "ann", "active": true}]}',
            {"sys_user": [{"user_name": "ann", "active": "true"}]},
        ),
        ("a.json", '{"sys_user": {"user_name": "ann"}}', {"sys_user": [{"user_name": "ann"}]}),
        ("sys_user.json", '[{"user_name": "ann"}]', {"sys_user": [{"user_name": "ann"}]}),
        ("a.JSON", '{"x": [{"n": 1, "none": null}]}', {"x": [{"n": "1", "none": ""}]}),
        (
            "a.toml",
            '[[sys_user]]\nuser_name = "ann"\nfailed_attempts = 3\n',
            {"sys_user": [{"user_name": "ann", "failed_attempts": "3"}]},
        ),
        (
            "a.toml",
            "[x]\nat = 2026-11-21T12:00:00Z\nday = 2026-11-21\n",
            {"x": [{"at": "2026-11-21 12:00:00", "day": "2026-11-21"}]},
        ),
        (
            "sys_user.csv",
            "user_name,title\nann,Boss\nbob,\n",
            {"sys_user": [{"user_name": "ann", "title": "Boss"}, {"user_name": "bob", "title": ""}]},
        ),
        (
            "sys_user.csv",
            'user_name,title\nann,"a, ""b"""\n',
            {"sys_user": [{"user_name": "ann", "title": 'a, "b"'}]},
        ),
        ("sys_user.csv", "\ufeffuser_name\nann\n", {"sys_user": [{"user_name": "ann"}]}),
        ("sys_user.csv", "user_name,title\nann\n", {"sys_user": [{"user_name": "ann", "title": ""}]}),
    ],
)
def test_files_of_records(tmp_path: Path, name: str, text: str, rows: Rows) -> None:
    """JSON, TOML and CSV; values become texts as they are stored."""
    assert read_rows(written(tmp_path, name, text)) == rows


def test_a_table_can_be_named(tmp_path: Path) -> None:
    """For a CSV file or a list that is called otherwise."""
    assert read_rows(written(tmp_path, "people.csv", "user_name\nann\n"), "sys_user") == {
        "sys_user": [{"user_name": "ann"}]
    }


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.txt", "x", "is no .json, .toml or .csv file"),
        ("a.json", "{", "cannot be understood"),
        ("a.json", "[" * 100_000, "cannot be understood"),
        ("a.json", '{"sys_user": "ann"}', "sys_user is not followed by a list of records"),
        ("a.json", '{"sys_user": ["ann"]}', "sys_user is not followed by a list of records"),
        ("a.toml", "= 3", "cannot be understood"),
        ("a.csv", "a,b\n1,2,3\n", "more values than the first line has columns"),
        ("a.csv", 'a\n"x"y\n', "After line 1 comes no line of a CSV file"),
    ],
)
def test_what_is_no_file_of_records(tmp_path: Path, name: str, text: str, words: str) -> None:
    """A sentence says what is wrong."""
    with pytest.raises(UnreadableRowsError) as refused:
        read_rows(written(tmp_path, name, text))
    assert words in str(refused.value)


def test_what_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8."""
    path = tmp_path / "a.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableRowsError, match="cannot be understood"):
        read_rows(path)


# -- in


def test_records_go_in_by_rules(sandbox: Sandbox) -> None:
    """What follows on an instance follows: a computed name, defaults, inherited roles."""
    counts = put(sandbox, {"sys_user": [ANN], "sys_user_role": [{"name": "reader"}]})
    (row,) = sandbox.store.find("sys_user", user_name="ann")
    assert (dict(counts), row["name"], row["active"]) == (
        {"sys_user": 1, "sys_user_role": 1},
        "Ann Doe",
        "true",
    )


def test_a_password_lets_in(sandbox: Sandbox) -> None:
    """wire-contract.md 6.5: it is hashed, as the platform does with display values alone."""
    put(sandbox, {"sys_user": [ANN | {"user_password": "s3cret"}]})
    token = b64encode(b"ann:s3cret").decode()
    assert Caller(sandbox, "", {"Authorization": f"Basic {token}"}).get("sys_user").status == 200


def test_names_and_labels_can_be_written(sandbox: Sandbox) -> None:
    """wire-contract.md 6.4: with display values references go by name."""
    put(sandbox, {"sys_user": [ANN | {"manager": "System Administrator"}]}, Way.DISPLAY)
    assert sandbox.store.find("sys_user", user_name="ann")[0]["manager"] == ADMIN


def test_a_known_sys_id_changes_the_record(sandbox: Sandbox) -> None:
    """By rules and raw alike."""
    put(sandbox, {"sys_user": [{"sys_id": ADMIN, "title": "Boss"}]})
    by_rules = sandbox.store.get("sys_user", ADMIN)
    put(sandbox, {"sys_user": [{"sys_id": ADMIN, "title": "Chief"}]}, Way.RAW)
    raw = sandbox.store.get("sys_user", ADMIN)
    assert [row["title"] for row in (by_rules, raw) if row] == ["Boss", "Chief"]
    assert [row["sys_mod_count"] for row in (by_rules, raw) if row] == ["1", "1"]


def test_raw_records_stand_as_they_are(sandbox: Sandbox) -> None:
    """Past access controls and rules, with system columns of their own."""
    acl = {"sys_id": "a" * 32, "name": "incident", "operation": "read", "sys_created_by": "somebody"}
    put(sandbox, {"sys_security_acl": [acl]}, Way.RAW)
    row = sandbox.store.get("sys_security_acl", "a" * 32)
    assert row is not None
    assert (row["sys_created_by"], row["active"]) == ("somebody", "true")


@pytest.mark.parametrize(
    ("rows", "way", "words"),
    [
        (
            {"sys_usr": [{}]},
            Way.RULES,
            'sys_usr, record 1: the sandbox has no such table. Did you mean "sys_user"?',
        ),
        (
            {"sys_user": [ANN, {"user_nam": "x"}]},
            Way.RULES,
            'sys_user, record 2: there is no column "user_nam". Did you mean "user_name"?',
        ),
        ({"sys_user": [{"qqqqqq": "x"}]}, Way.RAW, 'there is no column "qqqqqq".'),
        ({"sys_security_acl": [{"name": "x"}]}, Way.RULES, "ACL Exception Insert Failed"),
        (
            {"sys_user": [{"user_name": "admin"}]},
            Way.RULES,
            "Operation Failed: Error during insert of sys_user",
        ),
        ({"sys_user": [{"user_name": "admin"}]}, Way.RAW, "sys_user has a row with the same user_name"),
    ],
)
def test_a_record_that_cannot_be_taken(sandbox: Sandbox, rows: Rows, way: Way, words: str) -> None:
    """Says which and why, and nothing of the rest is written."""
    before = sandbox.store.count("sys_user")
    with pytest.raises(UnusableRowError) as refused:
        put(sandbox, rows, way)
    assert words in str(refused.value)
    assert sandbox.store.count("sys_user") == before


# -- out


def test_an_export_goes_in_again(sandbox: Sandbox, tmp_path: Path) -> None:
    """Into a fresh sandbox, raw, and is the same there."""
    put(sandbox, {"sys_user": [ANN], "incident": [{"short_description": "It is broken"}]})
    found = export(sandbox.store)
    fresh = Sandbox(tmp_path / "fresh.db", parse({}))
    put(fresh, read_rows(written(tmp_path, "all.json", json.dumps(found))), Way.RAW)
    again = export(fresh.store)
    fresh.close()
    assert again == found


def test_an_export_names_each_record_once(sandbox: Sandbox) -> None:
    """In the table of its own class, not in those that this extends."""
    put(sandbox, {"incident": [{"short_description": "It is broken"}]})
    found = export(sandbox.store, ["task", "incident", "problem"])
    assert (list(found), all(row["sys_class_name"] == "incident" for row in found["incident"])) == (
        ["incident"],
        True,
    )


def test_an_export_has_no_secrets(admin: Caller) -> None:
    """Neither passwords nor their hashes, nor where the history of records repeats them."""
    store = admin.sandbox.store
    created = admin.post("oauth_entity", {"name": "x", "client_secret": "canary-one"}).result
    admin.post("sys_properties", {"name": "x.secret", "type": "password2", "value": "canary-two"})
    admin.post("sys_properties", {"name": "x.plain", "type": "string", "value": "not secret"})
    put(admin.sandbox, {"sys_user": [ANN | {"user_password": "canary-three"}]})
    audit = {
        "sys_id": "b" * 32,
        "tablename": "sys_user",
        "fieldname": "user_password",
        "newvalue": "canary-four",
    }
    plain = {"sys_id": "c" * 32, "tablename": "sys_user", "fieldname": "title", "newvalue": "Boss"}
    payload = '<record_update><client_secret display_value="x">canary-five\n</client_secret><name>x</name></record_update>'
    update = {"sys_id": "d" * 32, "name": "x", "payload": payload}
    put(admin.sandbox, {"sys_audit": [audit, plain], "sys_update_xml": [update]}, Way.RAW)
    sealed = [row["client_secret"] for row in store.find("oauth_entity", sys_id=created["sys_id"])]
    hashed = [row["user_password"] for row in store.find("sys_user", user_name="ann")]
    found = export(store)
    text = json.dumps(found)
    assert [each for each in ("canary", *sealed, *hashed) if each in text] == []
    values = {
        row["name"]: row.get("value") for row in found["sys_properties"] if row["name"].startswith("x.")
    }
    assert values == {"x.secret": None, "x.plain": "not secret"}
    assert [row.get("newvalue") for row in found["sys_audit"] if row["sys_id"][0] in "bc"] == [None, "Boss"]
    (captured,) = [row for row in found["sys_update_xml"] if row["sys_id"] == "d" * 32]
    assert captured["payload"] == "<record_update><client_secret/><name>x</name></record_update>"
