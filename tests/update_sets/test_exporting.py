"""`snowconf export --update-set`: what is in the file, what is not and why, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.update_sets.conftest import SECRET
from tests.update_sets.reading import payloads_in, rows_in

Run = Callable[..., Any]


def edit(stack: Path, before: str, after: str) -> None:
    """Change the stack's file."""
    path = stack / "box.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_file_holds_every_change_of_a_tracked_table(stack: Path, run: Run) -> None:
    """In the order of the work, each with the sys_id that an apply would give it."""
    ended = run("export", "--update-set", "box.xml")
    assert ended.code == 0
    found = [(table, action) for table, action, _ in payloads_in(stack / "box.xml")]
    inserted = "INSERT_OR_UPDATE"
    assert found == [
        ("oauth_entity", inserted),
        ("sys_properties", inserted),
        ("sys_user_role", inserted),
        ("sys_security_acl", inserted),
        ("sys_security_acl_role", inserted),
    ]


def test_a_created_record_is_whole(stack: Path, run: Run) -> None:
    """With the values it has where nobody says any, as the platform's own exports have them."""
    run("export", "--update-set", "box.xml")
    columns = {table: columns for table, _, columns in payloads_in(stack / "box.xml")}
    role, acl = columns["sys_user_role"], columns["sys_security_acl"]
    assert role["description"] == "Reads <everything> & more"
    assert (role["sys_scope"], role["sys_name"], role["sys_class_name"]) == (
        "global",
        "reader",
        "sys_user_role",
    )
    assert (acl["active"], acl["type"], acl["admin_overrides"]) == ("true", "record", "true")
    link = columns["sys_security_acl_role"]
    assert (link["sys_security_acl"], link["sys_user_role"]) == (acl["sys_id"], role["sys_id"])


def test_the_rows_are_named_as_the_platform_names_them(stack: Path, run: Run) -> None:
    """`<table>_<sys_id>`, the table's label as type, customer as category, one retrieved set that is loaded."""
    run("export", "--update-set", "box.xml", "--name", "Change 42")
    (head,) = rows_in(stack / "box.xml", "sys_remote_update_set")
    assert (head["name"], head["state"], head["application"]) == ("Change 42", "loaded", "global")
    role = next(
        row for row in rows_in(stack / "box.xml", "sys_update_xml") if row["table"] == "sys_user_role"
    )
    assert role["name"].startswith("sys_user_role_")
    assert (role["type"], role["category"], role["target_name"]) == ("Role", "customer", "reader")
    assert role["remote_update_set"] == head["sys_id"]


@pytest.mark.usefixtures("stack")
def test_what_does_not_travel_is_listed_with_reasons(run: Run) -> None:
    """Users, grants, private properties and secrets: on the error stream for people, in the document for machines."""
    ended = run("export", "--update-set", "box.xml", "--json")
    left = {
        (each["address"], each["table"], *each["columns"]): each["reason"]
        for each in json.loads(ended.out)["left_behind"]
    }
    assert left.keys() == {
        ("oauth_app.box", "oauth_entity", "client_secret"),
        ("property.acme.box.private", "sys_properties"),
        ("user.svc_box", "sys_user"),
        ("user.svc_box", "sys_user_has_role"),
    }
    assert "is_private" in left["property.acme.box.private", "sys_properties"]
    assert all(f"    {address}" in ended.err for address, *_ in left)
    assert "Users are data" in ended.err


def test_no_secret_is_in_the_file(stack: Path, run: Run) -> None:
    """Nor is the column that holds one."""
    run("export", "--update-set", "box.xml")
    text = (stack / "box.xml").read_text("utf-8")
    assert (SECRET in text, "client_secret" in text) == (False, False)


def test_a_telling_property_stays_without_its_value(stack: Path, run: Run) -> None:
    """Its name says that it holds a secret, so the value is written by apply alone."""
    (stack / "more.toml").write_text(
        '[property."acme.box.api_token"]\nvalue = "t0ps3cret"\n', encoding="utf-8"
    )
    ended = run("export", "--update-set", "box.xml")
    assert "t0ps3cret" not in (stack / "box.xml").read_text("utf-8") + ended.out + ended.err
    assert "looks like a secret" in ended.err


def test_the_same_plan_gives_the_same_bytes(stack: Path, run: Run) -> None:
    """However often and whenever it is exported."""
    run("export", "--update-set", "one.xml")
    run("export", "--update-set", "two.xml")
    assert (stack / "one.xml").read_bytes() == (stack / "two.xml").read_bytes()


def test_a_file_of_ours_is_written_again(stack: Path, run: Run) -> None:
    """Another plan, another set."""
    run("export", "--update-set", "box.xml")
    before = rows_in(stack / "box.xml", "sys_remote_update_set")[0]["sys_id"]
    edit(stack, '"10"', '"11"')
    assert run("export", "--update-set", "box.xml").code == 0
    assert rows_in(stack / "box.xml", "sys_remote_update_set")[0]["sys_id"] != before


@pytest.mark.parametrize("file", ["box.toml", "."])
def test_nothing_else_is_overwritten(stack: Path, run: Run, file: str) -> None:
    """Least of all the stack."""
    before = (stack / "box.toml").read_bytes()
    ended = run("export", "--update-set", file)
    assert (ended.code, "[SNC003]" in ended.err) == (1, True)
    assert (stack / "box.toml").read_bytes() == before


@pytest.mark.usefixtures("stack")
def test_a_dash_is_standard_output(run: Run) -> None:
    """The set and nothing but the set."""
    ended = run("export", "--update-set", "-")
    assert (ended.code, ended.out[:6], ended.out[-10:]) == (0, "<?xml ", "</unload>\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--update-set", "-", "--json"),
        ("--update-set", "box.xml", "--name", "x" * 81),
        ("--update-set", "box.xml", "--name", "a\nb"),
        ("--update-set", "box.xml", "--name", "a\x07b"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(stack: Path, run: Run, arguments: tuple[str, ...]) -> None:
    """Two documents on one stream, and names that no set can have."""
    ended = run("export", *arguments)
    assert (ended.code, "[SNC001]" in ended.err) == (1, True)
    assert not (stack / "box.xml").exists()


def test_a_control_character_is_refused_where_it_stands(stack: Path, run: Run) -> None:
    """No XML can hold it; the message names file and line, and nothing is written."""
    edit(stack, "Reads <everything> & more", "rings \\u0007 here")
    ended = run("export", "--update-set", "box.xml")
    assert (ended.code, "[SNC602]" in ended.err, "box.toml:8" in ended.err) == (1, True, True)
    assert "U+0007" in ended.err
    assert not (stack / "box.xml").exists()


@pytest.mark.usefixtures("stack")
def test_targets_narrow_what_is_exported(run: Run) -> None:
    """With what they refer to."""
    document = json.loads(
        run("export", "--update-set", "box.xml", "--target", "acl.read_columns", "--json").out
    )
    assert {each["address"] for each in document["update_set"]["updates"]} == {
        "acl.read_columns",
        "role.reader",
    }


def test_a_plan_of_data_alone_leaves_no_file(stack: Path, run: Run) -> None:
    """It says that apply does it."""
    (stack / "box.toml").write_text(
        '[stack]\nname = "box"\n[instance.sandbox]\nurl = "sandbox:"\n[user.svc_box]\nfirst_name = "B"\n',
        encoding="utf-8",
    )
    ended = run("export", "--update-set", "box.xml")
    assert (ended.code, "[SNC601]" in ended.err, "travels" in ended.err) == (1, True, True)
    assert not (stack / "box.xml").exists()


@pytest.mark.usefixtures("stack")
def test_nothing_to_do_is_no_failure(stack: Path, run: Run) -> None:
    """A nightly job need not ask first; what lies there from before is not passed off as this run's."""
    (stack / "box.toml").write_text(
        '[stack]\nname = "box"\n[instance.sandbox]\nurl = "sandbox:"\n[user.svc_box]\nfirst_name = "B"\n',
        encoding="utf-8",
    )
    run("apply", "--auto-approve")
    ended = run("export", "--update-set", "box.xml", "--json")
    assert (ended.code, json.loads(ended.out)["update_set"]["file"]) == (0, None)
    assert not (stack / "box.xml").exists()
    (stack / "box.xml").write_bytes(b"")
    ended = run("export", "--update-set", "box.xml")
    assert (ended.code, "nothing to put into" in ended.err) == (0, True)
    assert "box.xml is of an earlier export." in " ".join(ended.err.split())
    ended = run("export", "--update-set", "-")
    assert (ended.code, ended.out) == (0, "")


@pytest.mark.usefixtures("stack")
def test_errors_of_the_plan_stop_an_export(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What must not be applied must not be committed either."""
    assert run("export", "--update-set", "box.xml", "--instance", "nowhere").code == 1
    monkeypatch.setenv("SNOWCONF_DIRECTORY", "nowhere")
    assert run("export", "--update-set", "box.xml").code == 1


def test_a_role_that_nobody_has_stops_an_export(stack: Path, run: Run) -> None:
    """The plan's own errors are shown."""
    edit(stack, 'operation = "read"\nroles = ["reader"]', 'operation = "read"\nroles = ["raeder"]')
    ended = run("export", "--update-set", "box.xml")
    assert (ended.code, "raeder" in ended.err) == (1, True)
    assert not (stack / "box.xml").exists()


def test_records_that_do_not_travel_and_are_referred_to_are_named(stack: Path, run: Run) -> None:
    """The schedule runs as a user that only an apply makes."""
    (stack / "more.toml").write_text(
        '[record.nightly]\ntable = "sysauto_script"\nkey = ["name"]\n'
        'columns = { name = "Nightly", run_as = "svc_box" }\n',
        encoding="utf-8",
    )
    ended = run("export", "--update-set", "box.xml", "--json")
    assert json.loads(ended.out)["awaited"] == ["user.svc_box"]
    assert "snowconf apply --target user.svc_box" in " ".join(ended.err.split())


def test_warnings_and_hazards_of_the_plan_are_told(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever commits the set does not see the plan."""
    monkeypatch.delenv("BOX_SECRET")
    edit(stack, "[role.reader]", '[property."acme.box.gone"]\nabsent = true\n[role.reader]')
    (stack / "gone.csv").write_text("name\nacme.box.gone\n", encoding="utf-8")
    run("plan")
    assert run("sandbox", "seed", "gone.csv", "--table", "sys_properties").code == 0
    ended = run("export", "--update-set", "box.xml")
    assert (ended.code, "[SNC213]" in ended.err) == (0, True)
    assert "! property.acme.box.gone: The record of sys_properties is deleted" in ended.err


def test_a_deletion_names_its_record(stack: Path, run: Run) -> None:
    """With its sys_id and all that it holds, as the platform writes deletions."""
    edit(stack, "[role.reader]", '[property."acme.box.gone"]\nabsent = true\n[role.reader]')
    (stack / "gone.csv").write_text("name\nacme.box.gone\n", encoding="utf-8")
    run("plan")
    run("sandbox", "seed", "gone.csv", "--table", "sys_properties")
    run("export", "--update-set", "box.xml")
    gone = [columns for _, action, columns in payloads_in(stack / "box.xml") if action == "DELETE"]
    assert [(each["name"], len(each["sys_id"])) for each in gone] == [("acme.box.gone", 32)]


# -- saved plans


def test_a_saved_plan_is_exported_as_it_was_reviewed(stack: Path, run: Run) -> None:
    """Although REST could not apply it: it says so, is kept, and gives the bytes that planning anew gives."""
    planned = run("plan", "--out", "plan.json")
    assert (planned.code, "export --update-set FILE plan.json" in planned.out) == (1, True)
    assert run("export", "--update-set", "one.xml", "plan.json").code == 0
    run("export", "--update-set", "two.xml")
    assert (stack / "one.xml").read_bytes() == (stack / "two.xml").read_bytes()


@pytest.mark.usefixtures("stack")
def test_a_plan_that_needs_elevation_is_not_applied(run: Run) -> None:
    """It was saved for an export, and takes no wish to leave something out."""
    run("plan", "--out", "plan.json")
    assert "[SNC001]" in run("apply", "plan.json", "--auto-approve", "--without-elevated").err
    ended = run("apply", "plan.json", "--auto-approve")
    assert (ended.code, "[SNC214]" in ended.out + ended.err) == (1, True)


def test_a_stale_plan_is_not_exported(stack: Path, run: Run) -> None:
    """Somebody has changed a record since: who commits the set would overwrite that."""
    run("apply", "--auto-approve", "--without-elevated")
    edit(stack, '"10"', '"11"')
    run("plan", "--out", "plan.json")
    other = stack.parent / "other"
    other.mkdir()
    (other / "other.toml").write_text(
        '[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\n'
        'url = "sandbox:../box/.snowconf/sandbox.db"\n[property."acme.box.limit"]\nvalue = "12"\n',
        encoding="utf-8",
    )
    assert run("apply", "--directory", str(other), "--auto-approve").code == 0
    ended = run("export", "--update-set", "box.xml", "plan.json")
    assert (ended.code, "[SNC257]" in ended.err) == (4, True)
    assert not (stack / "box.xml").exists()


@pytest.mark.usefixtures("stack")
def test_a_saved_plan_takes_no_targets(run: Run) -> None:
    """It says itself what is to be done."""
    run("plan", "--out", "plan.json")
    ended = run("export", "--update-set", "box.xml", "plan.json", "--target", "role.reader")
    assert (ended.code, "[SNC001]" in ended.err) == (1, True)
