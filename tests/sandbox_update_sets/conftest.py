"""A sandbox of the test's own, somebody who asks it, and somebody who writes the XML of update sets by hand."""

from tests.sandbox.conftest import admin, nobody, sandbox, seeded, start

__all__ = ["admin", "nobody", "sandbox", "seeded", "start"]
