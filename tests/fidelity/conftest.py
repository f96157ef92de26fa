from tests.sandbox.conftest import seeded, start

__all__ = ["seeded", "start"]
