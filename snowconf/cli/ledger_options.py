"""What the commands can be told that look at the ledger or change it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.options import Directory, EnvFile, InstanceName, Json, NoInput, Options

AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", envvar="SNOWCONF_AUTO_APPROVE", help="Do it without asking.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOptions(Options):
    """Looking at the ledger."""

    directory: Directory = Path()
    json: Json = False
    instance: InstanceName = None
    env_file: EnvFile = None

    @property
    def stack(self) -> Path:
        """The folder that is meant."""
        return self.directory


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOptions(LedgerOptions):
    """Looking at one entry."""

    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="One entry. [default: all of them]")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOptions(LedgerOptions):
    """Striking entries out."""

    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ADDRESS]...", help="The entries that are struck out."),
    ] = None
    everything: Annotated[
        bool,
        typer.Option("--all", help="Begin an empty ledger, also in place of one that cannot be read."),
    ] = False
    no_input: NoInput = False
    auto_approve: AutoApprove = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOptions(LedgerOptions):
    """Giving an entry another address."""

    before: Annotated[str, typer.Argument(metavar="FROM", help="The address that the ledger has.")]
    after: Annotated[str, typer.Argument(metavar="TO", help="The address that the block has now.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RehomeOptions(LedgerOptions):
    """Owning what was owned on another instance."""

    no_input: NoInput = False
    auto_approve: AutoApprove = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockOptions(LedgerOptions):
    """Breaking a lock."""

    no_input: NoInput = False
    auto_approve: AutoApprove = False
