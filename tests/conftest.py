"""What holds for all tests."""

import os
import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Commands that tests run as processes of their own are not measured: most of their time would go into that.

    They can be interrupted, also where the run itself cannot, as in the background of a script.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
