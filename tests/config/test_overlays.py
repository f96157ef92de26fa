"""`[on.<instance>.…]`: what differs on one instance."""

from pathlib import Path

import pytest

from snowconf.config.loading import check
from tests.config.stacks import Load, tell, write

STACK = """[stack]
name = "tests"
[instance.dev]
url = "sandbox:"
[instance.prod]
url = "sandbox:"
[oauth_app.app]
access_token_lifespan = 1800
comments = "both"
[on.prod.oauth_app.app]
access_token_lifespan = 900
"""


@pytest.mark.parametrize(("instance", "seconds", "line"), [("dev", 1800, 8), ("prod", 900, 11)])
def test_an_overlay_counts_on_its_instance_alone(
    load_files: Load, instance: str, seconds: int, line: int
) -> None:
    """Attribute by attribute, each with the line that wrote it."""
    loaded = load_files({"s.toml": STACK}, instance=instance)
    assert loaded.desired is not None
    (app,) = loaded.desired.resources
    lifespan = app.attributes["access_token_lifespan"]
    assert (lifespan.value, lifespan.origin.line) == (seconds, line)
    assert app.attributes["comments"].value == "both"


def test_an_overlay_can_take_away_and_bring_back(load_files: Load) -> None:
    """Absence, what is ignored and what is expected may differ too."""
    text = """
[property.a]
value = 1
[property.b]
absent = true
[on.prod.property.a]
absent = true
[on.prod.property.b]
absent = false
value = 2
lifecycle = { ignore = ["value"] }
"""
    loaded = load_files({"s.toml": STACK, "t.toml": text}, instance="prod")
    assert loaded.desired is not None
    assert [
        (each.address.label, each.absent, sorted(each.attributes), sorted(each.ignore))
        for each in loaded.desired.resources
        if each.address.kind == "property"
    ] == [("a", True, ["name"], []), ("b", False, ["name", "value"], ["value"])]


def test_what_only_the_overlay_writes_is_missing_elsewhere(load_files: Load) -> None:
    """A required attribute may come from the overlay, for its instance."""
    text = '[acl.a]\noperation = "read"\nroles = ["itil"]\n[on.prod.acl.a]\nname = "incident"'
    found = {
        instance: [
            each.code for each in load_files({"s.toml": STACK, "t.toml": text}, instance=instance).diagnostics
        ]
        for instance in ("dev", "prod")
    }
    assert found == {"dev": ["SNC129"], "prod": []}


def test_columns_of_a_record_can_differ(load_files: Load) -> None:
    """Table and key are the block's."""
    text = """
[record.a]
table = "sys_alias"
key = ["name"]
columns = { type = "connection" }
[on.prod.record.a]
columns = { type = "credential" }
"""
    loaded = load_files({"s.toml": STACK, "t.toml": text}, instance="prod")
    assert loaded.desired is not None
    (_, record) = loaded.desired.resources
    assert (record.table, record.attributes["type"].value) == ("sys_alias", "credential")


def test_mistakes_of_every_overlay_are_told(load_files: Load) -> None:
    """Whichever instance is chosen, and with the rules of the block."""
    text = """[role.a]
[record.b]
table = "sys_alias"
key = ["name"]
[on.dev.role.a]
nme = "x"
[on.prod.record.b]
table = "sys_data_source"
columns = { typ = "x" }
"""
    found = load_files({"s.toml": STACK, "t.toml": text}, instance="dev").diagnostics
    assert [tell(each) for each in found] == [
        "SNC124 t.toml:6 A block of kind role has no attribute 'nme'. Did you mean 'name'?",
        "SNC128 t.toml:8 'table' says which record it is and cannot differ on one instance. Take it out here.",
        (
            "SNC141 t.toml:9 Table sys_alias has no column 'typ', and the platform would pass over it silently. Did you mean "
            "'type'?"
        ),
    ]


def test_an_overlay_is_for_an_instance_and_a_block_of_the_stack(load_files: Load) -> None:
    """Anything else would never take effect, so it is told with a guess."""
    text = "[on.prd.oauth_app.app]\n[on.prod.oauth_app.ap]\n[on.prod.user.zzz]"
    found = load_files({"s.toml": STACK, "t.toml": text}, instance="prod").diagnostics
    assert [tell(each) for each in found] == [
        "SNC184 t.toml:1 The stack has no instance 'prd'. Did you mean 'prod'? This overlay would never take effect.",
        (
            "SNC184 t.toml:2 The stack has no block oauth_app.ap. Did you mean 'oauth_app.app'? This overlay would never "
            "take effect."
        ),
        "SNC184 t.toml:3 The stack has no block user.zzz. This overlay would never take effect.",
    ]


def test_files_can_be_checked_without_choosing_an_instance(tmp_path: Path) -> None:
    """Checking alone wants no choice, no environment and no auth, and tells every other mistake."""
    far = '[instance.far]\nurl = "https://acme.service-now.com"\n[role.a]\nnme = 1'
    write(tmp_path, {"s.toml": STACK, "t.toml": far})
    assert [each.code for each in check(tmp_path)] == ["SNC124"]
