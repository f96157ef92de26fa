"""Pages that follow from the project's data are what the generator would write now."""

import subprocess
import sys
from pathlib import Path

import pytest

from snowconf.kinds import KINDS
from snowconf.sandbox.switches import SWITCHES

CHECK = """
from docs import generate
for path, text in generate.pages():
    if not path.exists() or path.read_text("utf-8") != text:
        print(path.relative_to(generate.ROOT))
"""


@pytest.fixture(scope="module")
def stale(root: Path) -> list[str]:
    """The pages that `make docs` would change."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_generated_pages_are_fresh(stale: list[str]) -> None:
    """`make docs` would change nothing."""
    assert stale == []


def test_no_page_of_a_kind_is_left_over(root: Path) -> None:
    """There is no page about a kind that is not there any more."""
    pages = {path.stem for path in (root / "docs" / "kinds").glob("*.md")}
    assert pages - set(KINDS) == {"README"}


def test_a_switch_is_listed_once() -> None:
    """No switch of the sandbox is declared in two places; the second would be what nobody reads."""
    names = [each.name for each in SWITCHES]
    assert sorted(set(names)) == sorted(names)
