"""Imports are written out before the engine sees a policy, since it loses what is behind an import of an import."""

import pytest

from snowconf.policy.resolving import resolved
from tests.policy.courtroom import Courtroom, change, messages

HEAD = "package main\n\nimport data.lib\nimport data.a[`b c`].limits\nimport data.x as y\nimport input.resource_changes as rcs\n\n"
LIMITS = 'package acme.limits\n\nnamed := "finout"\n'
LIB = "package acme.lib\n\nimport data.acme.limits\n\nblocks := input.resource_changes\n\nis_meant(rc) if rc.name == limits.named\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("deny contains lib.msg if true", "deny contains data.lib.msg if true"),
        ("p if some rc in rcs", "p if some rc in input.resource_changes"),
        ("p if limits.most > y", 'p if data.a["b c"].limits.most > data.x'),
        ('p if lib["f"](y) with lib.now as y.a', 'p if data.lib["f"](data.x) with data.lib.now as data.x.a'),
        ('p := {"lib": lib, y: [y]} # lib', 'p := {"lib": data.lib, data.x: [data.x]} # lib'),
        ("p if z.lib.y == `lib`", "p if z.lib.y == `lib`"),
        ("f(lib, z) := lib.a + y", "f(lib, z) := lib.a + data.x"),
        ("f(z) := lib.a + z", "f(z) := data.lib.a + z"),
        (
            "p if {\n\tsome z, lib in y\n\tlib.a == y\n}",
            "p if {\n\tsome z, lib in data.x\n\tlib.a == data.x\n}",
        ),
        ("p if {\n\tsome z\n\tlib[z]\n}", "p if {\n\tsome z\n\tdata.lib[z]\n}"),
        ("p if every lib in y { lib.a }", "p if every lib in data.x { lib.a }"),
        ("p if { lib := y; lib.a }\n\nq if lib.a", "p if { lib := data.x; lib.a }\n\nq if data.lib.a"),
        ("default lib := 1\n\nlib := 2 if y", "default lib := 1\n\nlib := 2 if data.x"),
    ],
)
def test_what_is_imported_is_written_out(written: str, said: str) -> None:
    """But for variables of the same name, texts, and parts of paths."""
    assert resolved(HEAD + written) == HEAD + said


@pytest.mark.parametrize(
    "text", ["package main\n\nimport rego.v1\n\nv1 := 1 if rego.v1\n", "package main\n\nlib := 1\n", ""]
)
def test_what_imports_no_data_stays(text: str) -> None:
    """As it is."""
    assert resolved(text) == text


def test_what_a_helper_imports_is_there(court: Courtroom) -> None:
    """Read and called in one rule through an import, it finds what it is to find; the engine alone finds nothing."""
    court.write("lib.rego", LIB)
    court.write("limits.rego", LIMITS)
    rule = "import data.acme.lib\n\ndeny contains rc.address if {\n\tsome rc in lib.blocks\n\tlib.is_meant(rc)\n}\n"
    assert messages(court.hear(rule, change("role.a"), change("role.finout"))) == ["role.finout"]
