"""The few secrets that the sandbox must be able to use and not only to check, kept so that no file shows them.

What they are hidden with is in the sandbox's own file, as it is on an instance: this keeps them from being read by chance,
in a listing or an export, and from nobody who takes the whole file.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Store

SEALED = "s2"
NONCE_BYTES = 16
KEY_BYTES = 32
TAG_BYTES = 16

_CREATE = (
    "CREATE TABLE IF NOT EXISTS snowconf_key (number INTEGER PRIMARY KEY CHECK (number = 1), value TEXT)"
)
_KEEP = "INSERT OR IGNORE INTO snowconf_key (number, value) VALUES (1, ?)"
_READ = "SELECT value FROM snowconf_key"


def conceal(store: Store, text: str) -> str:
    """The text as a column holds it, never twice the same."""
    key, nonce, plain = _key(store), secrets.token_bytes(NONCE_BYTES), _bytes(text)
    hidden = nonce + _mixed(key, nonce, plain)
    return SEALED + b64encode(hidden + _tag(key, hidden)).decode()


def reveal(store: Store, stored: str) -> bytes | None:
    """What was concealed in this store; None for anything else."""
    try:
        hidden = b64decode(stored.removeprefix(SEALED), validate=True)
    except ValueError:
        return None
    key, body, tag = _key(store), hidden[:-TAG_BYTES], hidden[-TAG_BYTES:]
    if not stored.startswith(SEALED) or not hmac.compare_digest(tag, _tag(key, body)):
        return None
    return _mixed(key, body[:NONCE_BYTES], body[NONCE_BYTES:])


def _mixed(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """The data with a stream that only the key gives; mixed twice it is the data again."""
    stream = hashlib.shake_256(key + nonce).digest(len(data))
    return bytes(one ^ other for one, other in zip(data, stream, strict=True))


def _tag(key: bytes, hidden: bytes) -> bytes:
    return hmac.digest(key, hidden, "sha256")[:TAG_BYTES]


def _key(store: Store) -> bytes:
    """Looked for again after a transaction was undone, which may have been the one that made it."""
    return recall(store, (), _find_key)


def _find_key(store: Store) -> bytes:
    """The file's own key, made when it is first needed; whichever process makes it first has made it for all."""
    store.run(_CREATE)
    if not store.run(_READ):
        store.run(_KEEP, (secrets.token_hex(KEY_BYTES),))
    return bytes.fromhex(store.run(_READ)[0][0])


def _bytes(text: str) -> bytes:
    # JSON can hold halves of surrogate pairs, which UTF-8 cannot.
    return text.encode("utf-8", "surrogatepass")
