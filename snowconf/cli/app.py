"""The commands and their help, as typer sees them. What each of them does is in `commands`."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from snowconf import __version__
from snowconf.cli import commands, exit_codes
from snowconf.cli.options import Options
from snowconf.cli.session import Session
from snowconf.cli.terminal import open_terminal

AnOptions = TypeVar("AnOptions", bound=Options)
Body = Callable[[AnOptions, Session], exit_codes.ExitCode]

# Commands within commands: what a group is for, and what is in it.
GROUPS: Mapping[str, tuple[str, Sequence[Body[Any]]]] = {
    "ledger": (
        "What the stack owns on an instance: to look at, and to set right by hand.",
        commands.LEDGER_COMMANDS,
    ),
    "policy": (
        "Rules in Rego that plans are held against: to ask, to test, to explain.",
        commands.POLICY_COMMANDS,
    ),
    "receipts": ("What applies have left behind, to look at and to undo by.", commands.RECEIPTS_COMMANDS),
    "sandbox": (
        "An instance of your own: serve it, fill it, see what was asked of it.",
        commands.SANDBOX_COMMANDS,
    ),
}
EPILOG = f"\b\nExit codes:\n{exit_codes.table()}"


def make_app() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="snowconf",
        help="Configuration as code for ServiceNow integrations.",
        epilog=EPILOG,
        pretty_exceptions_enable=False,
        # Plain help is there in a third of the time, and reads the same in every terminal.
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for command in commands.COMMANDS:
        _add(app, command)
    for name, (about, bodies) in GROUPS.items():
        group = typer.Typer(help=about)
        for body in bodies:
            _add(group, body, within=name)
        app.add_typer(group, name=name)
    return app


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        typer.echo(f"snowconf {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool | None,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version."),
    ] = None,
) -> None:
    """Configuration as code for ServiceNow integrations."""


def _add(app: typer.Typer, body: Body[Any], *, within: str = "") -> None:
    name = body.__name__.strip("_").removeprefix(f"{within}_").replace("_", "-")
    app.command(name=name, help=inspect.getdoc(body), epilog=EPILOG)(_callback(body))


def _callback(body: Body[Any]) -> Callable[..., int]:
    """A function with the parameters of the command's dataclass, which is what typer reads."""
    options_type = inspect.signature(body).parameters["options"].annotation

    def call(**given: Any) -> int:
        options = options_type(**given)
        with _session(options) as session:
            session.code = body(options, session)
        return session.code

    vars(call)["__signature__"] = inspect.signature(options_type)
    return call


def _session(options: Options) -> Session:
    no_input = getattr(options, "no_input", False)
    return Session(
        terminal=open_terminal(os.environ, colour=options.colour, no_input=no_input),
        environ=os.environ,
        folder=getattr(options, "stack", Path()),
        json=getattr(options, "json", False),
    )
