"""A file for one process alone, as long as it lives: the system lets go of it whatever the process dies of."""

import sys
from enum import Enum


class Claim(Enum):
    """What became of asking for a file."""

    OURS = "no other process has it, nor lives that had it"
    TAKEN = "another process has it"
    UNPROVEN = "this system or file system cannot tell"


def claim(descriptor: int) -> Claim:
    """Ask for the open file, without waiting; it is let go of when the descriptor is closed."""
    if sys.platform == "win32":
        return Claim.UNPROVEN
    import fcntl  # noqa: PLC0415  Windows has no such module

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Claim.TAKEN
    except OSError:
        return Claim.UNPROVEN
    return Claim.OURS
