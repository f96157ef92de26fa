"""What is remembered of a secret: a slow, salted digest, bound to the column and record it was written to. Pure.

Everybody who may read the ledger may try guesses, so each guess costs 4 MB and about 10 ms; no key has to be shared.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import scrypt

# Stands for a write that was begun and never confirmed.
PENDING = ""
SCHEME = "scrypt"
_COST, _BLOCK, _LANES, _SALT_BYTES, _HASH_BYTES = 2**12, 8, 1, 16, 32


def fingerprint(secret: str, *, column: str, sys_id: str) -> str:
    """`scrypt$<salt>$<hash>`, another one each time; it fits this column of this record alone.

    The address is no part of it: a resource that is renamed keeps its record, and its secret is not written again.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _hash(secret, salt, place=f"{column}\0{sys_id}")
    return f"{SCHEME}${_encode(salt)}${_encode(made)}"


def fits(print_: str, secret: str, *, column: str, sys_id: str) -> bool:
    """Is this the secret that the fingerprint was made of? Compared in constant time; what is no fingerprint fits none."""
    scheme, _, rest = print_.partition("$")
    salt, _, wanted = rest.partition("$")
    if scheme != SCHEME or not wanted:
        return False
    try:
        found = _hash(secret, _decode(salt), place=f"{column}\0{sys_id}")
    except ValueError:
        return False
    return hmac.compare_digest(_encode(found).encode(), wanted.encode())


def _hash(secret: str, salt: bytes, *, place: str) -> bytes:
    text = f"{place}\0{secret}".encode("utf-8", "surrogatepass")
    return scrypt(text, salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_HASH_BYTES)


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
