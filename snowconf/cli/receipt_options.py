"""What the commands can be told that work with receipts, and with records that are there already."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from snowconf.cli.allowing import NoRunnerCheck, SelfLockout
from snowconf.cli.applying_arguments import AutoApprove, ChangeNumber, MaxRequests, ReceiptName
from snowconf.cli.options import Directory, Json, NoInput, Options
from snowconf.cli.policy_options import PolicedOptions
from snowconf.model.limits import Allowances


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOptions(PolicedOptions):
    """Taking an apply back."""

    receipt: ReceiptName
    change: ChangeNumber = ""
    no_input: NoInput = False
    auto_approve: AutoApprove = False
    max_requests: MaxRequests = None
    allow_self_lockout: SelfLockout = False
    no_runner_check: NoRunnerCheck = False

    @property
    def allowances(self) -> Allowances:
        """What this run may do unasked."""
        return Allowances(self_lockout=self.allow_self_lockout, unchecked_runner=self.no_runner_check)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions(PolicedOptions):
    """Taking over a record that is there."""

    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="What it is to be called, as in role.itil.")
    ]
    record: Annotated[
        str,
        typer.Argument(
            metavar="SYS_ID|KEY", help="Its sys_id, or its name; for an access control NAME:OPERATION."
        ),
    ]
    table: Annotated[
        str, typer.Option("--table", metavar="TABLE", help="For record.*: the table, when no block says it.")
    ] = ""
    no_input: NoInput = False
    auto_approve: AutoApprove = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsOptions(Options):
    """Listing receipts."""

    directory: Directory = Path()
    json: Json = False

    @property
    def stack(self) -> Path:
        """The folder that is meant."""
        return self.directory


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOptions(ReceiptsOptions):
    """Showing one receipt."""

    receipt: ReceiptName
