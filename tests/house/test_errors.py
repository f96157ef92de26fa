"""Exceptions and diagnostic codes: drawn, unique, explained."""

import inspect
import re
from collections import Counter
from collections.abc import Callable

import pytest

from snowconf import errors
from snowconf.errors import SnowconfError

Page = Callable[[str], str]
DRAWN = re.compile(r"^[│├└─\s]*(\w+Error)\b", re.MULTILINE)


def exported() -> dict[str, type[SnowconfError]]:
    """The exceptions of errors.py by name."""
    return {
        name: each
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, SnowconfError)
    }


def depth_of(name: str) -> int:
    """How deep the drawing has an exception, from the root at 0."""
    line = next(line for line in (errors.__doc__ or "").splitlines() if re.search(rf"\b{name}\b", line))
    return len(line) - len(line.lstrip("│├└─ ")) if name != "SnowconfError" else 0


def test_the_drawing_holds_every_exception() -> None:
    """The tree in the docstring of errors.py names each exception once, and nothing else."""
    assert Counter(DRAWN.findall(errors.__doc__ or "")) == Counter(exported().keys())


@pytest.mark.parametrize("name", sorted(exported()))
def test_an_exception_is_drawn_as_deep_as_it_is(name: str) -> None:
    """An exception stands one step further in than its parent."""
    parent = exported()[name].__base__
    assert name == "SnowconfError" or (parent and depth_of(name) == depth_of(parent.__name__) + 4)


def test_every_code_is_given_once(modules: dict[str, str]) -> None:
    """No diagnostic code is assigned in two places of the package."""
    assigned = re.compile(r'(?:code=|code = |^\s+|\(\s*)"(SNC\d{3})"', re.MULTILINE)
    counts = Counter(code for text in modules.values() for code in assigned.findall(text))
    assert {code for code, count in counts.items() if count > 1} == set()
    assert len(counts) > 80


def test_every_code_is_explained(modules: dict[str, str], page: Page) -> None:
    """Each code that the package gives has its paragraph in docs/diagnostics.md, which `explain` shows too."""
    mentioned = {code for text in modules.values() for code in re.findall(r'"(SNC\d{3})"', text)}
    assert (
        mentioned - set(re.findall(r"^### (SNC\d{3}) ", page("docs/diagnostics.md"), re.MULTILINE)) == set()
    )
