"""An instance whose access controls REST may not write: the rest is applied, the set committed, and all of it owned."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Run = Callable[..., Any]


@pytest.mark.timeout(300)
def test_finout_is_completed_by_an_update_set(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Apply, export, import, apply, verify: nobody is asked to adopt anything, all is owned, and every promise is kept."""
    folder = Path(
        shutil.copytree(EXAMPLES / "finout", tmp_path / "f", ignore=shutil.ignore_patterns(".snowconf"))
    )
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SNOWCONF_INSTANCE", "sandbox")
    path = folder / "finout.toml"
    # The example switches elevation off for its sandbox; here it is as an instance ships.
    text = path.read_text("utf-8")
    path.write_text(text.replace('switches = { elevation = "off" }', ""), encoding="utf-8")
    env = ("--env-file", ".env.example")
    assert run("apply", "--auto-approve", *env).code == 1
    first = run("apply", "--auto-approve", "--without-elevated", *env)
    assert (first.code, "[SNC600]" in first.out) == (0, True)
    assert run("verify", *env).code == 1
    document = json.loads(run("export", "--update-set", "finout.xml", "--json", *env).out)
    tables = {each["table"] for each in document["update_set"]["updates"]}
    assert tables == {"sys_security_acl", "sys_security_acl_role"}
    assert (document["left_behind"], document["awaited"]) == ([], [])
    assert run("sandbox", "import-update-set", "finout.xml").code == 0
    last = run("apply", "--json", *env)
    assert (last.code, json.loads(last.out)["outcomes"]) == (0, [])
    assert run("plan", "--detailed-exitcode", *env).code == 0
    assert run("verify", "--write-probes", *env).code == 0
    owned = json.loads(run("ledger", "list", "--json").out)["entries"]
    rules = [each for each in owned if each["address"].startswith("acl.")]
    assert len(rules) == text.count("\n[acl.")
    assert {each["custody"] for each in rules} == {"created"}


@pytest.mark.usefixtures("stack")
def test_the_plan_says_both_ways_out(run: Run) -> None:
    """What REST may not write stops an apply, unless it is left out on purpose."""
    said = " ".join(run("plan").out.split())
    assert "--without-elevated" in said
    assert "snowconf export --update-set FILE" in said


@pytest.mark.usefixtures("stack")
def test_what_is_left_out_is_named_and_the_rest_done(run: Run) -> None:
    """And nothing of it is owned yet."""
    ended = run("apply", "--auto-approve", "--without-elevated")
    assert ended.code == 0
    assert "acl.read_columns" in ended.out
    assert "acl.read_columns" not in run("ledger", "list").out


@pytest.mark.usefixtures("stack")
def test_drift_of_what_rest_may_not_write_is_drift(run: Run) -> None:
    """Nothing is to be written by who looks, so that nothing stands against it."""
    run("apply", "--auto-approve", "--without-elevated")
    ended = run("drift")
    assert (ended.code, "acl.read_columns" in ended.out, "SNC214" in ended.out) == (2, True, False)


@pytest.mark.usefixtures("stack")
def test_a_rule_that_goes_keeps_its_role_until_then(run: Run, stack: Path) -> None:
    """The role is deleted after the rule that names it, so it waits for the update set."""
    path = stack / "box.toml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('"sandbox:"', '"sandbox:"\nswitches = { elevation = "off" }'), encoding="utf-8"
    )
    run("apply", "--auto-approve")
    before, after = text.index("[role.reader]"), text.index("[oauth_app.box]")
    path.write_text(text[:before] + text[after : text.index("[user.")], encoding="utf-8")
    said = " ".join(run("plan", "--without-elevated").out.split())
    assert (
        "leaves them out: acl.read_columns. These wait for them, and are left out too: role.reader." in said
    )


def test_a_plan_without_such_changes_is_as_it_was(stack: Path, run: Run) -> None:
    """The option then does nothing, and says nothing."""
    path = stack / "box.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(text[text.index("[acl") : text.index("[oauth_app")], ""), encoding="utf-8")
    assert run("plan", "--without-elevated").out == run("plan").out
