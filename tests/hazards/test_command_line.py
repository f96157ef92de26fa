"""Hazards, limits and checks as somebody at a prompt meets them, on the embedded sandbox."""

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from snowconf.cli import main

HEAD = '[stack]\nname = "demo"\n{limits}\n[instance.sandbox]\nurl = "sandbox:"\n\n'
USERS = "".join(f'[user.svc{n:02}]\nfirst_name = "Svc"\n' for n in range(10))
Said = tuple[int, str]
Snowconf = Callable[..., Said]


@pytest.fixture
def snowconf(tmp_path: Path) -> Snowconf:
    """Runs a command on a stack with these blocks; its exit code and all that it said."""

    def run(blocks: str, *arguments: str, limits: str = "") -> Said:
        (tmp_path / "stack.toml").write_text(HEAD.format(limits=limits) + blocks, "utf-8")
        out = io.StringIO()
        with (
            contextlib.chdir(tmp_path),
            patch.dict(os.environ, {"NO_COLOR": "1", "COLUMNS": "200"}),
            patch("sys.stdin", io.StringIO()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out if "--json" not in arguments else io.StringIO()),
        ):
            code = main(list(arguments))
        return code, out.getvalue()

    return run


def document(snowconf: Snowconf, blocks: str) -> dict[str, Any]:
    """The plan for machines."""
    _, said = snowconf(blocks, "plan", "--json")
    read: dict[str, Any] = json.loads(said)
    return read


def test_a_plan_shows_hazards_and_counts_them(snowconf: Snowconf) -> None:
    """Under the change that raises each, and once more above the summary."""
    code, said = snowconf('[user.svc]\nroles = ["admin"]\n[property."glide.sm.x"]\nvalue = 1\n', "plan")
    assert code == 0
    assert "      ! Gives the role admin, which may do everything.\n" in said
    assert "\n3 hazards (marked ! above): 1 cache flush, 1 powerful grant, 1 security property.\n" in said


def test_a_document_has_hazards_for_policies(snowconf: Snowconf) -> None:
    """By name, with their sentence and severity, and counted."""
    plan = document(snowconf, '[user.svc]\nroles = ["admin"]\n')
    (change,) = plan["resource_changes"]
    expected = {"code": "powerful_grant", "sentence": "Gives the role admin, which may do everything."}
    assert change["hazards"] == [{**expected, "severity": "warning"}]
    assert plan["summary"]["hazards"] == {"powerful_grant": 1}


def test_a_plan_without_hazards_says_nothing_of_them(snowconf: Snowconf) -> None:
    """Not even that there are none."""
    assert "hazard" not in snowconf("[user.svc]\n", "plan")[1]


def test_locking_oneself_out_needs_a_flag(snowconf: Snowconf) -> None:
    """Without it nothing is written; with it the apply goes through."""
    blocks = "[user.admin]\nlocked_out = true\n"
    code, said = snowconf(blocks, "apply", "--auto-approve")
    assert (code, "[SNC224]" in said) == (1, True)
    assert snowconf(blocks, "plan", "--allow-self-lockout")[0] == 0


def test_a_stack_that_was_emptied_is_stopped(snowconf: Snowconf) -> None:
    """Ten accounts would go; the flag lets one run do it."""
    assert snowconf(USERS, "apply", "--auto-approve")[0] == 0
    code, said = snowconf("[user.svc00]\n", "apply", "--auto-approve")
    assert (code, "[SNC222]" in said, "--allow-deletes 9" in said) == (1, True, True)
    assert snowconf("[user.svc00]\n", "apply", "--auto-approve", "--allow-deletes", "9")[0] == 0


def test_the_stack_can_say_how_much_may_change(snowconf: Snowconf) -> None:
    """Limits under [stack] are the ones that hold."""
    assert snowconf(USERS, "apply", "--auto-approve")[0] == 0
    changed = USERS.replace("Svc", "Other")
    assert "[SNC223]" in snowconf(changed, "plan")[1]
    assert snowconf(changed, "plan", limits="limits = { update = 1.0 }")[0] == 0
    assert snowconf(changed, "plan", "--allow-updates", "10")[0] == 0


def test_drift_is_looked_for_without_weighing(snowconf: Snowconf) -> None:
    """A run that only compares is stopped by no limit."""
    assert snowconf(USERS, "apply", "--auto-approve")[0] == 0
    assert "SNC223" not in snowconf(USERS.replace("Svc", "Other"), "drift")[1]


def test_a_check_between_records_is_shown_at_its_line(snowconf: Snowconf) -> None:
    """An import that would run as an account of the stack that is switched off."""
    code, said = snowconf('[user.svc]\nactive = false\n[scheduled_import.x]\nrun_as = "svc"\n', "plan")
    assert (code, "Error: Run-as user cannot act [SNC230]" in said) == (1, True)
    assert "on stack.toml:10, in scheduled_import.x" in said


@pytest.mark.parametrize("flag", ["--allow-deletes", "--allow-updates"])
def test_a_number_that_is_none_is_refused(snowconf: Snowconf, flag: str) -> None:
    """The flags take whole numbers."""
    assert snowconf("[user.svc]\n", "plan", flag, "many")[0] == 1


def test_every_code_of_a_check_is_explained(snowconf: Snowconf) -> None:
    """`explain` knows each of them."""
    numbers = (222, 223, 224, *range(230, 236), 240, 241, 242)
    assert [n for n in numbers if snowconf("", "explain", f"SNC{n}")[0] != 0] == []


def test_going_back_is_weighed_too(snowconf: Snowconf) -> None:
    """An undo that would lock snowconf out needs the same flag, and says what it deletes."""
    blocks = '[user.admin]\ntitle = "Head"\nlocked_out = false\n[property."acme.x"]\nvalue = 1\n'
    assert snowconf(blocks, "apply", "--auto-approve")[0] == 0
    code, said = snowconf(blocks, "undo", "last", "--auto-approve")
    assert (code, "! The record of sys_properties is deleted" in said) == (0, True)


def test_an_undo_that_locks_out_needs_the_flag(snowconf: Snowconf) -> None:
    """What was switched on is not switched off again by accident."""
    off, on = "[user.admin]\nlocked_out = true\n", "[user.admin]\nlocked_out = false\n"
    assert snowconf(off, "apply", "--auto-approve", "--allow-self-lockout")[0] == 0
    assert snowconf(on, "apply", "--auto-approve")[0] == 0
    code, said = snowconf(on, "undo", "last", "--auto-approve")
    assert (code, "[SNC224]" in said) == (1, True)
    assert snowconf(on, "undo", "last", "--auto-approve", "--allow-self-lockout")[0] == 0


def test_a_saved_plan_is_weighed_again_when_it_is_applied(snowconf: Snowconf) -> None:
    """Another account may apply it: what it may do unasked is said where it is done."""
    blocks = "[user.admin]\nlocked_out = true\n"
    assert snowconf(blocks, "plan", "--out", "plan.json", "--allow-self-lockout")[0] == 0
    code, said = snowconf(blocks, "apply", "plan.json", "--auto-approve")
    assert (code, "[SNC224]" in said) == (1, True)
    assert snowconf(blocks, "apply", "plan.json", "--auto-approve", "--allow-self-lockout")[0] == 0


def test_a_saved_plan_needs_no_number_twice(snowconf: Snowconf) -> None:
    """How much it touches was allowed when it was made, and it does no more than that."""
    assert snowconf(USERS, "apply", "--auto-approve")[0] == 0
    changed = USERS.replace("Svc", "Other")
    assert snowconf(changed, "plan", "--out", "plan.json", "--allow-updates", "10")[0] == 0
    assert snowconf(changed, "apply", "plan.json", "--auto-approve")[0] == 0
