"""From arguments to an exit code, with what the parser refuses in the form of every other diagnostic."""

import os
from collections.abc import Sequence

import typer

from snowconf.cli.app import GROUPS, make_app
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.refusals import MisusedError
from snowconf.cli.session import Session
from snowconf.cli.terminal import open_terminal


def run(arguments: Sequence[str]) -> int:
    """The command's exit code. Arguments that nothing takes end with 1: 2 has another meaning here."""
    terminal = open_terminal(os.environ, colour=None, no_input=True)
    with Session(terminal=terminal, environ=os.environ) as session:
        session.code = _parsed(arguments)
    return int(session.code)


def _parsed(arguments: Sequence[str]) -> ExitCode:
    # Who names no command is shown which there are.
    given = (
        [*arguments, "--help"] if list(arguments) in ([], *([each] for each in GROUPS)) else list(arguments)
    )
    try:
        code = make_app()(given, prog_name="snowconf", standalone_mode=False)
    except typer.TyperException as refused:
        detail = refused.format_message().rstrip(".")
        end = "" if detail.endswith("?") else "."
        raise MisusedError(f"{detail}{end} 'snowconf --help' lists what there is.") from None
    return ExitCode(code or 0)
