"""What formatting can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.options import Directory, Json, Options


@dataclass(frozen=True, slots=True, kw_only=True)
class FmtOptions(Options):
    """Formatting files."""

    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files, and folders of stacks. [default: the folder of --directory]"
        ),
    ] = None
    directory: Directory = Path()
    json: Json = False
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing, and end with 2 when a file is not formatted.")
    ] = False
    diff: Annotated[
        bool, typer.Option("--diff", help="As --check, and show how; values and comments are drawn as dots.")
    ] = False

    @property
    def stack(self) -> Path:
        """The folder that is meant without paths."""
        return self.directory

    @property
    def writes(self) -> bool:
        """Are files to be changed?"""
        return not (self.check or self.diff)
