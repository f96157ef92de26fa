"""What a plan's document says of each block in whole: everything that rules need, and no value that is a secret."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
SECRETS = """
[property."acme.api.password"]
value = "made-up-Canary-1"

[record.note]
table = "sys_properties"
key = ["name"]
[record.note.columns]
name = "acme.note.token"
value = "made-up-Canary-3"
"""


@pytest.fixture
def declared(stack: Path, run: Run) -> Callable[..., dict[str, Any]]:
    """What a document says is declared, by address, with these blocks in the stack."""

    def of(blocks: str = "", *command: str) -> dict[str, Any]:
        (stack / "more.toml").write_text(blocks, "utf-8")
        document = json.loads(run(*(command or ("plan", "--json"))).out)
        return {each["address"]: each["declared"] for each in document["resource_changes"]}

    return of


def test_a_block_is_told_in_whole(declared: Callable[..., dict[str, Any]], run: Run) -> None:
    """Also when nothing of it changes, for then rules could not tell what holds."""
    run("apply", "--auto-approve")
    user = declared()["user.svc_small"]
    assert user == {
        "attributes": {
            "user_name": "svc_small",
            "first_name": "Small",
            "password": None,
            "roles": ["reader"],
        },
        "secrets": {"password": "env"},
        "absent": False,
        "access": {},
        "no_access": {},
        "lifecycle": {"ignore": [], "prevent_delete": False, "on_remove": None},
    }


def test_what_the_block_says_besides_is_told(declared: Callable[..., dict[str, Any]]) -> None:
    """Promises, and what may become of the record."""
    block = '[user.svc_more]\nfirst_name = "M"\naccess = { read = ["incident"] }\nno_access = { delete = ["incident"] }\n'
    block += 'lifecycle = { prevent_delete = true, on_remove = "keep", ignore = ["first_name"] }\n'
    more = declared(block)["user.svc_more"]
    assert (more["access"], more["no_access"]) == ({"read": ["incident"]}, {"delete": ["incident"]})
    assert more["lifecycle"] == {"ignore": ["first_name"], "prevent_delete": True, "on_remove": "keep"}


def test_what_has_left_the_files_declares_nothing(declared: Callable[..., dict[str, Any]], run: Run) -> None:
    """null, and not an empty block."""
    declared('[role.gone]\ndescription = "x"\n')
    run("apply", "--auto-approve")
    assert declared("")["role.gone"] is None


def test_values_that_nobody_is_to_see_are_null(
    stack: Path, run: Run, declared: Callable[..., dict[str, Any]]
) -> None:
    """By the name of what holds them: in the document, in a saved plan, in what policies are given."""
    found = declared(SECRETS)
    names = ("property.acme.api.password", "record.note")
    assert [found[each]["attributes"]["value"] for each in names] == [None, None]
    (stack / "r.rego").write_text('package main\n\ndeny contains sprintf("%v", [input])\n', "utf-8")
    told = run("plan", "--policies", "r.rego", "--out", "plan.json").out
    again = run("policy", "check", "plan.json", "--policies", "r.rego", "--json").out
    assert "canary" not in (told + again + (stack / "plan.json").read_text("utf-8")).casefold()
