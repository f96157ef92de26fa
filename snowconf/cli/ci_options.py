"""What a step of a pipeline can be told: all that planning can, and where its reports go."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.options import PlanOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class CiOptions(PlanOptions):
    """Validating, planning, asking the policies and reporting in one."""

    reports: Annotated[
        Path | None,
        typer.Option(
            "--reports",
            metavar="FOLDER",
            envvar="SNOWCONF_REPORTS",
            help="Where the plan and its reports go. [default: .snowconf/ci of the stack]",
        ),
    ] = None

    @property
    def saves_only_sound(self) -> bool:
        """A plan with errors is reported, and kept nowhere."""
        return True

    @property
    def shelf(self) -> Path:
        """That folder, relative to --directory."""
        return self.reports or (self.folder or Path()) / ".snowconf" / "ci"
