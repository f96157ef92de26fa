"""Start-up is part of the interface: what `snowconf --version` loads, and what it does not."""

import os
import subprocess
import sys

import pytest

import snowconf

PROBE = """
import sys
sys.argv = ["snowconf", "--version"]
from snowconf.cli import main
assert main() == 0
print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
"""
HEAVY = ("httpx", "pydantic", "deepdiff", "starlette", "uvicorn", "sqlite3", "yaml")


@pytest.fixture(scope="module")
def probe() -> subprocess.CompletedProcess[str]:
    """`snowconf --version` in a process of its own, and then the modules it holds."""
    # Measuring coverage would load modules of its own.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, check=True
    )


def test_the_version_is_printed(probe: subprocess.CompletedProcess[str]) -> None:
    """`snowconf --version` says the version on standard output."""
    assert snowconf.__version__ in probe.stdout


@pytest.mark.parametrize("heavy", HEAVY)
def test_nothing_heavy_is_loaded_to_say_the_version(
    probe: subprocess.CompletedProcess[str], heavy: str
) -> None:
    """What takes long to import is imported by the command that needs it."""
    assert heavy not in probe.stderr.split()
