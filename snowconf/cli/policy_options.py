"""What the commands can be told that hold plans against policies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer

from snowconf.cli.options import AimedOptions, Directory, Json, Options, WeighingOptions
from snowconf.cli.policy_arguments import EngineName, Namespaces, Policies, PolicyData

AllNamespaces = Annotated[bool, typer.Option("--all-namespaces", help="The rules of every package count.")]


class Policed(Protocol):
    """Options of a command that holds a plan against policies."""

    @property
    def directory(self) -> Path:
        """Where paths begin."""
        ...

    @property
    def policies(self) -> list[Path] | None:
        """Instead of those of the stack."""
        ...

    @property
    def policy_data(self) -> list[Path] | None:
        """Data for them."""
        ...

    @property
    def namespaces(self) -> list[str] | None:
        """Whose rules count."""
        ...

    @property
    def engine(self) -> str:
        """What evaluates them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicedOptions(AimedOptions):
    """Commands that write something else than a plan of the files, and ask the same policies."""

    policies: Policies = None
    policy_data: PolicyData = None
    namespaces: Namespaces = None
    engine: EngineName = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions(WeighingOptions):
    """Holding a plan against policies without anything else."""

    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PLAN|FOLDER]",
            help="A document of plan --json or plan --out, or a stack to plan. [default: the folder of --directory]",
        ),
    ] = None
    policies: Policies = None
    policy_data: PolicyData = None
    namespaces: Namespaces = None
    all_namespaces: AllNamespaces = False
    engine: EngineName = ""
    fail_on_warn: Annotated[
        bool, typer.Option("--fail-on-warn", envvar="SNOWCONF_FAIL_ON_WARN", help="Warnings end with 3, too.")
    ] = False

    @property
    def plan_file(self) -> Path | None:
        """The document that is meant, if it is none that is to be made."""
        path = self.directory / (self.folder or "")
        return path if path.is_file() else None

    @property
    def stack(self) -> Path:
        """The folder that is meant; beside a document it is the one of --directory."""
        return self.directory if self.plan_file else self.directory / (self.folder or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOptions(Options):
    """Looking at rules without a plan."""

    directory: Directory = Path()
    json: Json = False
    policies: Policies = None
    policy_data: PolicyData = None
    engine: EngineName = ""

    @property
    def stack(self) -> Path:
        """The folder that is meant."""
        return self.directory

    @property
    def namespaces(self) -> list[str]:
        """All."""
        return ["*"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions(RulesOptions):
    """Running the tests of policies."""

    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders. [default: those of the stack]"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions(RulesOptions):
    """Explaining a rule."""

    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="The id of a rule. [default: list all]")
    ] = None
