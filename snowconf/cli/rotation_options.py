"""What exchanging a secret can be told."""

from dataclasses import dataclass
from typing import Annotated

import typer

from snowconf.cli.applying_arguments import AutoApprove
from snowconf.cli.options import NoInput
from snowconf.cli.policy_options import PolicedOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateOptions(PolicedOptions):
    """Exchanging a secret."""

    address: Annotated[
        str | None,
        typer.Argument(metavar="[ADDRESS]", help="Whose secret, as in oauth_app.finout or user.svc_finout."),
    ] = None
    continue_: Annotated[
        bool,
        typer.Option("--continue", help="The consumer uses the second client: switch the first one off."),
    ] = False
    abort: Annotated[
        bool, typer.Option("--abort", help="Take the second client away again, as long as it is not in use.")
    ] = False
    status: Annotated[
        bool, typer.Option("--status", help="Say which rotations are under way, and what they wait for.")
    ] = False
    store: Annotated[
        str,
        typer.Option(
            "--store",
            metavar="PROVIDER=NAME",
            help="Where the second client's secret is kept when the stack has none generated, as in file=secrets/next.",
        ),
    ] = ""
    grace: Annotated[
        float,
        typer.Option(
            "--grace",
            min=0,
            max=8760,
            metavar="HOURS",
            envvar="SNOWCONF_GRACE",
            help="How long the first client stays, switched off, before it is deleted.",
        ),
    ] = 24
    no_input: NoInput = False
    auto_approve: AutoApprove = False
