"""The command line: parse, call one verb, print one report, choose the exit code.

Importing this must stay cheap: `snowconf --version` loads nothing but this module (design.md 11).
"""

import sys
from collections.abc import Sequence

from snowconf import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name (the process's own, when none are given) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        sys.stdout.write(f"snowconf {__version__}\n")
        return 0
    from snowconf.cli.running import run

    return run(given)
