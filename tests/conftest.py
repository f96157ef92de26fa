"""What holds for all tests."""

import os
import signal
import sys

import pytest

from tests.driving.images import copy_what_was_filled


def pytest_configure(config: pytest.Config) -> None:
    """Commands that tests run as processes of their own are not measured: most of their time would go into that.

    They can be interrupted, also where the run itself cannot, as in the background of a script. And they keep what
    they compiled, whatever the machine says: hundreds of them start, and each would compile the package anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    copy_what_was_filled()
    if hasattr(config, "workerinput"):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
