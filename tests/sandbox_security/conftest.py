from tests.sandbox.conftest import admin, nobody, sandbox, seeded, start

__all__ = ["admin", "nobody", "sandbox", "seeded", "start"]
