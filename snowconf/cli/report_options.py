"""What a command gets that writes reports, and the options of the one that does nothing else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer

from snowconf.cli.options import Directory, Json, Options
from snowconf.cli.report_arguments import Annotations, CommentHost, Html, Junit, Markdown, Sarif
from snowconf.report.hosts import Host


class Reporting(Protocol):
    """Options of a command that writes reports."""

    @property
    def directory(self) -> Path:
        """Where paths begin."""
        ...

    @property
    def markdown(self) -> Path | None:
        """A comment."""
        ...

    @property
    def markdown_for(self) -> Host | None:
        """Whose."""
        ...

    @property
    def html(self) -> Path | None:
        """A page."""
        ...

    @property
    def sarif(self) -> Path | None:
        """Results for code scanning."""
        ...

    @property
    def junit(self) -> Path | None:
        """Tests."""
        ...

    @property
    def annotations(self) -> Path | None:
        """Workflow commands."""
        ...


class Planning(Reporting, Protocol):
    """Options of a command that makes what it reports of, from a stack and an instance."""

    @property
    def stack(self) -> Path:
        """The stack's folder."""
        ...

    @property
    def instance(self) -> str | None:
        """Which instance is meant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions(Options):
    """Reporting of a plan that is there."""

    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A file of plan --out, of plan --json or of drift --json.")
    ]
    directory: Directory = Path()
    json: Json = False
    markdown: Markdown = None
    markdown_for: CommentHost = None
    html: Html = None
    sarif: Sarif = None
    junit: Junit = None
    annotations: Annotations = None
