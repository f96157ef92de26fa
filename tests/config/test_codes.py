"""The list of everything loading can report."""

import ast
from pathlib import Path

import pytest

from snowconf.config import codes
from snowconf.config.codes import CODES, Code
from snowconf.kinds.findings import FINDINGS

NAMES: dict[str, Code] = {name: value for name, value in vars(codes).items() if isinstance(value, Code)}


def test_no_code_is_given_twice() -> None:
    """Every code stands for one problem."""
    assert len(CODES) == len(NAMES)


def test_codes_of_kinds_are_others() -> None:
    """Loading and kinds share the hundred without overlap."""
    assert {finding.code for finding in FINDINGS} & set(CODES) == set()


def test_no_two_problems_have_one_summary() -> None:
    """A summary names one kind of problem."""
    summaries = [code.summary for code in CODES.values()] + [finding.summary for finding in FINDINGS]
    assert sorted(set(summaries)) == sorted(summaries)


@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_every_code_is_explained_in_sentences(code: Code) -> None:
    """A summary without a full stop, an explanation of some length with one."""
    assert not code.summary.endswith(".")
    assert code.explanation[-1] in ".:)"
    assert len(code.explanation) > 60


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_used(name: str) -> None:
    """No code explains what nobody reports."""
    folder = Path(codes.__file__).parent
    used = {
        node.attr
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "codes"
    }
    assert name in used
