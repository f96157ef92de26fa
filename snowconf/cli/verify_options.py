"""What verify is told."""

from dataclasses import dataclass
from typing import Annotated

import typer

from snowconf.cli.options import ReadingOptions

WriteProbes = Annotated[
    bool,
    typer.Option(
        "--write-probes",
        envvar="SNOWCONF_WRITE_PROBES",
        help="Also try create, write and delete, on records made for it that are removed again.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions(ReadingOptions):
    """Acting as the users that the stack declares."""

    write_probes: WriteProbes = False
