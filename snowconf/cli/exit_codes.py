"""What the number says that a command ends with. The only list of them; `--help` prints it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes (design.md 11)."""

    DONE = 0
    FAILED = 1
    CHANGES = 2
    DENIED = 3
    STALE = 4
    LOCKED = 5
    IN_PART = 6
    UNKNOWN = 7
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """When a command ends so."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done; plan and drift: nothing to do; verify: all is proven",
    ExitCode.FAILED: "failed: nothing was changed, or could be; verify: a promise is broken",
    ExitCode.CHANGES: "plan --detailed-exitcode: changes; drift: drift; fmt --check: not formatted; verify: not all could be told",
    ExitCode.DENIED: "a policy said no, or no change request allows it; access --fail-on-surplus: more is open than is needed",
    ExitCode.STALE: "the saved plan is stale or was tampered with",
    ExitCode.LOCKED: "somebody else holds the lock",
    ExitCode.IN_PART: "applied in part: the report says what was not",
    ExitCode.UNKNOWN: "the outcome of a write is unknown: look before you repeat it",
    ExitCode.INTERRUPTED: "interrupted",
}


def table() -> str:
    """All of them, one a line."""
    return "\n".join(f"  {each.value:>3}  {each.meaning}" for each in ExitCode)
