"""Where secrets can be kept as well as read: files below the stack's folder, and providers that can store."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOTDIR
from glob import escape
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from snowconf.errors import SecretAbsentError, SecretUnavailableError, SnowconfError, StoreError
from snowconf.files import create_whole, write_whole

GROUP = "snowconf.secrets"
BUILT_IN = ("env", "file")
# Windows keeps elsewhere who may read a file.
HAS_MODES = os.name == "posix"

Provider: TypeAlias = Callable[[str], str]
"""What a package registers: from a name to the secret. LookupError says that there is none of that name."""


@runtime_checkable
class Store(Protocol):
    """A provider that can keep secrets too; what it was given is durable when a method returns."""

    def __call__(self, name: str) -> str:
        """The secret. LookupError says that there is none of that name."""
        ...

    def create(self, name: str, secret: str) -> bool:
        """Keep it, unless there is one of that name, which stays as it is: then False."""
        ...

    def replace(self, name: str, secret: str) -> None:
        """Keep it in place of whatever there is."""
        ...

    def discard(self, name: str) -> None:
        """Keep it no more. That there is none is no error."""
        ...


def provider_names() -> tuple[str, ...]:
    """Every provider that a stack can name here: the built-in ones and those of installed packages."""
    return (*BUILT_IN, *sorted(each.name for each in entry_points(group=GROUP)))


@dataclass(frozen=True, slots=True)
class SecretFiles:
    """One secret a file. Paths are relative to the folder of the stack; only the owner may read what is made here."""

    folder: Path

    def __call__(self, name: str) -> str:
        """The file's text without the line end that editors put last.

        Raises:
            SecretUnavailableError: it cannot be read, is empty, or can be read by others; SecretAbsentError when it is
                not there.
        """
        text = _read(self.folder / name, name)
        if not text:
            raise SecretUnavailableError(f"The file {name} is empty.")
        return text

    def create(self, name: str, secret: str) -> bool:
        """The file whole or not at all; one that is there stays.

        Raises:
            StoreError: the disk does not take it.
        """
        path = self.folder / name
        with _told(name):
            _make_folders(path.parent)
            made = create_whole(path, secret.encode())
            _sweep(path)
        return made

    def replace(self, name: str, secret: str) -> None:
        """The file with the other content, in one step.

        Raises:
            StoreError: the disk does not take it.
        """
        path = self.folder / name
        with _told(name):
            write_whole(path, secret.encode())
            _sweep(path)

    def discard(self, name: str) -> None:
        """The file is gone.

        Raises:
            StoreError: the system does not let it go.
        """
        path = self.folder / name
        with _told(name):
            path.unlink(missing_ok=True)
            _sweep(path)


@dataclass(frozen=True, slots=True)
class PackageStore:
    """A provider of an installed package, whose failures may show the secret and so are never repeated."""

    provider: str

    def __call__(self, name: str) -> str:
        """The secret.

        Raises:
            SecretUnavailableError: there is no such provider, or it failed; SecretAbsentError when it has none of that name.
        """
        with self._shielded("give", name):
            try:
                return self._loaded()(name)
            except LookupError:
                raise SecretAbsentError(f"The provider '{self.provider}' has no '{name}'.") from None

    def create(self, name: str, secret: str) -> bool:
        """Kept, unless there is one; raises StoreError as all that store."""
        return self._stored(name, lambda store: store.create(name, secret))

    def replace(self, name: str, secret: str) -> None:
        """Kept in place of what is there; raises StoreError."""
        self._stored(name, lambda store: store.replace(name, secret))

    def discard(self, name: str) -> None:
        """Kept no more; raises StoreError."""
        self._stored(name, lambda store: store.discard(name))

    def _stored(self, name: str, work: Callable[[Store], bool | None]) -> bool:
        try:
            with self._shielded("keep", name):
                return bool(work(self._storing(name)))
        except SecretUnavailableError as problem:
            raise StoreError(f"{problem.detail} Nothing was sent.") from None

    def _storing(self, name: str) -> Store:
        loaded = self._loaded()
        if not isinstance(loaded, Store):
            raise StoreError(
                f"The provider '{self.provider}' gives secrets and cannot keep them, so nothing can be put into '{name}' there. "
                "Name a store that can: file, or a provider with create, replace and discard (docs/secrets.md). Nothing was "
                "sent."
            )
        return loaded

    def _loaded(self) -> Provider:
        found = [each for each in entry_points(group=GROUP) if each.name == self.provider]
        if not found:
            raise SecretUnavailableError(
                f"No installed package provides secrets as '{self.provider}'. There are: {', '.join(provider_names())}."
            )
        loaded: Provider = found[0].load()
        return loaded

    @contextmanager
    def _shielded(self, what: str, name: str) -> Iterator[None]:
        """Nothing of what the package says when it fails, but for the kind of failure."""
        try:
            yield
        except SnowconfError:
            raise
        except Exception as problem:  # noqa: BLE001  a package may raise anything, with the secret in its message
            raise SecretUnavailableError(
                f"The provider '{self.provider}' could not {what} '{name}' ({type(problem).__name__})."
            ) from None


def _read(path: Path, name: str) -> str:
    try:
        if HAS_MODES and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretUnavailableError(
                f"The file {name} can be read by others on this machine. Keep it to yourself:\n\n    chmod 600 {name}"
            )
        return path.read_text("utf-8").rstrip("\r\n")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        is_absent = isinstance(problem, FileNotFoundError | NotADirectoryError)
        error = SecretAbsentError if is_absent else SecretUnavailableError
        raise error(
            f"The file {name} cannot be read ({reason}). Paths are relative to the folder of the stack."
        ) from None
    except UnicodeDecodeError:
        raise SecretUnavailableError(f"The file {name} is no UTF-8 text, and a secret is text.") from None


def _sweep(path: Path) -> None:
    """What runs have left beside the file that were killed while they wrote it: secrets that nobody looks for."""
    for left in path.parent.glob(f"{escape(path.name)}.{'[0-9a-f]' * 8}.new"):
        left.unlink(missing_ok=True)


def _make_folders(folder: Path) -> None:
    """Those that are not there, for the owner alone."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(folder))
    if not folder.exists():
        _make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What the system refuses, in words."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise StoreError(
            f"The secret cannot be kept in {name} ({reason}), and a secret that is kept nowhere would be lost, so nothing was "
            "sent. Make room there, or name another store; paths are relative to the folder of the stack."
        ) from None
