"""The pages people start with: their commands run, their TOML is a stack, their links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Page = Callable[[str], str]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/README.md",
    "docs/ownership.md",
    "docs/plans.md",
    "docs/sandbox.md",
    "docs/secrets.md",
    "docs/access.md",
    "docs/verify.md",
    "docs/tokens.md",
    "docs/policies.md",
    "docs/pipelines.md",
    "docs/update-sets.md",
    "docs/platform.md",
    "docs/decisions/README.md",
    "examples/README.md",
]
ROOT = Path(__file__).resolve().parents[2]
DECISIONS = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs/decisions").glob("0*.md"))]
GUIDES = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "examples").glob("*/README.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
# These have commands of their own.
GROUPS = ("sandbox", "ledger", "receipts", "policy")
# Their subject is something else than snowconf: what they do is tested where it is made.
OUTSIDE = ("git clone", "cd snowconf", "make ", "snowconf sandbox serve", "snowconf plan --instance dev")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [body for found, body in FENCE.findall(text) if found == language]


def commands(text: str) -> Iterator[str]:
    """Every command of a page, in order."""
    for block in blocks(text, "console"):
        yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ "))


def environment() -> dict[str, str]:
    """Where `snowconf` is the one under test, and nothing chooses an instance."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {name: value for name, value in os.environ.items() if not name.startswith("SNOWCONF_")} | {
        "PATH": path
    }


def test_the_commands_of_the_readme_run_in_order(root: Path, page: Page, tmp_path: Path) -> None:
    """Typed one after another in an empty folder, with the examples beside it, every command succeeds."""
    (tmp_path / "examples").symlink_to(root / "examples")
    typed = [each for each in commands(page("README.md")) if not each.startswith(OUTSIDE)]
    script = "\n".join(["set -eu", *(each.replace(" examples/", f" {tmp_path}/examples/") for each in typed)])
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes" in done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_a_command_of_a_page_exists(page: Page, name: str) -> None:
    """Every snowconf command and option on a page is known to the command line."""
    for command in commands(page(name)):
        words = shlex.split(command, comments=True)
        if words[:1] == ["snowconf"] and not words[1].startswith("-"):
            verb = words[1:3] if words[1] in GROUPS else words[1:2]
            help_text = subprocess.run(
                ["snowconf", *verb, "--help"], env=environment(), capture_output=True, text=True, check=True
            ).stdout
            options = [word.split("=")[0] for word in words if word.startswith("--")]
            assert [option for option in options if option not in help_text and option != "--help"] == []


def test_the_stacks_on_the_pages_are_valid(page: Page, tmp_path: Path) -> None:
    """Every TOML block is a stack, or becomes one with a name and an instance."""
    every = [block for name in PAGES for block in blocks(page(name), "toml")]
    for number, block in enumerate(every):
        folder = tmp_path / str(number)
        folder.mkdir()
        head = "" if "[stack]" in block else '[stack]\nname = "page"\n'
        (folder / "stack.toml").write_text(head + block)
        done = subprocess.run(
            ["snowconf", "validate"],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, block + done.stdout + done.stderr
    assert len(every) >= 4


@pytest.mark.parametrize("name", PAGES + DECISIONS + GUIDES)
def test_the_links_of_a_page_lead_somewhere(root: Path, page: Page, name: str) -> None:
    """Every link into the project names a file or a folder that is there."""
    missing = [link for link in LINK.findall(page(name)) if not ((root / name).parent / link).exists()]
    assert missing == []
