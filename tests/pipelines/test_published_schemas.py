"""What is written for pipelines fits the schemas that their makers publish."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-actions", "action.yml"),
        ("github-workflows", "examples/pipelines/github.yml"),
        ("gitlab-ci", "examples/pipelines/gitlab-ci.yml"),
        ("azure-pipelines", "examples/pipelines/azure-pipelines.yml"),
    ],
)
def test_file_fits_its_schema(schema: str, file: str) -> None:
    """The copies of the published schemas that check-jsonschema brings along accept the file."""
    command = [
        str(BIN / "check-jsonschema"),
        "--regex-variant",
        "python",
        f"--builtin-schema=vendor.{schema}",
    ]
    done = subprocess.run(
        [*command, str(ROOT / file)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_are_what_pre_commit_takes() -> None:
    """pre-commit itself accepts the list of hooks."""
    command = [str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
