"""Where snowconf keeps what is not for others: a folder beside the stack that git ignores."""

from pathlib import Path

from snowconf.cli.refusals import NoDatabaseError, UnusableFileError

PRIVATE = ".snowconf"
SQLITE = b"SQLite format 3\0"


def private_folder(stack: Path) -> Path:
    """The folder, made when it is not there.

    Raises:
        UnusableFileError: it cannot be made.
    """
    folder = stack / PRIVATE
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise UnusableFileError(
            f"snowconf keeps its own files in a folder {folder}, and a file of that name is in the way. Move it away."
        ) from None
    except OSError as error:
        raise UnusableFileError(
            f"snowconf keeps its own files in a folder {folder}, which cannot be made ({error.strerror}). Work in a copy "
            "of the stack that you may write to."
        ) from None
    return folder


def journal_of(stack: Path, instance: str) -> Path:
    """What runs have begun to write to an instance."""
    return stack / PRIVATE / f"{instance}.journal.jsonl"


def rescue_of(stack: Path, instance: str) -> Path:
    """The ledger of an instance, when it could not be stored where it belongs."""
    return stack / PRIVATE / f"{instance}.ledger.rescue.json"


def shelf_of(stack: Path, instance: str) -> Path:
    """The ledger of an instance as it was last read or stored here."""
    return stack / PRIVATE / f"{instance}.ledger.shelf.json.gz"


def receipts_of(stack: Path) -> Path:
    """What applies have left behind, one file each."""
    return stack / PRIVATE / "receipts"


def database_of(stack: Path, url: str) -> Path:
    """The file of an embedded sandbox, by its url: `sandbox:` or `sandbox:other.db`, relative to the stack."""
    name = url.removeprefix("sandbox:")
    return stack / (name or f"{PRIVATE}/sandbox.db")


def check_database(path: Path) -> Path:
    """The path, when a sandbox can be kept there.

    Raises:
        NoDatabaseError: something else is there, or the folder is missing.
    """
    if not path.parent.is_dir():
        raise NoDatabaseError(
            f"The sandbox shall be kept in {path}, and there is no folder {path.parent}. Make it first."
        )
    if path.is_dir() or (path.exists() and path.stat().st_size and not _begins_right(path)):
        raise NoDatabaseError(
            f"{path} is something else than a sandbox's file, and is left alone. Name another file."
        )
    return path


def _begins_right(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE
