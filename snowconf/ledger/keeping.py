"""Secrets of one run: resolved where the stack says they are, and remembered as fingerprints in the ledger.

What is written here is in the journal at once and in the ledger when that is stored; FileKeeper is the earlier keeper.
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeAlias

from snowconf.errors import SecretUnavailableError, SnowconfError
from snowconf.ledger import fingerprints
from snowconf.ledger.slots import PENDING, Entry, Fingerprints, Slot, fingerprint
from snowconf.model.address import Address
from snowconf.model.connection import Resolve
from snowconf.model.ownership import Ledger
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

Declared: TypeAlias = tuple[Address, str, SecretSource, str]
"""Address, column, where the secret is, sys_id."""


class SecretJournal(Protocol):
    """Takes down that a secret was written."""

    def secret_written(self, address: Address, column: str, fingerprint: str) -> None:
        """The instance took it."""
        ...


class LedgerKeeper:
    """Resolves secrets, and compares them with what the ledger and this run know. Safe to share among threads."""

    def __init__(self, ledger: Ledger, journal: SecretJournal, resolve: Resolve) -> None:
        """Begin with what the ledger remembers, the runs that were cut short included.

        Args:
            ledger: as `recovering.recover` gives it.
            journal: told of every secret that is written.
            resolve: from where a secret is to the secret.
        """
        self._journal = journal
        self._resolve = resolve
        self._lock = Lock()
        self._known = {
            (owned.sys_id, column): each
            for owned in ledger.entries.values()
            for column, each in owned.secrets.items()
        }
        self._own: dict[Address, dict[str, str]] = {}
        self._compared: dict[tuple[str, bytes], bool] = {}

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret.

        Raises:
            SecretUnavailableError: it is not where the stack says.
        """
        return self._resolve(source)

    def standing(self, address: Address, column: str, source: SecretSource, sys_id: str) -> Standing:
        """How the declared secret compares with the one last written to that record, whatever its address was then."""
        del address  # a block that is renamed keeps its record
        try:
            secret = self._resolve(source).reveal()
        except SecretUnavailableError:
            return Standing.UNAVAILABLE
        with self._lock:
            known = self._known.get((sys_id, column))
        if known is None:
            return Standing.UNKNOWN
        if known == fingerprints.PENDING:
            return Standing.PENDING
        return Standing.SAME if self._fits(known, secret, column, sys_id) else Standing.DIFFERS

    def intend(self, address: Address, column: str, sys_id: str) -> None:
        """Remember, before anything is sent, that this secret is about to be written; the journal has it already."""
        self._remember(address, column, sys_id, known=fingerprints.PENDING)

    def written(self, address: Address, column: str, source: SecretSource, sys_id: str) -> None:
        """Remember that it was."""
        made = fingerprints.fingerprint(self._resolve(source).reveal(), column=column, sys_id=sys_id)
        self._journal.secret_written(address, column, made)
        self._remember(address, column, sys_id, known=made)

    def fingerprints(self) -> Mapping[Address, Mapping[str, str]]:
        """By column, what the ledger is to remember of every secret that was written or begun in this run."""
        with self._lock:
            return {address: dict(columns) for address, columns in self._own.items()}

    def compare_ahead(self, declared: Iterable[Declared], *, workers: int) -> None:
        """Compare all of them side by side, so that `standing` need not do it one by one."""
        with ThreadPoolExecutor(max_workers=workers) as pool:
            for _ in pool.map(lambda each: self.standing(*each), declared):
                pass

    def _remember(self, address: Address, column: str, sys_id: str, *, known: str) -> None:
        with self._lock:
            self._known[sys_id, column] = known
            self._own.setdefault(address, {})[column] = known

    def _fits(self, known: str, secret: str, column: str, sys_id: str) -> bool:
        """Each pair is compared once, because that is slow on purpose."""
        pair = (known, sha256(secret.encode("utf-8", "surrogatepass")).digest())
        with self._lock:
            compared = self._compared.get(pair)
        if compared is None:
            compared = fingerprints.fits(known, secret, column=column, sys_id=sys_id)
            with self._lock:
                self._compared[pair] = compared
        return compared


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

    def fingerprints(self) -> Mapping[Address, Mapping[str, str]]:
        """None: they stay in the file."""
        return {}

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
