"""What happens before a command begins."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from snowconf import __version__
from snowconf.cli import main
from snowconf.cli.exit_codes import ExitCode

Run = Callable[..., Any]
HEAVY = ("httpx", "pydantic", "deepdiff", "starlette", "rich.console", "typer")


def test_version_loads_nothing_that_is_slow() -> None:
    """`snowconf --version` answers without importing what commands need."""
    code = (
        "import sys\nfrom snowconf.cli import main\nmain(['--version'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"snowconf {__version__}\n[]\n"


def test_commands_load_neither_http_nor_validation_for_their_help() -> None:
    """`snowconf plan --help` needs the parser and nothing else."""
    code = (
        "import sys\nfrom snowconf.cli import main\nmain(['plan', '--help'])\n"
        f"print([name for name in {HEAVY[:-1]!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_installed_command_answers() -> None:
    """The entry point leads to the same place, and takes the process's own arguments."""
    code = "import sys\nfrom snowconf.cli import main\nsys.argv = ['snowconf', '-V']\nsys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"snowconf {__version__}\n"


def test_version_is_an_option_of_every_line(run: Run) -> None:
    """`--version` before a command prints the version and runs nothing."""
    assert run("--version", "plan").out == f"snowconf {__version__}\n"


def test_help_prints_every_exit_code(run: Run) -> None:
    """The table of exit codes stands below the help."""
    lines = [" ".join(line.split()) for line in run("--help").out.splitlines()]
    assert [each for each in ExitCode if f"{each.value} {each.meaning}" not in lines] == []


@pytest.mark.parametrize("command", ["plan", "sandbox serve"])
def test_help_of_a_command_prints_the_exit_codes_too(run: Run, command: str) -> None:
    """Whoever looks at one command finds them as well."""
    assert "130  interrupted" in run(*command.split(), "--help").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plann",), "No such command 'plann'"),
        (("plan", "--nope"), "No such option: --nope"),
        (("plan", "--parallelism", "99"), "99 is not in the range"),
        (("aply",), "'policy'? 'snowconf --help' lists"),
        (("explain", "SNC101", "SNC102"), "unexpected extra argument"),
    ],
)
def test_misuse_is_a_diagnostic_and_ends_with_1(run: Run, arguments: tuple[str, ...], words: str) -> None:
    """2 means changes here, so what the parser refuses ends with 1, in the form of every other problem."""
    ended = run(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Error: Command line not understood [SNC001]\n")
    assert words.lower() in ended.err.lower()


@pytest.mark.parametrize("arguments", [(), ("sandbox",)])
def test_no_command_prints_the_help(run: Run, arguments: tuple[str, ...]) -> None:
    """Who does not know what to type is told."""
    ended = run(*arguments)
    assert (ended.code, ended.out.startswith("Usage: snowconf"), ended.err) == (0, True, "")


def test_module_can_be_run() -> None:
    """`python -m snowconf` is the same command."""
    command = [sys.executable, "-m", "snowconf", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"snowconf {__version__}\n"


def test_main_returns_the_code() -> None:
    """The code is returned, so that whoever embeds the command line decides what to do with it."""
    assert main(["--version"]) == 0
