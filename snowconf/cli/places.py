"""Where snowconf keeps what is not for others: a folder beside the stack that git ignores."""

from pathlib import Path

PRIVATE = ".snowconf"


def private_folder(stack: Path) -> Path:
    """The folder, made when it is not there."""
    folder = stack / PRIVATE
    folder.mkdir(exist_ok=True)
    return folder


def memory_of(stack: Path, instance: str) -> Path:
    """The fingerprints of secrets that were written to an instance."""
    return stack / PRIVATE / f"{instance}.secrets.json"


def database_of(stack: Path, url: str) -> Path:
    """The file of an embedded sandbox, by its url: `sandbox:` or `sandbox:other.db`, relative to the stack."""
    name = url.removeprefix("sandbox:")
    return stack / (name or f"{PRIVATE}/sandbox.db")
