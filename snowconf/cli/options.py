"""What each command can be told: one frozen dataclass a command, from which its arguments and help are made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.allowing import Deletes, NoRunnerCheck, SelfLockout, Updates, WithoutElevated
from snowconf.cli.applying_arguments import (
    AutoApprove,
    ChangeNumber,
    Checksum,
    FolderOrPlan,
    MaxRequests,
    Out,
    PrintChecksum,
    Rewrite,
    UndoOnFailure,
    find_plan,
    find_stack,
)
from snowconf.cli.policy_arguments import EngineName, Namespaces, Policies, PolicyData
from snowconf.cli.report_arguments import (
    Annotations,
    CommentHost,
    Events,
    Html,
    Junit,
    Markdown,
    Sarif,
    WithAccess,
)
from snowconf.model.limits import Allowances

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="The stack's folder. [default: the one of --directory]"),
]
Directory = Annotated[
    Path,
    typer.Option(
        "--directory", "-C", metavar="FOLDER", envvar="SNOWCONF_DIRECTORY", help="Work as if started there."
    ),
]
Json = Annotated[
    bool, typer.Option("--json", envvar="SNOWCONF_JSON", help="Print a JSON document for machines.")
]
Colour = Annotated[
    bool | None,
    typer.Option(
        "--color/--no-color", help="Colours always or never. [default: on a terminal without NO_COLOR]"
    ),
]
NoInput = Annotated[bool, typer.Option("--no-input", envvar="SNOWCONF_NO_INPUT", help="Never ask anything.")]
InstanceName = Annotated[
    str | None,
    typer.Option(
        "--instance", "-i", metavar="NAME", help="Which [instance.*] to use. [variable: SNOWCONF_INSTANCE]"
    ),
]
EnvFile = Annotated[
    Path | None,
    typer.Option(
        "--env-file",
        metavar="FILE",
        envvar="SNOWCONF_ENV_FILE",
        help="Take variables that are not set from this file of NAME=value lines.",
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        "-t",
        metavar="ADDRESS",
        envvar="SNOWCONF_TARGET",
        help="Only this resource and what it refers to. Repeatable.",
    ),
]
Parallelism = Annotated[
    int,
    typer.Option(
        "--parallelism",
        min=1,
        max=32,
        envvar="SNOWCONF_PARALLELISM",
        help="How many requests run side by side.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What every command takes."""

    colour: Colour = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions(Options):
    """Commands that look at a stack's folder."""

    folder: Folder = None
    directory: Directory = Path()

    @property
    def stack(self) -> Path:
        """The folder that is meant."""
        return self.directory / (self.folder or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions(FolderOptions):
    """Loading."""

    json: Json = False
    instance: InstanceName = None
    env_file: EnvFile = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions(ValidateOptions):
    """Commands that read from an instance."""

    target: Targets = None
    parallelism: Parallelism = 4

    @property
    def rewritten(self) -> list[str]:
        """The resources whose secrets are written again."""
        return []

    @property
    def allowances(self) -> Allowances | None:
        """None for a command that compares and plans nothing."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingOptions(ReadingOptions):
    """Commands that make a plan to be applied."""

    rewrite_secrets: Rewrite = None
    allow_deletes: Deletes = None
    allow_updates: Updates = None
    allow_self_lockout: SelfLockout = False
    no_runner_check: NoRunnerCheck = False
    without_elevated: WithoutElevated = False

    @property
    def rewritten(self) -> list[str]:
        """The resources whose secrets are written again."""
        return self.rewrite_secrets or []

    @property
    def allowances(self) -> Allowances:
        """What this run may do beyond the limits."""
        return Allowances(
            deletes=self.allow_deletes,
            updates=self.allow_updates,
            self_lockout=self.allow_self_lockout,
            unchecked_runner=self.no_runner_check,
            without_elevated=self.without_elevated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions(WeighingOptions):
    """Planning."""

    detailed_exitcode: Annotated[
        bool,
        typer.Option(
            "--detailed-exitcode",
            envvar="SNOWCONF_DETAILED_EXITCODE",
            help="End with 2 when there are changes.",
        ),
    ] = False
    change: ChangeNumber = ""
    out: Out = None
    checksum: PrintChecksum = False
    policies: Policies = None
    policy_data: PolicyData = None
    namespaces: Namespaces = None
    engine: EngineName = ""
    markdown: Markdown = None
    markdown_for: CommentHost = None
    html: Html = None
    with_access: WithAccess = False
    sarif: Sarif = None
    junit: Junit = None
    annotations: Annotations = None
    events: Events = None

    @property
    def saves_only_sound(self) -> bool:
        """Is a plan with errors passed over, and not refused, where it was to be saved?"""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions(WeighingOptions):
    """Applying."""

    folder: FolderOrPlan = None
    no_input: NoInput = False
    change: ChangeNumber = ""
    auto_approve: AutoApprove = False
    checksum: Checksum = ""
    undo_on_failure: UndoOnFailure = False
    max_requests: MaxRequests = None
    policies: Policies = None
    policy_data: PolicyData = None
    namespaces: Namespaces = None
    engine: EngineName = ""
    events: Events = None

    @property
    def plan_file(self) -> Path | None:
        """The saved plan that is meant, if it is none that is to be made."""
        return find_plan(self.directory, self.folder)

    @property
    def stack(self) -> Path:
        """The folder that is meant; beside a saved plan it is the one of --directory."""
        return find_stack(self.directory, self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class AimedOptions(Options):
    """Commands of a stack whose argument is something else than its folder."""

    directory: Directory = Path()
    json: Json = False
    instance: InstanceName = None
    env_file: EnvFile = None
    parallelism: Parallelism = 4

    @property
    def stack(self) -> Path:
        """The folder that is meant."""
        return self.directory

    @property
    def target(self) -> list[str]:
        """Everything."""
        return []

    @property
    def rewritten(self) -> list[str]:
        """Nothing is written."""
        return []

    @property
    def allowances(self) -> Allowances | None:
        """Nothing is planned from files."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions(AimedOptions):
    """Showing what the instance holds."""

    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="One resource. [default: all of the stack]")
    ] = None

    @property
    def target(self) -> list[str]:
        """What to look at."""
        return [self.address] if self.address else []


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions(FolderOptions):
    """Printing or keeping the JSON Schema."""

    write: Annotated[
        bool, typer.Option("--write", help="Write it to .snowconf/schema.json of the stack.")
    ] = False
    plan: Annotated[
        bool,
        typer.Option("--plan", help="The schema of a plan's document instead; .snowconf/plan-schema.json."),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetOptions(ValidateOptions):
    """Removing the stack's sandbox."""

    no_input: NoInput = False
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", envvar="SNOWCONF_AUTO_APPROVE", help="Remove without asking.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions(Options):
    """Explaining a code."""

    code: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="As in SNC124. [default: list all]")
    ] = None
