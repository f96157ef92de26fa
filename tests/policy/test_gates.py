"""Whatever writes asks the same policies: undo, import, rotate and export, each before anything is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rotation.conftest import Turner

Run = Callable[..., Any]
ASKED = '[policies]\npaths = ["rules"]\n'
NO_DELETES = """package main

deny contains {"msg": "No.", "address": rc.address} if {
	some rc in input.resource_changes
	"delete" in rc.change.actions
}
"""
NAMED = """package main

deny contains {"msg": rc.declared.attributes.first_name, "address": rc.address} if {
	some rc in input.resource_changes
	rc.declared.attributes.first_name == "Bad"
}
"""
ADOPTED = """package main

deny contains {"msg": "No.", "address": rc.address} if {
	some rc in input.resource_changes
	rc.change.action_reason == "adopted"
}
"""
EXCHANGED = """package main

deny contains {"msg": "No.", "address": rc.address} if {
	some rc in input.resource_changes
	"update" in rc.change.actions
	rc.change.after_sensitive.password == true
	rc.declared.attributes.identity == "machine"
}
"""
OF_ANOTHER = 'package main\n\ndeny contains {"msg": "No.", "address": "role.turn"}\n'
WAIVER = """
[[waiver]]
rule = "main.deny"
address = "*"
owner = "jane@acme.example"
reason = "Ticket 4711"
expires = 2999-01-31
"""


def rule(folder: Path, text: str, more: str = "") -> None:
    """The stack asks this policy from now on."""
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "a.rego").write_text(text, "utf-8")
    (folder / "rules.toml").write_text(ASKED + more, "utf-8")


def name(stack: Path, first_name: str, before: str) -> None:
    """The user's first name from now on."""
    path = stack / "small.toml"
    text = path.read_text("utf-8").replace(f'first_name = "{before}"', f'first_name = "{first_name}"')
    path.write_text(text, "utf-8")


def test_an_undo_that_policies_deny_takes_nothing_back(stack: Path, run: Run) -> None:
    """Unless somebody takes it upon himself, and then the receipt says it."""
    assert run("apply", "--auto-approve").code == 0
    rule(stack, NO_DELETES)
    denied = run("undo", "last", "--auto-approve")
    assert (denied.code, "[SNC640]" in denied.err, "- user.svc_small" in denied.out) == (3, True, True)
    assert json.loads(run("policy", "check", "--json").out)["policy"]["verdict"] == "passed"
    rule(stack, NO_DELETES, WAIVER)
    assert run("undo", "last", "--auto-approve").code == 0
    assert len(json.loads(run("receipts", "show", "last", "--json").out)["waived"]) == 3


def test_an_undo_is_judged_by_what_it_puts_back(stack: Path, run: Run) -> None:
    """What the files say now is what it takes back."""
    for before, after in (("Small", "Good"), ("Good", "Bad")):
        name(stack, after, before)
        assert run("apply", "--auto-approve").code == 0
    rule(stack, NAMED)
    assert run("plan").code == 3
    assert run("undo", "last", "--auto-approve").code == 0
    # The last apply is the undo now.
    denied = run("undo", "last", "--auto-approve")
    assert (denied.code, "[SNC640]" in denied.err) == (3, True)


def test_an_import_that_policies_deny_owns_nothing(stack: Path, run: Run) -> None:
    """With a block and without; its block can still be read."""
    rule(stack, ADOPTED)
    for command in (("import", "role.itil", "itil", "--auto-approve"), ("import", "role.reader", "admin")):
        denied = run(*command)
        assert (denied.code, "[SNC640]" in denied.err, command[1] in denied.out) == (3, True, True)
    assert "itil" not in run("ledger", "show").out
    rule(stack, ADOPTED, WAIVER)
    assert run("import", "role.itil", "itil", "--auto-approve").code == 0
    assert "role.itil" in run("ledger", "show").out


def test_a_rotation_that_policies_deny_exchanges_nothing(turner: Turner) -> None:
    """What they find in other blocks is of other plans."""
    assert turner.run("apply", "--auto-approve").code == 0
    before = turner.secret("user")
    rule(turner.folder, EXCHANGED)
    denied = turner.rotate("user.turn")
    assert (denied.code, "in user.turn" in denied.said, turner.secret("user") == before) == (3, True, True)
    rule(turner.folder, OF_ANOTHER)
    assert (turner.rotate("user.turn").code, turner.secret("user") == before) == (0, False)


def test_an_export_that_policies_deny_writes_no_file(stack: Path, run: Run) -> None:
    """An update set is how the rest of a plan gets to the instance."""
    rule(stack, 'package main\n\ndeny contains "No." if count(input.resource_changes) > 0\n')
    denied = run("export", "--update-set", "set.xml")
    assert (denied.code, "[SNC640]" in denied.err, (stack / "set.xml").exists()) == (3, True, False)
    rule(stack, 'package main\n\nwarn contains "Well." if count(input.resource_changes) > 0\n')
    printed = run("export", "--update-set", "-")
    assert (printed.code, printed.out.startswith("<?xml"), "Well." in printed.err) == (0, True, True)


@pytest.mark.parametrize(
    "command", ["undo last", "import role.itil itil", "rotate user.svc_small", "export --update-set a.xml"]
)
def test_policies_that_cannot_be_asked_stop_whatever_writes(stack: Path, run: Run, command: str) -> None:
    """Those of the command line, too."""
    assert run("apply", "--auto-approve").code == 0
    (stack / "small.toml").write_text((stack / "small.toml").read_text("utf-8") + "\n[role.more]\n", "utf-8")
    ended = run(*command.split(), "--policies", "nowhere")
    assert (ended.code, "[SNC643]" in ended.err) == (1, True)


def test_a_variable_that_came_out_empty_is_no_yes(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipeline meant to name policies; what the option names counts all the same."""
    monkeypatch.setenv("SNOWCONF_POLICIES", "")
    ended = run("plan")
    assert (ended.code, "set and empty" in " ".join(ended.err.split())) == (1, True)
    (stack / "r.rego").write_text('package main\n\ndeny contains "a"\n', "utf-8")
    assert run("plan", "--policies", "r.rego").code == 3
