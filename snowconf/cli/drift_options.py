"""What the command drift can be told."""

from dataclasses import dataclass
from typing import Annotated

import typer

from snowconf.cli.options import ReadingOptions
from snowconf.cli.report_arguments import Annotations, CommentHost, Html, Junit, Markdown, Sarif

ProbeSecrets = Annotated[
    bool,
    typer.Option(
        "--probe-secrets",
        envvar="SNOWCONF_PROBE_SECRETS",
        help="Also try once, as each user, whether the declared secrets open the door. Never near a lockout.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions(ReadingOptions):
    """Looking for drift."""

    probe_secrets: ProbeSecrets = False
    markdown: Markdown = None
    markdown_for: CommentHost = None
    html: Html = None
    sarif: Sarif = None
    junit: Junit = None
    annotations: Annotations = None
