"""What formatting makes of a file. The file itself, and what it says, are not here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """One file: is it otherwise than it should be, and the lines of the unified diff, in which no value is shown."""

    file: str
    differs: bool
    diff: tuple[str, ...] = ()
