"""Every kind has a page, an example and a story; every trap of the platform has a story or a test."""

import re
from pathlib import Path

import pytest

from snowconf.kinds import KINDS

TRAPS = range(1, 21)


def files_with_block(folder: Path, kind: str) -> list[str]:
    """The TOML files under a folder that declare a resource of the kind."""
    header = re.compile(rf"^\[{kind}\.", re.MULTILINE)
    return [str(path) for path in sorted(folder.rglob("*.toml")) if header.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_page(root: Path, kind: str) -> None:
    """docs/kinds/<kind>.md is there and is about the kind."""
    page = (root / "docs" / "kinds" / f"{kind}.md").read_text("utf-8")
    assert page.startswith(f"# {kind}\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_an_example(root: Path, kind: str) -> None:
    """A folder under examples/ uses the kind."""
    assert files_with_block(root / "examples", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_story(root: Path, kind: str) -> None:
    """A folder under tests/stories/ is about the kind and carries its name."""
    stories = [path for path in files_with_block(root / "tests" / "stories", kind) if f"/{kind}_" in path]
    assert stories


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_has_a_story_or_a_test(root: Path, trap: int) -> None:
    """Each of the platform's twenty traps is named by a test function or by a story's folder."""
    name = f"trap_{trap:02}"
    in_tests = (
        path for path in (root / "tests").rglob("test_*.py") if f"def test_{name}_" in path.read_text("utf-8")
    )
    in_stories = (root / "tests" / "stories").glob(f"*{name}_*")
    assert [*in_tests, *in_stories]
