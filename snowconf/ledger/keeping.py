"""The fingerprints in a file, `.snowconf/<instance>.secrets.json` beside the stack, and the key they are made with.

Every change is on the disk before it counts: written to a second file, flushed, and switched in one step, so that a
killed run leaves the file as it was or as it is meant to be.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from snowconf.errors import SecretUnavailableError, SnowconfError
from snowconf.ledger.fingerprints import PENDING, Entry, Fingerprints, Slot, fingerprint
from snowconf.model.address import Address
from snowconf.model.connection import Resolve
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

FORMAT = 1


class LedgerUnreadableError(SnowconfError):
    """The file of fingerprints is there and is not what snowconf writes."""

    summary = "Memory of secrets not readable"
    code = "SNC303"


class FileKeeper:
    """Resolves secrets and remembers what was written, in a file. Safe to share among threads."""

    def __init__(self, path: Path, url: str, resolve: Resolve) -> None:
        """Nothing is read or written before the first question.

        Args:
            path: the file of fingerprints; its folder is made when something is first written.
            url: the instance the fingerprints are for; those of another instance are not used.
            resolve: from where a secret is to the secret.
        """
        self._path = path
        self._url = url
        self._resolve = resolve
        self._lock = Lock()
        self._loaded: Fingerprints | None = None

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret.

        Raises:
            SecretUnavailableError: it is not where the stack says.
        """
        return self._resolve(source)

    def standing(self, address: Address, column: str, source: SecretSource, sys_id: str) -> Standing:
        """How the declared secret compares with the one last written to that record.

        Raises:
            LedgerUnreadableError: the file is damaged.
        """
        slot = Slot(address, column)
        try:
            secret = self._resolve(source)
        except SecretUnavailableError:
            return Standing.UNAVAILABLE
        entry = self._fingerprints().find(slot, sys_id)
        if entry is None:
            return Standing.UNKNOWN
        if entry.digest == PENDING:
            return Standing.PENDING
        same = fingerprint(self._key(), slot, sys_id, secret.reveal()) == entry.digest
        return Standing.SAME if same else Standing.DIFFERS

    def intend(self, address: Address, column: str, sys_id: str) -> None:
        """Remember, before anything is sent, that this secret is about to be written."""
        self._remember(Slot(address, column), Entry(sys_id, PENDING))

    def written(self, address: Address, column: str, source: SecretSource, sys_id: str) -> None:
        """Remember that it was."""
        slot = Slot(address, column)
        digest = fingerprint(self._key(), slot, sys_id, self._resolve(source).reveal())
        self._remember(slot, Entry(sys_id, digest))

    def _remember(self, slot: Slot, entry: Entry) -> None:
        fingerprints = self._fingerprints()
        with self._lock:
            self._loaded = (self._loaded or fingerprints).with_entry(slot, entry)
            _write_whole(self._path, _encode(self._loaded))

    def _fingerprints(self) -> Fingerprints:
        with self._lock:
            if self._loaded is None:
                self._loaded = _read(self._path, self._url)
            return self._loaded

    def _key(self) -> bytes:
        """Random, made once, never in a repository: `.snowconf/` is ignored by git."""
        path = self._path.with_name("fingerprint.key")
        with self._lock:
            if not path.exists():
                _write_whole(path, secrets.token_bytes(32))
            return path.read_bytes()


def _read(path: Path, url: str) -> Fingerprints:
    if not path.exists():
        return Fingerprints(url=url)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = {name: Entry(each["sys_id"], each["digest"]) for name, each in document["secrets"].items()}
        written_for = document["url"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerUnreadableError(
            f"{path} is not what snowconf writes ({type(error).__name__}). Restore it, or delete it: then snowconf no "
            "longer knows which secrets it wrote, and leaves those of existing records alone until you name them with "
            "--rewrite-secrets."
        ) from None
    return Fingerprints(url=url, entries=entries if written_for == url else {})


def _encode(fingerprints: Fingerprints) -> bytes:
    document = {
        "format": FORMAT,
        "url": fingerprints.url,
        "secrets": {
            name: {"sys_id": entry.sys_id, "digest": entry.digest}
            for name, entry in sorted(fingerprints.entries.items())
        },
    }
    return json.dumps(document, indent=1).encode()


def _write_whole(path: Path, content: bytes) -> None:
    """All of it or nothing, readable by the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    with _open_folder(path.parent) as folder:
        os.fsync(folder)


@contextmanager
def _open_folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
