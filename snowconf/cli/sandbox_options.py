"""What the commands of a sandbox can be told: serving one, and looking into its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.options import Directory, Json, Options

Database = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        envvar="SNOWCONF_DB",
        help='The sandbox\'s file. [default: .snowconf/sandbox.db, the one of url = "sandbox:"]',
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SWITCH=VALUE", help="How this instance differs, as in elevation=off. Repeatable."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions(Options):
    """Serving the sandbox."""

    host: Annotated[str, typer.Option("--host", envvar="SNOWCONF_HOST", help="The address to listen on.")] = (
        "127.0.0.1"
    )
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, envvar="SNOWCONF_PORT", help="The port; 0 takes a free one."
        ),
    ] = 8080
    tls: Annotated[
        bool,
        typer.Option(
            "--tls",
            help="Serve https with a certificate of its own, kept in .snowconf, and say how to trust it.",
        ),
    ] = False
    database: Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="FILE", envvar="SNOWCONF_DB", help="Where to keep it. [default: in memory]"
        ),
    ] = None
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill a fresh one with the data of a developer instance.")
    ] = False
    users: Annotated[
        int, typer.Option("--users", min=0, max=10_000_000, metavar="N", help="Fill it up to so many users.")
    ] = 0
    release: Annotated[
        str | None,
        typer.Option(
            "--release", metavar="NAME", help="Which release it runs; short for --set release=NAME."
        ),
    ] = None
    switches: Set = None
    admin_password_env: Annotated[
        str | None,
        typer.Option(
            "--admin-password-env", metavar="NAME", help="The variable that holds the password of admin."
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions(Options):
    """Looking into a sandbox's file."""

    directory: Directory = Path()
    database: Database = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOptions(SandboxOptions):
    """Putting records into a sandbox."""

    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="JSON or TOML with tables of records, or CSV named after its table."
        ),
    ]
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help="The table that a CSV file or a bare list is about."),
    ] = ""
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Store the records as they stand, past access controls and rules."),
    ] = False
    display: Annotated[
        bool,
        typer.Option(
            "--display", help="The files hold values as people read them: names, labels, local times."
        ),
    ] = False
    switches: Set = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions(SandboxOptions):
    """Printing the records of a sandbox."""

    tables: Annotated[
        list[str] | None,
        typer.Option(
            "--tables",
            metavar="NAME,NAME",
            help="Only these tables. Repeatable. [default: all that hold records]",
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions(SandboxOptions):
    """Reading the log of a sandbox."""

    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on with what happens from now, until it is interrupted."),
    ] = False
    denied: Annotated[bool, typer.Option("--denied", help="Only requests in which something was denied.")] = (
        False
    )
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="Only this user's.")] = ""
    table: Annotated[str, typer.Option("--table", metavar="NAME", help="Only about this table.")] = ""
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many at most.")] = 100
    json: Annotated[
        bool, typer.Option("--json", envvar="SNOWCONF_JSON", help="One JSON document a line.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOptions(SandboxOptions):
    """Saying what is in a sandbox."""

    json: Json = False
