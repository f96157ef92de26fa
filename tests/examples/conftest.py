"""How the examples are used: copied, and driven through the command line as a reader of their README would."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.driving import commands
from tests.driving.commands import SNOWCONF, clean_environment

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

Ran: TypeAlias = subprocess.CompletedProcess[str]
Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[str], Path]:
    """Copies an example, so that its sandbox begins empty."""

    def copy(name: str) -> Path:
        ignored = shutil.ignore_patterns(".snowconf", ".env")
        return Path(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=ignored))

    return copy


@pytest.fixture
def run() -> Run:
    """Runs a command in a stack's folder and expects an exit code."""

    def command(stack: Path, *arguments: str, code: int = 0) -> Ran:
        ran = commands.run(stack, *arguments)
        done = subprocess.CompletedProcess(arguments, ran.code, ran.out, ran.err)
        assert done.returncode == code, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    return command


@pytest.fixture
def serving() -> Callable[..., object]:
    """Serves a fresh sandbox over HTTP for as long as a block lasts; gives its address."""

    @contextmanager
    def served(folder: Path, *switches: str) -> Iterator[str]:
        chosen = (part for switch in switches for part in ("--set", switch))
        command = [str(SNOWCONF), "sandbox", "serve", "--port", "0", "--db", "served.db", *chosen]
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line
            yield found[0]
        finally:
            server.terminate()
            server.communicate(timeout=20)

    return served
