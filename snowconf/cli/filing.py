"""Receipts as files, `.snowconf/receipts/<time>-<first digits of the digest>.json`: kept, listed, found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snowconf.cli.places import private_folder, receipts_of
from snowconf.cli.refusals import NoReceiptError, did_you_mean
from snowconf.files import write_whole
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.receipt import Receipt
from snowconf.model.receipt_json import (
    ReceiptDamagedError,
    digest_of_receipt,
    load_receipt,
    save_receipt,
)

DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One file: its receipt, or what is wrong with it."""

    path: Path
    receipt: Receipt | None = None
    problem: Diagnostic | None = None


def name_of(receipt: Receipt) -> str:
    """The name of its file: files in name order are in the order of time."""
    moment = receipt.started.translate({ord("-"): None, ord(":"): None, ord(" "): "T"})
    return f"{moment}Z-{digest_of_receipt(receipt)[:DIGITS]}.json"


def keep_receipt(receipt: Receipt, stack: Path) -> Path:
    """Write it, whole or not at all; the file's path.

    Raises:
        UnusableFileError: there can be no folder for it.
        OSError: the disk does not take it.
    """
    private_folder(stack)
    path = receipts_of(stack) / name_of(receipt)
    write_whole(path, save_receipt(receipt).encode())
    return path


def read_receipts(stack: Path) -> Sequence[Filed]:
    """All that are there, oldest first."""
    return [_filed(path) for path in sorted(receipts_of(stack).glob("*.json"))]


def find_receipt(text: str, stack: Path) -> tuple[Path, Receipt]:
    """The receipt of that file, or the one whose name holds the text; `last` is the newest.

    Raises:
        NoReceiptError: there is none, or several fit.
        ReceiptDamagedError: it was changed.
    """
    path = Path(text) if Path(text).is_file() else _find(text, stack)
    return path, load_receipt(path.read_text(encoding="utf-8"), where=str(path))


def _find(text: str, stack: Path) -> Path:
    paths = sorted(receipts_of(stack).glob("*.json"))
    fitting = paths[-1:] if text == "last" else [each for each in paths if text in each.stem]
    match fitting:
        case [path]:
            return path
        case []:
            guess = did_you_mean(text, [each.stem for each in paths])
            raise NoReceiptError(
                f"There is no receipt '{text}' in {receipts_of(stack)}, nor a file of that name.{guess} 'snowconf receipts "
                "list' lists them."
            )
        case _:
            names = ", ".join(each.stem for each in fitting[:5])
            raise NoReceiptError(f"'{text}' fits {len(fitting)} receipts: {names}. Give more of the name.")


def _filed(path: Path) -> Filed:
    try:
        return Filed(path=path, receipt=load_receipt(path.read_text(encoding="utf-8"), where=str(path)))
    except ReceiptDamagedError as error:
        return Filed(
            path=path, problem=Diagnostic(code=error.code, summary=error.summary, detail=error.detail)
        )
