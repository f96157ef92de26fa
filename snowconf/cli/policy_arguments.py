"""What planning and applying, too, can be told of policies."""

import os
from pathlib import Path
from typing import Annotated

import typer

VARIABLE = "SNOWCONF_POLICIES"


def _not_emptied(named: list[Path] | None) -> list[Path] | None:
    """Pass, unless a pipeline was to name policies and its variable came out empty: then nothing would be judged."""
    if not named and os.environ.get(VARIABLE) == "":
        raise typer.BadParameter(
            f"{VARIABLE} is set and empty, so it names no policies, and no policy is never a yes. Name them in it, or unset it"
        )
    return named


Policies = Annotated[
    list[Path] | None,
    typer.Option(
        "--policies",
        metavar="PATH",
        envvar=VARIABLE,
        callback=_not_emptied,
        help="Hold the plan against the policies here, and not against those that the stack names. Repeatable.",
    ),
]
PolicyData = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy-data",
        metavar="PATH",
        envvar="SNOWCONF_POLICY_DATA",
        help="Data for policies: files or folders with JSON, YAML or TOML. Repeatable.",
    ),
]
Namespaces = Annotated[
    list[str] | None,
    typer.Option(
        "--namespace",
        metavar="PACKAGE",
        envvar="SNOWCONF_POLICY_NAMESPACE",
        help="Whose rules count; '*' for all. Repeatable. [default: main]",
    ),
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        envvar="SNOWCONF_POLICY_ENGINE",
        help="What evaluates them: regorus, opa or conftest. [default: as the stack says]",
    ),
]
