"""What `access` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.options import AimedOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOptions(AimedOptions):
    """Telling what an account may do."""

    user: Annotated[
        str, typer.Argument(metavar="USER", help="A user of the stack, or a user ID on the instance.")
    ]
    now: Annotated[
        bool,
        typer.Option("--now", help="As the instance is, without what an apply would change."),
    ] = False
    everything: Annotated[
        bool, typer.Option("--all", help="List every role and table, however many there are.")
    ] = False
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw a picture of it into this file.")
    ] = None
    fail_on_surplus: Annotated[
        bool,
        typer.Option(
            "--fail-on-surplus",
            envvar="SNOWCONF_FAIL_ON_SURPLUS",
            help="End with 3 when it has a role or group that its access does not need.",
        ),
    ] = False
