"""Secrets at rest: salted scrypt hashes, told apart from text that is none, and credentials known to be right.

The file of a sandbox never holds a secret in clear, but for what the platform itself stores so (wire-contract.md 6.5).
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Store

PREFIX = "$scrypt1$"
SEALED = "s1"
COST = {"n": 4096, "r": 8, "p": 1}
SALT_BYTES = 20
DIGEST_BYTES = 42
KNOWN_AT_MOST = 4096


def hash_password(text: str) -> str:
    """A hash for `user_password`: 92 characters, as on an instance (wire-contract.md 6.5)."""
    return PREFIX + _encode(_salted(text, secrets.token_bytes(SALT_BYTES)))


def seal(text: str) -> str:
    """What a two-way encrypted column shows: text that looks random and cannot be compared (wire-contract.md 6.5).

    The sandbox needs to check such secrets and never to use them, so this is a hash too.
    """
    return SEALED + _encode(_salted(text, secrets.token_bytes(SALT_BYTES)))


def is_hash(stored: str) -> bool:
    """Whether a stored value can be checked at all; a password stored verbatim cannot."""
    return _read(stored) is not None


def matches(stored: str, text: str) -> bool:
    """Whether the secret is the one that was hashed or sealed; never for a value that is neither."""
    salted = _read(stored)
    return salted is not None and hmac.compare_digest(salted, _salted(text, salted[:SALT_BYTES]))


def are_same(left: str, right: str) -> bool:
    """Whether two secrets are equal, found out in a time that tells nothing of where they differ."""
    return hmac.compare_digest(_bytes(left), _bytes(right))


def verify(store: Store, stored: str, text: str) -> bool:
    """As `matches`, but credentials that were right before cost no hash again while the stored value is the same."""
    known = hold(store, KnownCredentials)
    if known.has(stored, text):
        return True
    right = matches(stored, text)
    if right:
        known.add(stored, text)
    return right


class KnownCredentials:
    """Credentials that were right: keyed digests of stored hash and secret, with a key nobody else has."""

    def __init__(self, _: Store) -> None:
        self._key = secrets.token_bytes(32)
        self._digests: set[bytes] = set()

    def has(self, stored: str, text: str) -> bool:
        """Whether this secret was right for this stored value."""
        return self._digest(stored, text) in self._digests

    def add(self, stored: str, text: str) -> None:
        """Remember a secret that was right."""
        if len(self._digests) >= KNOWN_AT_MOST:
            self._digests.clear()
        self._digests.add(self._digest(stored, text))

    def _digest(self, stored: str, text: str) -> bytes:
        return hmac.digest(self._key, _bytes(f"{stored}\n{text}"), "sha256")


def _salted(text: str, salt: bytes) -> bytes:
    return salt + hashlib.scrypt(_bytes(text), salt=salt, dklen=DIGEST_BYTES, **COST)


def _bytes(text: str) -> bytes:
    # JSON can hold halves of surrogate pairs, which UTF-8 cannot.
    return text.encode("utf-8", "surrogatepass")


def _encode(salted: bytes) -> str:
    # 62 bytes end in one character of padding, which is no part of the text.
    return b64encode(salted).decode().rstrip("=")


def _read(stored: str) -> bytes | None:
    """Salt and digest of a hashed or sealed value."""
    prefix = next((each for each in (PREFIX, SEALED) if stored.startswith(each)), None)
    try:
        salted = b64decode(stored[len(prefix or "") :] + "=", validate=True)
    except ValueError:
        return None
    return salted if prefix and len(salted) == SALT_BYTES + DIGEST_BYTES else None
