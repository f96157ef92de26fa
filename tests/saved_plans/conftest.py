"""Commands in this process, on the small stack that the tests of the command line use."""

from tests.cli.conftest import _plain_environment, at_terminal, run, stack

__all__ = ["_plain_environment", "at_terminal", "run", "stack"]
