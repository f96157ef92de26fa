"""Files that are whole or not there: written beside, flushed, and put in place in one step."""

import os
from pathlib import Path
from secrets import token_hex

DEVICES = Path("/dev")


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in place of whatever was there, readable by the owner alone."""
    beside = _beside(path, content)
    beside.replace(path)
    _flush_folder(path.parent)


def write_out(path: Path, content: bytes) -> None:
    """The same for a place that a person named: a link stays one, and a device or a pipe takes the content as it is."""
    if DEVICES in path.absolute().parents or (path.exists() and not path.is_file()):
        with path.open("ab") as file:
            file.write(content)
    else:
        write_whole(path.resolve(), content)


def create_whole(path: Path, content: bytes) -> bool:
    """Make the file with all its content, unless something is there: then False."""
    beside = _beside(path, content)
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        return False
    finally:
        beside.unlink()
    _flush_folder(path.parent)
    return True


def _beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{token_hex(4)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return beside


def _flush_folder(folder: Path) -> None:
    """So that the name is on the disk too; Windows opens no folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
