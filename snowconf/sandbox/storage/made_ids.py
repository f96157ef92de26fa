"""sys_ids for the platform's own rows whose real one is not known: always the same for the same row."""

import hashlib
import secrets


def made_id(table: str, name: str) -> str:
    """32 hex characters that depend on nothing but table and name."""
    return hashlib.sha256(f"{table}/{name}".encode()).hexdigest()[:32]


def fresh_id() -> str:
    """A sys_id that nobody had before."""
    return secrets.token_hex(16)
