"""The same verdicts from OPA itself: on single expressions, on the library's own tests, and on a plan of a thousand changes."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli

from bench.library import change
from snowconf.model.finding import PolicySettings
from snowconf.policy import confined
from snowconf.policy.choosing import ENGINES
from snowconf.policy.judging import Bench, judge
from snowconf.policy.module import Library, Module
from snowconf.policy.reading import read_module
from snowconf.policy.resolving import resolved
from snowconf.policy.ruling import prepare
from tests.policy import made_up
from tests.policy.courtroom import TODAY
from tests.policy.oracle import Oracle, library

CASES = tomli.loads(Path(__file__).with_name("conformance.toml").read_text("utf-8"))["case"]
INPUT = {"list": [1, 2], "object": {"a b": "c"}}


def test_expressions_have_the_values_that_are_written_down(opa: Oracle) -> None:
    """What the engine is held to (test_conformance) is what OPA says, and not what somebody thinks it says."""
    said = opa.values([in_brackets(each["expression"]) for each in CASES], INPUT)
    written = [json.loads(each["value"]) for each in CASES]
    assert [each for each in zip(CASES, said, written, strict=True) if each[1] != each[2]] == []


def in_brackets(expression: str) -> str:
    """Where `in` would be read as part of a list of arguments."""
    return f"({expression})" if re.search(r" in ", expression) and expression[0] not in "[{" else expression


def test_the_librarys_own_tests_hold_under_opa(opa: Oracle) -> None:
    """Each of them tells what a rule finds, and what it does not."""
    said = opa.value("data.snowconf")
    packages = {
        each.package.removeprefix("snowconf."): each.tests for each in library().modules if each.tests
    }
    ended = {
        f"{package}.{name}": said[package].get(name) for package in packages for name in packages[package]
    }
    assert (len(ended) > 60, {name for name, each in ended.items() if each is not True}) == (True, set())


def test_a_plan_of_many_changes_has_the_same_findings(opa: Oracle) -> None:
    """Message by message; the bench's plan has something to find in the last of each thousand."""
    changes = [change(number) for number in range(30_000) if number % 1000 > 969]
    document: dict[str, Any] = {"instance": "prod", "resource_changes": changes}
    bench = Bench(engine=ENGINES["regorus"], library=library(), settings=PolicySettings(), today=TODAY)
    found = [each.message for each in judge(document, bench).findings]
    by_opa = opa.value("data.main", document)
    told = [each for name, said in by_opa.items() if name.startswith(("deny_", "warn_")) for each in said]
    assert (len(found) > 60, sorted(found)) == (True, sorted(each["msg"] for each in told))


@pytest.mark.parametrize("seed", range(4))
def test_made_up_policies_say_the_same(bare_opa: Oracle, seed: int) -> None:
    """Packages that import each other, in any order; twenty-five a seed."""
    random = Random(seed)
    for _ in range(25):
        files = made_up.policies(random)
        bare_opa.lay(files, made_up.LIMITS)
        said = bare_opa.value("data.main", made_up.DOCUMENT)
        assert heard(files) == {name: {*found} for name, found in said.items() if found}, files


ABSENT = [
    ('not "admin" in object.get(rc, "roles", [])', True),
    ('roles := rc.roles; not "admin" in roles', False),
    ("not rc.roles", True),
    ('not rc.roles == ["admin"]', True),
    ("not holds(rc)", True),
    ("count(rc.roles) == 0", False),
    ('every role in rc.roles { role != "admin" }', False),
    ('not "admin" in {role | some role in rc.roles}', True),
]


@pytest.mark.parametrize(("line", "finds"), ABSENT)
def test_what_is_not_there_is_the_same_in_both(bare_opa: Oracle, line: str, *, finds: bool) -> None:
    """In the forms that docs/policies.md gives for it; elsewhere in it stands where they differ."""
    rule = f'deny contains rc.name if {{\n\tsome rc in input.resource_changes\n\trc.name == "jane"\n\t{line}\n}}\n'
    files = [("a.rego", f'package main\n\nholds(rc) if "admin" in rc.roles\n\n{rule}')]
    bare_opa.lay(files, {})
    by_opa = set(bare_opa.value("data.main.deny", made_up.DOCUMENT))
    assert (heard(files).get("deny", set()), by_opa) == (
        {"jane"} if finds else set(),
        {"jane"} if finds else set(),
    )


ANNOTATIONS = (
    "title: a text # and a remark\ndescription: a:b",
    "title: 2024-01-01\ndescription: yes\ncustom: {id: a.b}",
    "title: 1.10\ndescription: 'it''s'",
    'title: "é \\u00e9 \\"x\\""\ndescription: |\n  a\n    b\n\n  c',
    "custom:\n  id: a.b\n  why: >\n    first\n    second\n\n    third\n  fix: >-\n    a",
    "title:\n  on the\n  next lines\ncustom:\n  tags:\n  - a\n  - 'b, c'\n  - {d: [e]}",
    "'custom': {\n  'id': a.b, tags: [a, \"b, c\"],\n  fix: see https://a.example }",
    "---\n# a remark\ntitle: &x y\n\n? description\n: z",
    "title: x\u2028description: y",
    "custom:\n  id: !!str 5\n  '5': five",
)


@pytest.mark.parametrize("note", ANNOTATIONS)
def test_annotations_say_the_same(bare_opa: Oracle, note: str) -> None:
    """What a rule is called and says of itself, as OPA tells it to the rule."""
    rows = "".join(f"# {row}\n" for row in note.split("\n"))
    text = f"package main\n\n# METADATA\n{rows}deny contains rego.metadata.rule()\n"
    bare_opa.lay([("a.rego", text)], {})
    (by_opa,) = bare_opa.value("data.main.deny")
    module = read_module("a.rego", text)
    assert isinstance(module, Module), module
    assert {"scope": "rule", **module.heads[0].annotation} == by_opa


def heard(files: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """What the engine that comes along makes of the same, each rule under its own name again."""
    modules = tuple(read_module(*each) for each in files)
    asked, renamed = prepare(
        Library(modules=tuple(each for each in modules if isinstance(each, Module))), ("main",)
    )
    header = {
        "modules": [[each.file, resolved(each.text)] for each in renamed],
        "heads": {each.file: len(each.heads) for each in renamed},
        "names": [],
        "data": [["limits.json", "json", [], json.dumps(made_up.LIMITS)]],
        "queries": [each.query for each in asked],
        "calls": [],
        "each": False,
    }
    values = confined.answer(header, json.dumps(made_up.DOCUMENT))["values"]
    found: dict[str, set[str]] = {}
    for each in asked:
        if values.get(each.query):
            found.setdefault(each.name, set()).update(values[each.query])
    return found
