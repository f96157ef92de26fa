"""Secrets of one run: resolved where the stack says they are, and remembered as fingerprints in the ledger.

What is written here is in the journal at once, and in the ledger when that is stored.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Lock
from typing import Protocol, TypeAlias

from snowconf.errors import SecretAbsentError, SecretUnavailableError
from snowconf.ledger import fingerprints
from snowconf.model.address import Address
from snowconf.model.connection import Resolve
from snowconf.model.ownership import Ledger
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

Ensure: TypeAlias = Callable[[SecretSource], object]
Declared: TypeAlias = tuple[Address, str, SecretSource, str]
"""Address, column, where the secret is, sys_id."""


class SecretJournal(Protocol):
    """Takes down that a secret was written."""

    def secret_written(self, address: Address, column: str, fingerprint: str) -> None:
        """The instance took it."""
        ...


class NoSecretJournal:
    """For who writes none."""

    def secret_written(self, address: Address, column: str, fingerprint: str) -> None:
        """Not noted."""


class LedgerKeeper:
    """Resolves secrets, and compares them with what the ledger and this run know. Safe to share among threads."""

    def __init__(
        self, ledger: Ledger, journal: SecretJournal, resolve: Resolve, *, ensure: Ensure | None = None
    ) -> None:
        """Begin with what the ledger remembers, the runs that were cut short included.

        Args:
            ledger: as `recovering.recover` gives it.
            journal: told of every secret that is written.
            resolve: from where a secret is to the secret.
            ensure: makes and keeps a generated secret that is not there yet; without it none is made.
        """
        self.ledger = ledger
        self._journal = journal
        self._resolve = resolve
        self._ensure = ensure or resolve
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

    def ensure(self, source: SecretSource) -> None:
        """See that the secret is there to be resolved; a generated one is made and kept when it is not.

        Raises:
            SecretUnavailableError: it is not where the stack says.
            StoreError: it cannot be put there.
        """
        self._ensure(source)

    def standing(self, address: Address, column: str, source: SecretSource, sys_id: str) -> Standing:
        """How the declared secret compares with the one last written to that record, whatever its address was then."""
        del address  # a block that is renamed keeps its record
        try:
            secret = self._held(source)
        except SecretUnavailableError:
            return Standing.UNAVAILABLE
        with self._lock:
            known = self._known.get((sys_id, column))
        if known is None:
            return Standing.UNKNOWN
        if known == fingerprints.PENDING:
            return Standing.PENDING
        if secret is None:
            return Standing.ABSENT
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

    def _held(self, source: SecretSource) -> str | None:
        """The secret; None for one that is still to be generated, or was and is no more in its store."""
        try:
            return self._resolve(source).reveal()
        except SecretAbsentError:
            if source.generate:
                return None
            raise

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
