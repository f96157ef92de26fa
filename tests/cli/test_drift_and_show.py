import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def edited(stack: Path, run: Run) -> Path:
    """The stack after an apply, and after another stack has edited a record of its sandbox."""
    run("apply", "--auto-approve")
    other = stack.parent / "other"
    other.mkdir()
    (other / "other.toml").write_text(
        '[stack]\nname = "other"\nledger = "file:other.json"\n[instance.sandbox]\nurl = "sandbox:../small/.snowconf/sandbox.db"\n'
        '[user.svc_small]\nfirst_name = "Edited\\u001b[2J"\nroles = ["reader", "itil"]\n',
        encoding="utf-8",
    )
    assert run("apply", str(other), "--auto-approve").code == 0
    return stack


@pytest.mark.usefixtures("stack")
def test_no_drift_after_an_apply(run: Run) -> None:
    """Where nothing differs it says so and ends with 0."""
    run("apply", "--auto-approve")
    ended = run("drift")
    expected = "No drift. The instance holds what small asks for (3 resources compared).\n"
    assert (ended.code, ended.out) == (0, expected)


@pytest.mark.usefixtures("edited")
def test_drift_names_value_person_time_and_line(run: Run) -> None:
    """Both values, by whom, when, and which line of which file says otherwise; it ends with 2."""
    ended = run("drift")
    assert ended.code == 2
    assert '      ~ first_name  small.toml:16\n          instance  "Edited\\x1b[2J"\n' in ended.out
    assert "record last changed by admin on 20" in ended.out
    assert "      ~ roles  small.toml:18\n          only on the instance: itil\n" in ended.out
    assert "\x1b" not in ended.out


@pytest.mark.usefixtures("stack")
def test_what_is_missing_is_drift(run: Run) -> None:
    """Records that nobody has created yet differ as well."""
    ended = run("drift")
    assert (ended.code, "3 resources missing" in ended.out) == (2, True)


@pytest.mark.usefixtures("edited")
def test_drift_as_json(run: Run) -> None:
    """Before is what the instance holds."""
    document = json.loads(run("drift", "--json").out)
    assert [each["change"]["before"] for each in document["resource_drift"]] == [
        {"first_name": "Edited\x1b[2J"}
    ]


@pytest.mark.usefixtures("edited")
def test_drift_of_targets_only(run: Run) -> None:
    """What is not targeted is not compared."""
    assert run("drift", "--target", "role.reader").code == 0


def test_drift_that_could_not_be_compared_is_no_agreement(stack: Path, run: Run) -> None:
    """An error in the plan ends with 1, whatever else differs."""
    text = (stack / "small.toml").read_text("utf-8")
    (stack / "small.toml").write_text(text.replace('["reader"]', '["reader", "admim"]'), encoding="utf-8")
    assert run("drift").code == 1


@pytest.mark.usefixtures("edited")
def test_show_prints_what_is_held(run: Run) -> None:
    """Every attribute that is not empty, in the form of a stack, with the secret named and not shown."""
    ended = run("show", "user.svc_small")
    lines = [" ".join(each.split()) for each in ended.out.splitlines()]
    assert (ended.code, lines[0]) == (0, "[user.svc_small]")
    assert [each for each in lines if each.startswith(("first_name", "roles", "password ="))] == [
        'first_name = "Edited\\x1b[2J"',
        'roles = ["itil", "reader"]',
        "password = (sensitive)",
    ]


@pytest.mark.usefixtures("edited")
def test_show_without_an_address_shows_all(run: Run) -> None:
    """One block for each resource."""
    blocks = [each for each in run("show").out.splitlines() if each.startswith("[")]
    assert blocks == ['[property."acme.small.enabled"]', "[role.reader]", "[user.svc_small]"]


@pytest.mark.usefixtures("stack")
def test_show_of_what_is_not_there(run: Run) -> None:
    """A resource without a record says where it is declared."""
    assert "[role.reader]\n# not on the instance (declared at small.toml:12)\n" in run("show").out


@pytest.mark.usefixtures("stack")
def test_show_of_an_unknown_address(run: Run) -> None:
    """It is refused with a guess."""
    ended = run("show", "role.raeder")
    assert (ended.code, "Did you mean 'role.reader'?" in ended.err) == (1, True)


@pytest.mark.usefixtures("edited")
def test_show_as_json(run: Run) -> None:
    """Secrets are null and named."""
    document = json.loads(run("show", "user.svc_small", "--json").out)
    record = document["resources"][0]["record"]
    assert (record["attributes"]["password"], record["sensitive"]) == (None, ["password"])
    assert record["members"]["roles"] == ["itil", "reader"]


def test_show_follows_a_record_that_was_renamed(stack: Path, run: Run) -> None:
    """The record that this stack created is found under its other name, with its members."""
    run("apply", "--auto-approve")
    path = stack / "small.toml"
    path.write_text(
        path.read_text("utf-8").replace('first_name = "Small"', 'user_name = "svc_other"'), encoding="utf-8"
    )
    out = run("show", "user.svc_small").out
    lines = [" ".join(each.split()) for each in out.splitlines()]
    assert [each for each in lines if each.startswith(("user_name", "roles"))] == [
        'user_name = "svc_small"',
        'roles = ["reader"]',
    ]


def test_show_masks_what_looks_like_a_secret(stack: Path, run: Run) -> None:
    """A property with a telling name is masked, though the platform calls it text."""
    (stack / "more.toml").write_text(
        '[property."acme.api_key"]\nvalue = "hunter2-literal"\n', encoding="utf-8"
    )
    run("apply", "--auto-approve")
    ended = run("show", "property.acme.api_key")
    assert ("hunter2" in ended.out, "= (sensitive)" in ended.out) == (False, True)
