"""The same verdicts from OPA itself: on single expressions, on the library's own tests, and on a plan of a thousand changes."""

import json
import re
from pathlib import Path
from typing import Any

import tomli

from bench.library import change
from snowconf.model.finding import PolicySettings
from snowconf.policy.choosing import ENGINES
from snowconf.policy.judging import Bench, judge
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
