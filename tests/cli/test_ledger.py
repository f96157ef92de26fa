"""The ledger from the command line: looked at, set right by hand, and noticed where it should be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.model.query import where
from tests.cli.hands import by_hand

Run = Callable[..., Any]
HEAD, LOCK = "snowconf.small.ledger", "snowconf.small.lock"
ADDRESSES = ["property.acme.small.enabled", "role.reader", "user.svc_small"]


@pytest.fixture
def applied(stack: Path, run: Run) -> Path:
    """The small stack, applied."""
    assert run("apply", "--auto-approve").code == 0
    return stack


def edit(stack: Path, table: str, column: str, name: str, **columns: str) -> None:
    """Change a record."""
    with by_hand(stack) as instance:
        (row,) = instance.list_rows(table, where(**{column: name}), ("sys_id",)).rows
        instance.update(table, row["sys_id"], columns)


def remove(stack: Path, table: str, column: str, name: str) -> None:
    """Remove a record."""
    with by_hand(stack) as instance:
        (row,) = instance.list_rows(table, where(**{column: name}), ("sys_id",)).rows
        instance.delete(table, row["sys_id"])


def owned(run: Run) -> list[str]:
    """The addresses in the ledger."""
    document = json.loads(run("ledger", "list", "--json").out)
    return [each["address"] for each in document["entries"]]


@pytest.mark.usefixtures("applied")
def test_what_was_applied_is_owned(run: Run) -> None:
    """A line each, how it came to be owned, and how many there are."""
    said = run("ledger", "list").out
    assert owned(run) == ADDRESSES
    assert "role.reader  created  sys_user_role " in said
    assert "Stack small owns 3 records on sandbox: (version 1 of its ledger)." in said


@pytest.mark.usefixtures("stack")
def test_before_the_first_apply_nothing_is_owned(run: Run) -> None:
    """And looking writes nothing."""
    assert run("ledger", "list").out == "Stack small owns 0 records on sandbox: (version 0 of its ledger).\n"
    assert run("ledger", "show").out == "The stack owns nothing here.\n"


def test_other_stacks_are_named(applied: Path, run: Run) -> None:
    """Those that have a ledger on the instance."""
    (applied / "small.toml").write_text(
        (applied / "small.toml").read_text("utf-8").replace('name = "small"', 'name = "next"'), "utf-8"
    )
    assert run("ledger", "list").out.endswith("Other stacks with a ledger here: small.\n")


@pytest.mark.usefixtures("applied")
def test_an_entry_says_all_that_is_remembered(run: Run) -> None:
    """But for digests and fingerprints."""
    said = run("ledger", "show", "user.svc_small").out
    for words in (
        'name                      "svc_small"',
        "when it leaves the files  deactivate",
        "secret user_password      written",
        "refers to                 role.reader",
        "block                     small.toml:15",
    ):
        assert words in said
    assert "scrypt" not in said + run("ledger", "show", "--json").out


def test_an_adopted_record_shows_what_it_was(stack: Path, run: Run) -> None:
    """And that it will be put back."""
    path = stack / "small.toml"
    path.write_text(
        path.read_text("utf-8") + '[user."abel.tuter"]\nfirst_name = "A"\n[role.itil]\n'
        'lifecycle = { prevent_delete = true }\n[role.kept]\nlifecycle = { on_remove = "keep" }\n',
        "utf-8",
    )
    run("plan")
    with by_hand(stack) as instance:
        instance.insert("sys_user", {"user_name": "abel.tuter", "first_name": "Abel"})
    assert run("apply", "--auto-approve").code == 0
    said = run("ledger", "show").out
    assert 'before: first_name        "Abel"' in said
    fates = [each.split("  ")[-1] for each in said.splitlines() if "when it leaves" in each]
    assert fates == [
        "delete",
        "nothing: prevent_delete",
        "keep",
        "delete",
        "put back as it was",
        "deactivate",
    ]


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("show user.svc_smal", "The ledger has no entry 'user.svc_smal'. Did you mean 'user.svc_small'?"),
        ("forget role.reader user.nobody", "no entry 'user.nobody'"),
        ("move role.nobody role.x", "no entry 'role.nobody'"),
        ("move role.reader x", "'x' is not an address"),
        ("move role.reader user.x", "is of kind role, and stays so"),
        ("move role.reader user.svc_small", "has an entry user.svc_small already"),
    ],
)
def test_wrong_addresses_change_nothing(run: Run, command: str, words: str) -> None:
    """They are said, and the ledger is as it was."""
    ended = run("ledger", *command.split())
    assert (ended.code, "[SNC004]" in ended.err, owned(run)) == (1, True, ADDRESSES)
    assert words in " ".join(ended.err.split())


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("arguments", [(), ("role.reader", "--all")])
def test_forget_wants_to_know_what(run: Run, arguments: tuple[str, ...]) -> None:
    """Addresses or all of them."""
    ended = run("ledger", "forget", *arguments)
    assert (ended.code, "[SNC001]" in ended.err) == (1, True)


def test_what_is_forgotten_stays_as_it_is(applied: Path, run: Run) -> None:
    """It is not deleted when its block goes."""
    ended = run("ledger", "forget", "role.reader", "user.svc_small")
    assert ended.out == "Forgot 2 entries. The records are as they were.\n"
    path = applied / "small.toml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[role.reader]")] + text[text.index("[property") :], "utf-8")
    assert run("apply", "--auto-approve").out.startswith("No changes.")
    assert owned(run) == ADDRESSES[:1]


@pytest.mark.usefixtures("applied")
def test_one_that_is_forgotten_is_counted_right(run: Run) -> None:
    """One entry."""
    assert run("ledger", "forget", "role.reader").out.startswith("Forgot 1 entry.")


@pytest.mark.usefixtures("applied")
def test_a_record_that_is_in_order_is_owned_again(run: Run) -> None:
    """The next apply finds it by its sys_id and writes nothing but the ledger."""
    run("ledger", "forget", "role.reader")
    assert run("apply", "--auto-approve").out.startswith("No changes.")
    assert owned(run) == ADDRESSES


def test_a_moved_entry_keeps_its_record(applied: Path, run: Run) -> None:
    """The block was renamed: nothing is deleted and nothing made anew, and what refers to it knows."""
    path = applied / "small.toml"
    text = path.read_text("utf-8").replace("[role.reader]", '[role.viewer]\nname = "reader"')
    path.write_text(text, "utf-8")
    assert run("ledger", "move", "role.reader", "role.viewer").code == 0
    assert run("plan").out.endswith(
        "No changes. The instance holds what small asks for (3 resources compared).\n"
    )
    assert "refers to                 role.viewer" in run("ledger", "show", "user.svc_small").out


@pytest.mark.usefixtures("applied")
def test_everything_can_be_forgotten(run: Run) -> None:
    """Somebody has to say yes."""
    refused = run("ledger", "forget", "--all")
    assert (refused.code, "[SNC002]" in refused.err, owned(run)) == (1, True, ADDRESSES)
    assert run("ledger", "forget", "--all", "--auto-approve").out.startswith("Forgot 3 records.")
    assert owned(run) == []


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(("answer", "left"), [("yes\n", []), ("no\n", ADDRESSES)])
def test_forgetting_everything_asks(run: Run, at_terminal: Run, answer: str, left: list[str]) -> None:
    """Only yes is yes."""
    at_terminal("ledger", "forget", "--all", answer=answer)
    assert owned(run) == left


def test_verify_finds_everything_in_order(applied: Path, run: Run) -> None:
    """A kind without names is looked for as well."""
    assert applied.is_dir()
    ended = run("ledger", "verify")
    assert (ended.code, ended.out) == (
        0,
        "The ledger is whole, and all is there under its name (3 records looked at).\n",
    )


def test_verify_says_what_is_gone_and_what_is_renamed(applied: Path, run: Run) -> None:
    """Each with its record, and it ends with 1."""
    remove(applied, "sys_user_role", "name", "reader")
    edit(applied, "sys_user", "user_name", "svc_small", user_name="svc_large")
    ended = run("ledger", "verify")
    told = [
        each.split("  ")[:2] for each in ended.out.splitlines() if each.startswith(("role", "user", "prop"))
    ]
    assert told == [["role.reader", "gone"], ["user.svc_small", "renamed"]]
    assert 'now called "svc_large", was "svc_small"' in ended.out
    assert (ended.code, ended.out.splitlines()[-1]) == (
        1,
        "The ledger is whole. Of 3 records, 2 are not as it says.",
    )


def test_verify_as_json(applied: Path, run: Run) -> None:
    """How each was found."""
    remove(applied, "sys_user_role", "name", "reader")
    document = json.loads(run("ledger", "verify", "--json").out)
    assert [(each["address"], each["condition"]) for each in document["records"]] == [
        (ADDRESSES[0], "there"),
        (ADDRESSES[1], "gone"),
        (ADDRESSES[2], "there"),
    ]
    assert (document["sound"], document["lock"], document["other_versions"]) == (False, None, [])


def test_a_damaged_ledger_stops_everything(applied: Path, run: Run) -> None:
    """A plan would take the stack's own records for others'; verify says what else is there."""
    edit(applied, "sys_properties", "name", HEAD, value="{}")
    ends = [run(*command.split()) for command in ("plan", "apply --auto-approve", "ledger list")]
    assert [(each.code, "[SNC304]" in each.err) for each in ends] == [(1, True)] * 3
    said = " ".join(run("ledger", "verify").err.split())
    assert "is a whole ledger of version 1 with 3 records" in said


def test_a_damaged_ledger_can_be_begun_anew(applied: Path, run: Run) -> None:
    """The next apply owns the stack's records again."""
    edit(applied, "sys_properties", "name", HEAD, value="{}")
    ended = run("ledger", "forget", "--all", "--auto-approve")
    assert ended.out.startswith("Forgot a ledger that could not be used.")
    assert run("apply", "--auto-approve").code == 0
    assert owned(run) == ADDRESSES


def test_a_ledger_without_other_versions_says_so(applied: Path, run: Run) -> None:
    """Its attachment has gone."""
    with by_hand(applied) as instance:
        (row,) = instance.list_rows("sys_properties", where(name=HEAD), ("sys_id",)).rows
        for each in instance.list_attachments("sys_properties", row["sys_id"]):
            instance.remove_attachment(each.sys_id)
    assert "There is no other version of it." in " ".join(run("ledger", "verify").err.split())


def as_clone(stack: Path) -> None:
    """The same instance under another address."""
    with by_hand(stack) as instance:
        (row,) = instance.list_rows("sys_properties", where(name=HEAD), ("value",)).rows
        value = row["value"].replace('"sandbox:"', '"https://acme.service-now.com"')
        instance.update("sys_properties", row["sys_id"], {"value": value})


def test_a_clone_is_refused_and_can_be_made_home(applied: Path, run: Run) -> None:
    """What was owned there is owned here then, and its secrets are not known to be the same."""
    as_clone(applied)
    refused = [run("plan"), run("apply", "--auto-approve")]
    assert [(each.code, "[SNC307]" in each.err) for each in refused] == [(1, True)] * 2
    unasked = run("ledger", "rehome")
    assert (unasked.code, "[SNC002]" in unasked.err, run("plan").code) == (1, True, 1)
    said = run("ledger", "rehome", "--auto-approve").out
    assert said == "The ledger is for sandbox: now, and has 3 records.\n"
    assert owned(run) == ADDRESSES
    assert "[SNC212]" in run("plan").out
    assert run("ledger", "rehome").out == "The ledger is for sandbox: already. Nothing was changed.\n"


def lock(stack: Path, **more: str) -> None:
    """Somebody else holds the lock."""
    holder = {"run": "r", "who": "jane", "host": "ci-7", "pid": "4", "since": "2026-11-21 10:00:00"}
    value = json.dumps({**holder, "command": "apply", "url": "sandbox:", **more})
    with by_hand(stack) as instance:
        instance.insert("sys_properties", {"name": LOCK, "value": value})


def test_a_lock_keeps_an_apply_out(applied: Path, run: Run) -> None:
    """It ends with 5 and says who it is; a plan needs no lock."""
    lock(applied)
    ended = run("apply", "--auto-approve")
    assert (ended.code, "[SNC309]" in ended.err) == (5, True)
    assert "jane on ci-7" in " ".join(ended.err.split())
    assert run("plan").code == 0
    assert "The lock is held by jane on ci-7" in run("ledger", "verify").out


def test_a_lock_can_be_broken(applied: Path, run: Run, at_terminal: Run) -> None:
    """By who says yes."""
    lock(applied)
    refused = run("ledger", "unlock")
    asked = at_terminal("ledger", "unlock", answer="no\n")
    assert (refused.code, asked.code, "held by jane on ci-7" in asked.err) == (1, 1, True)
    assert run("ledger", "unlock", "--auto-approve").out == "The lock is broken. Look at the plan.\n"
    assert run("apply", "--auto-approve").code == 0


def test_a_lock_that_nobody_can_read_can_be_broken(applied: Path, run: Run) -> None:
    """Who holds it cannot be told."""
    with by_hand(applied) as instance:
        instance.insert("sys_properties", {"name": LOCK, "value": "?"})
    assert run("apply", "--auto-approve").code == 5
    assert run("ledger", "unlock", "--auto-approve").code == 0
    assert run("ledger", "unlock", "--auto-approve").out == "Nobody held the lock.\n"


def test_text_in_a_lock_does_nothing_to_a_terminal(applied: Path, run: Run) -> None:
    """Anybody who may write properties could have put it there."""
    lock(applied, who="\x1b[2Jjane")
    assert "\x1b" not in run("apply", "--auto-approve").err


def test_a_ledger_can_be_in_a_file(stack: Path, run: Run) -> None:
    """Nothing of it is on the instance then; each instance has a file of its own."""
    path = stack / "small.toml"
    ledger = 'name = "small"\nledger = "file:books/{instance}.json"'
    path.write_text(path.read_text("utf-8").replace('name = "small"', ledger), "utf-8")
    assert run("apply", "--auto-approve").code == 0
    assert (owned(run), [each.name for each in (stack / "books").iterdir()]) == (ADDRESSES, ["sandbox.json"])
    with by_hand(stack) as instance:
        assert instance.list_rows("sys_properties", where(name=HEAD), ()).rows == ()


def test_files_with_mistakes_do_not_hide_the_ledger(applied: Path, run: Run) -> None:
    """What is owned can be looked at whatever the blocks say; the stack needs a name."""
    path = applied / "small.toml"
    path.write_text(path.read_text("utf-8") + "[user.x]\nnonsense = 1\n", "utf-8")
    assert owned(run) == ADDRESSES
    path.write_text(path.read_text("utf-8").replace('name = "small"', ""), "utf-8")
    assert (run("ledger", "list").code, "[SNC110]" in run("ledger", "list").err) == (1, True)


@pytest.mark.usefixtures("stack")
def test_ledger_alone_shows_its_commands(run: Run) -> None:
    """As every group does."""
    said = run("ledger").out
    assert [
        name for name in ("list", "show", "forget", "move", "rehome", "unlock", "verify") if name not in said
    ] == []
