"""Taking over what is there: found by sys_id or by name, refused where it is not free, and written as a block."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from snowconf.config.writing import block_text
from snowconf.engine.identifying import Identities
from snowconf.engine.plan.importing import Found, ImportRefusedError, Wish, find_record
from snowconf.kinds import KINDS
from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Removal
from tests.driving.shared import ITIL, JANE, KIM, Owner
from tests.engine.building import URL, resource, stack

Run = Callable[..., Any]
ACL = "1" * 32


def wish(address: str, record: str, **more: Any) -> Wish:
    """What somebody wants to own."""
    return Wish(stack="demo", address=Address.parse(address), record=record, **more)


def found(owner: Owner, wanted: Wish) -> Found:
    """The record."""
    return find_record(wanted, owner.instance, owner.context)


def acls(owner: Owner) -> None:
    """Two access controls of one name, for two operations, and the rows that name operations."""
    owner.instance.put("sys_security_operation", "a" * 32, name="read")
    for number, operation in ((1, "read"), (2, "write"), (3, "write")):
        owner.instance.put(
            "sys_security_acl", f"{number}" * 32, name="incident", operation=encoded(operation), type="record"
        )


def encoded(operation: str) -> str:
    """An operation as an access control stores it."""
    return KINDS["acl"].attribute("operation").encode(operation)


@pytest.mark.parametrize("record", [JANE, "jane.doe"])
def test_a_record_is_found_by_its_sys_id_and_by_its_name(record: str) -> None:
    """And becomes adopted, with nothing overwritten and nothing claimed to be applied."""
    owned = found(Owner(), wish("user.jane", record)).owned
    assert (owned.sys_id, owned.custody, owned.name) == (JANE, Custody.ADOPTED, "jane.doe")
    assert (dict(owned.digests), dict(owned.before), owned.on_remove) == ({}, {}, Removal.DEACTIVATE)


def test_the_block_has_what_differs_from_the_usual() -> None:
    """The name because the label is another, the roles by name; what is as always is left out."""
    attributes = found(Owner(), wish("user.jane", JANE)).attributes
    assert attributes == {
        "user_name": "jane.doe",
        "first_name": "Jane",
        "last_name": "Doe",
        "roles": ("itil",),
    }


def test_a_label_that_is_the_name_needs_no_name() -> None:
    """As in every block."""
    assert "user_name" not in found(Owner(), wish("user.jane.doe", "jane.doe")).attributes


def test_secrets_are_named_and_not_shown() -> None:
    """What cannot be read is a comment, not a value."""
    assert found(Owner(), wish("user.jane", JANE)).hidden == ("password",)


def test_a_hidden_value_is_not_in_the_block() -> None:
    """A property whose name tells of a secret."""
    owner = Owner()
    owner.instance.put("sys_properties", "e" * 32, name="acme.password", value="first-password-of-all")
    imported = found(owner, wish("property.acme.password", "acme.password"))
    assert (imported.hidden, "value" in imported.attributes) == (("value",), False)


def test_members_without_a_name_are_left_out_and_said() -> None:
    """A role that this user may not see could not be written."""
    owner = Owner()
    owner.instance.put(
        "sys_user_has_role", "e" * 32, user=JANE, role="9" * 32, inherited="false", state="active"
    )
    imported = found(owner, wish("user.jane", JANE))
    assert (imported.unnamed, "roles" in imported.attributes) == (("roles",), False)


def test_a_reference_without_a_name_is_left_out_and_said() -> None:
    """The same for a single one."""
    owner = Owner()
    owner.instance.edit("oauth_entity", "7" * 32, user="9" * 32)
    imported = found(owner, wish("oauth_app.other", "Other"))
    assert "user" in imported.unnamed


def test_an_access_control_is_found_by_name_and_operation() -> None:
    """Its name alone fits several."""
    owner = Owner()
    acls(owner)
    assert found(owner, wish("acl.reading", "incident:read")).owned.sys_id == ACL
    assert found(owner, wish("acl.reading", ACL)).owned.name == "incident"


@pytest.mark.parametrize("record", ["incident", "incident:write"])
def test_several_access_controls_are_listed(record: str) -> None:
    """With their sys_ids, to choose from, and what each is for."""
    owner = Owner()
    acls(owner)
    with pytest.raises(ImportRefusedError, match=f"{'2' * 32}  write  last changed by"):
        found(owner, wish("acl.writing", record))


@pytest.mark.parametrize(
    ("address", "record", "words"),
    [
        ("user.nobody", "nobody", "shows no record 'nobody'"),
        ("user.nobody", "f" * 32, f"shows no record {'f' * 32}"),
        ("record.any", "x", "Say which by --table"),
    ],
)
def test_what_is_not_there_is_said(address: str, record: str, words: str) -> None:
    """By name and by sys_id, and without a table."""
    with pytest.raises(ImportRefusedError, match=words):
        found(Owner(), wish(address, record))


def test_hidden_rows_are_no_proof_of_absence() -> None:
    """It may be there all the same."""
    owner = Owner()
    owner.instance.hides.add("sys_user_role")
    with pytest.raises(ImportRefusedError, match="hidden from this user"):
        found(owner, wish("role.itil", "itil"))


def test_a_record_of_another_class_is_refused() -> None:
    """An OAuth provider is no OAuth application."""
    owner = Owner()
    owner.instance.edit("oauth_entity", "7" * 32, sys_class_name="oauth_oidc_entity")
    with pytest.raises(ImportRefusedError, match="is no oauth_app"):
        found(owner, wish("oauth_app.other", "7" * 32))


def test_what_is_owned_already_is_refused() -> None:
    """Here under another address, here under this one, or by another stack."""
    owner = Owner()
    owner.apply(stack(resource("user", "jane.doe", first_name="Joan")))
    with pytest.raises(ImportRefusedError, match=r"as user\.jane\.doe"):
        found(owner, wish("user.jane", JANE))
    with pytest.raises(ImportRefusedError, match="is owned already"):
        found(owner, wish("user.jane.doe", KIM))
    foreign = replace(owner.context, owners=lambda asked: dict.fromkeys(asked, "other"))
    with pytest.raises(ImportRefusedError, match="owned by the stack 'other'"):
        find_record(wish("user.kim", KIM), owner.instance, foreign)


def test_what_this_stack_once_made_is_its_own_again() -> None:
    """A ledger that was lost is made up for, record by record."""
    owner = Owner()
    sys_id = Identities("demo", URL).of(Address("role", "z"))
    owner.instance.put("sys_user_role", sys_id, name="z")
    assert found(owner, wish("role.z", "z")).owned.custody is Custody.CREATED


def test_the_entry_knows_what_the_block_says_of_removal() -> None:
    """With a block in the files, its lifecycle counts from the first moment."""
    block = resource("role", "itil", _prevent_delete=True, _on_remove=Removal.KEEP)
    owned = found(Owner(), wish("role.itil", ITIL, resource=block)).owned
    assert (owned.prevent_delete, owned.on_remove, owned.origin) == (True, Removal.KEEP, "stack.toml:1")


def test_a_record_of_any_table_says_which() -> None:
    """By --table; its key is the column that names it."""
    owner = Owner()
    owner.instance.put("sys_user_group", "e" * 32, name="Crew", description="All of them")
    imported = found(owner, wish("record.crew", "Crew", table="sys_user_group"))
    assert (imported.table, imported.key) == ("sys_user_group", ("name",))
    assert imported.attributes["description"] == "All of them"


def test_without_a_ledger_anything_is_free() -> None:
    """A run that owns nothing has nothing in the way."""
    owner = Owner()
    imported = find_record(wish("user.jane", JANE), owner.instance, replace(owner.context, ledger=None))
    assert imported.record.sys_id == JANE


@pytest.mark.parametrize(
    "text", ["plain", 'a "b" \\ c', "two\nlines\r\n\tand", "\x1b[2J\x7f", "Ünïcødé ✓", ""]
)
def test_a_block_reads_as_it_was_written(text: str) -> None:
    """Whatever a value or a label holds, TOML gives it back."""
    block = block_text(
        Address("property", f"acme.{text}"),
        {"value": text, "is_private": True, "order": 7, "roles": ("a", text)},
        comments=["a comment"],
    )
    assert tomllib.loads(block) == {
        "property": {f"acme.{text}": {"value": text, "is_private": True, "order": 7, "roles": ["a", text]}}
    }


def test_columns_stand_in_a_table_of_their_own() -> None:
    """As blocks of any table have them."""
    block = block_text(Address("record", "x"), {"table": "t", "key": ["name"]}, columns={"name": "X"})
    assert tomllib.loads(block)["record"]["x"] == {"table": "t", "key": ["name"], "columns": {"name": "X"}}


def append(folder: Path, text: str) -> None:
    """Paste a block."""
    with (folder / "small.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}")


def test_the_printed_block_is_taken_and_changes_nothing(stack: Path, run: Run) -> None:
    """Imported, pasted, planned: the record is owned and as the block says."""
    ended = run("import", "role.itil", "itil", "--auto-approve")
    assert (ended.code, "role.itil is owned now" in ended.out) == (0, True)
    append(stack, ended.out.partition("role.itil is owned")[0])
    planned = run("plan", "--target", "role.itil")
    assert (planned.code, "No changes." in planned.out) == (0, True)


def test_a_block_in_the_files_is_answer_enough(stack: Path, run: Run) -> None:
    """Nothing is asked, and the next plan says update and not adopt."""
    append(stack, '[role.itil]\ndescription = "Ours now"\n')
    ended = run("import", "role.itil", "itil", "--json")
    assert (ended.code, '"custody": "adopted"' in ended.out) == (0, True)
    assert "0 to create, 1 to update" in run("plan", "--target", "role.itil").out


@pytest.mark.usefixtures("stack")
def test_a_record_without_a_block_needs_a_yes(run: Run, at_terminal: Run) -> None:
    """Nobody to ask, no; a no, no; a yes, owned."""
    nobody = run("import", "role.itil", "itil")
    no, yes = (at_terminal("import", "role.itil", "itil", answer=word) for word in ("no\n", "yes\n"))
    assert (nobody.code, "[SNC002]" in nobody.err) == (1, True)
    assert (no.code, yes.code, "is owned now" in yes.out) == (1, 0, True)


@pytest.mark.parametrize(
    ("address", "words"), [("nothing", "is not an address"), ("rle.x", "There is no kind 'rle'")]
)
@pytest.mark.usefixtures("stack")
def test_an_address_has_a_kind(run: Run, address: str, words: str) -> None:
    """Otherwise the message says what it should look like."""
    ended = run("import", address, "x")
    assert (ended.code, "[SNC004]" in ended.err, words in ended.err) == (1, True, True)


@pytest.mark.usefixtures("stack")
def test_a_record_of_any_table_is_printed_with_its_columns(run: Run) -> None:
    """As a block of such a record must be written."""
    ended = run("import", "record.admins", "admin", "--table", "sys_user_role", "--auto-approve")
    assert (ended.code, "[record.admins.columns]" in ended.out) == (0, True)
