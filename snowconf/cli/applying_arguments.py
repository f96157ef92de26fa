"""What planning, applying and taking back can be told besides what every command of a stack can."""

from pathlib import Path
from typing import Annotated

import typer

AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", envvar="SNOWCONF_AUTO_APPROVE", help="Go ahead without asking.")
]
FolderOrPlan = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER|PLAN]",
        help="The stack's folder, or a file of plan --out. [default: the folder of --directory]",
    ),
]
MaxRequests = Annotated[
    int | None,
    typer.Option(
        "--max-requests",
        min=1,
        metavar="N",
        envvar="SNOWCONF_MAX_REQUESTS",
        help="Begin nothing that needs more requests than this, and stop when they are spent.",
    ),
]
ChangeNumber = Annotated[
    str,
    typer.Option(
        "--change",
        metavar="NUMBER",
        envvar="SNOWCONF_CHANGE",
        help="The change request that this is done under, as CHG0030001.",
    ),
]
ReceiptName = Annotated[
    str, typer.Argument(metavar="RECEIPT", help="Its file, a part of its name, or last for the newest.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", envvar="SNOWCONF_OUT", help="Keep the plan for apply FILE."),
]
PrintChecksum = Annotated[
    bool,
    typer.Option(
        "--checksum", envvar="SNOWCONF_PLAN_CHECKSUM", help="Print a checksum for apply --checksum."
    ),
]
Checksum = Annotated[
    str,
    typer.Option(
        "--checksum",
        metavar="CHECKSUM",
        envvar="SNOWCONF_CHECKSUM",
        help="Apply only the very plan that plan --checksum printed this for.",
    ),
]
UndoOnFailure = Annotated[
    bool,
    typer.Option(
        "--undo-on-failure",
        envvar="SNOWCONF_UNDO_ON_FAILURE",
        help="Take back what this run has done when some of it fails.",
    ),
]
Rewrite = Annotated[
    list[str] | None,
    typer.Option(
        "--rewrite-secrets",
        metavar="ADDRESS",
        envvar="SNOWCONF_REWRITE_SECRETS",
        help="Write this resource's secrets again, whatever is known of them. Repeatable.",
    ),
]


def find_plan(directory: Path, given: Path | None) -> Path | None:
    """The saved plan that is meant by a command's argument; None when it is a folder."""
    path = directory / (given or "")
    return path if path.is_file() else None


def find_stack(directory: Path, given: Path | None) -> Path:
    """The stack's folder that is meant; beside a saved plan it is the directory."""
    return directory if find_plan(directory, given) else directory / (given or "")
