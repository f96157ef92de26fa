"""What the tests of the house look at: this working copy's files, as git knows them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The working copy."""
    return ROOT


@pytest.fixture(scope="session")
def modules(root: Path) -> dict[str, str]:
    """The package's modules: path as people write it to text."""
    return {
        str(path.relative_to(root)): path.read_text("utf-8")
        for path in sorted((root / "snowconf").rglob("*.py"))
    }


@pytest.fixture(scope="session")
def shipped(root: Path) -> dict[str, str]:
    """Every text file that is part of the project: what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {name: text for name in listed if (text := _text(root / name)) is not None}


@pytest.fixture(scope="session")
def page(root: Path) -> Callable[[str], str]:
    """The text of a page of the project."""
    return lambda name: (root / name).read_text("utf-8")


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None
