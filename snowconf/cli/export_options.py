"""What writing an update set can be told, and what taking one into a sandbox can."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.allowing import Deletes, SelfLockout, Updates
from snowconf.cli.applying_arguments import FolderOrPlan, find_plan, find_stack
from snowconf.cli.options import Json, ReadingOptions
from snowconf.cli.policy_arguments import EngineName, Namespaces, Policies, PolicyData
from snowconf.cli.sandbox_options import SandboxOptions
from snowconf.model.limits import Allowances


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSetOptions(ReadingOptions):
    """Writing what is planned as an update set."""

    folder: FolderOrPlan = None
    update_set: Annotated[
        Path,
        typer.Option(
            "--update-set",
            metavar="FILE",
            envvar="SNOWCONF_UPDATE_SET",
            help="The XML file to write; - for standard output.",
        ),
    ]
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="What the set is called. [default: snowconf and the stack's name]"
        ),
    ] = ""
    policies: Policies = None
    policy_data: PolicyData = None
    namespaces: Namespaces = None
    engine: EngineName = ""
    allow_deletes: Deletes = None
    allow_updates: Updates = None
    allow_self_lockout: SelfLockout = False

    @property
    def allowances(self) -> Allowances:
        """What the set may do beyond the limits. Whoever commits it writes, so this run's account need not be able to."""
        return Allowances(
            deletes=self.allow_deletes,
            updates=self.allow_updates,
            self_lockout=self.allow_self_lockout,
            unchecked_runner=True,
        )

    @property
    def plan_file(self) -> Path | None:
        """The saved plan that is meant, if it is none that is to be made."""
        return find_plan(self.directory, self.folder)

    @property
    def stack(self) -> Path:
        """The folder that is meant; beside a saved plan it is the one of --directory."""
        return find_stack(self.directory, self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSetOptions(SandboxOptions):
    """Taking an update set into a sandbox."""

    file: Annotated[Path, typer.Argument(metavar="FILE", help="The XML of an exported update set.")]
    json: Json = False
    preview_only: Annotated[
        bool, typer.Option("--preview-only", help="Load and preview it, and commit nothing.")
    ] = False
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="A sandbox that is being served, in place of a file."),
    ] = ""
    admin_password_env: Annotated[
        str | None,
        typer.Option(
            "--admin-password-env",
            metavar="NAME",
            help="With --url: the variable that holds the password of admin.",
        ),
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Commit it whatever the preview found.")] = False
