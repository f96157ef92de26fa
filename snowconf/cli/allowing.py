"""The options that let a plan do what it may not do unasked."""

from typing import Annotated

import typer

Deletes = Annotated[
    int | None,
    typer.Option(
        "--allow-deletes",
        min=0,
        metavar="N",
        envvar="SNOWCONF_ALLOW_DELETES",
        help="Let this plan delete or switch off so many records, whatever the stack's limits say.",
    ),
]
Updates = Annotated[
    int | None,
    typer.Option(
        "--allow-updates",
        min=0,
        metavar="N",
        envvar="SNOWCONF_ALLOW_UPDATES",
        help="Let this plan change so many records, whatever the stack's limits say.",
    ),
]
SelfLockout = Annotated[
    bool,
    typer.Option(
        "--allow-self-lockout",
        envvar="SNOWCONF_ALLOW_SELF_LOCKOUT",
        help="Let this plan change the account, roles or client that snowconf itself works with.",
    ),
]
WithoutElevated = Annotated[
    bool,
    typer.Option(
        "--without-elevated",
        envvar="SNOWCONF_WITHOUT_ELEVATED",
        help="Leave out what only an elevated session may write (access controls): export --update-set writes it.",
    ),
]
NoRunnerCheck = Annotated[
    bool,
    typer.Option(
        "--no-runner-check",
        envvar="SNOWCONF_NO_RUNNER_CHECK",
        help="Do not look first whether the account of this run may write what the plan needs.",
    ),
]
