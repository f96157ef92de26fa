"""What the command token can be told."""

from dataclasses import dataclass
from typing import Annotated

import typer

from snowconf.cli.options import AimedOptions

Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PROVIDER=NAME",
        help="Keep the token there and print none, as in file=secrets/flexera (relative to the stack, for its owner "
        "alone) or a provider of secrets that stores.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOptions(AimedOptions):
    """Tokens of a declared user."""

    user: Annotated[
        str, typer.Argument(metavar="USER", help="Whose token: user.svc_flexera, or svc_flexera alone.")
    ]
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            metavar="ADDRESS",
            help="By which oauth_app. [default: the one of the stack that fits]",
        ),
    ] = None
    access: Annotated[
        bool, typer.Option("--access", help="The access token, which lives for minutes, instead.")
    ] = False
    store: Store = None
    revoke: Annotated[
        bool,
        typer.Option(
            "--revoke",
            help="End the life of the token in --store, or on standard input, and try whether it is over.",
        ),
    ] = False
