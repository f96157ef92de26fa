"""The list of platform facts and the tests that are said to hold the sandbox to them."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli

# Sections of wire-contract.md that speak of the Table API, queries, tokens, batch, stats, imports and attachments.
SECTIONS = [
    *(f"1.{number}" for number in range(1, 10)),
    *("2.1", "2.2", "2.3", "3.1", "3.2", "3.4", "4.1", "4.2", "4.3", "5.2", "5.3", "5.4", "5.6", "5.7"),
    *("6.2", "6.3", "6.5", "6.6", "7.1", "7.2", "7.3"),
]


@pytest.fixture(scope="module")
def facts(root: Path) -> list[Mapping[str, Any]]:
    """Section, grade, words and tests of each fact."""
    listed = tomli.loads((root / "tests/fidelity/facts.toml").read_text("utf-8"))["fact"]
    return [dict(each) for each in listed]


def names_in(path: Path) -> set[str]:
    """The functions of a module, as tests are named."""
    tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_fact_is_held_by_tests_that_exist(root: Path, facts: list[Mapping[str, Any]]) -> None:
    """No fact without a test, and none by a test that was renamed or is gone."""
    assert [fact["words"] for fact in facts if not fact["tests"]] == []
    listed = {name for fact in facts for name in fact["tests"]}
    modules = {name.partition("::")[0] for name in listed}
    known = {f"{module}::{name}" for module in modules for name in names_in(root / "tests" / module)}
    assert listed - known == set()


def test_every_section_with_facts_is_there(facts: list[Mapping[str, Any]]) -> None:
    """Each section that has recorded or measured facts, in its order; only such facts are listed."""
    assert list(dict.fromkeys(fact["section"] for fact in facts)) == SECTIONS
    assert {fact["grade"] for fact in facts} == {"R", "M"}
    assert len({fact["words"] for fact in facts}) == len(facts) > 80
