"""Secrets: fetched where the stack says they are, when they are needed, and hidden again in everything written.

Those that the stack wants generated are made here, and are in their store before anybody gets to see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from snowconf.config.generating import make_secret
from snowconf.config.secret_stores import PackageStore, SecretFiles, Store
from snowconf.errors import SecretAbsentError, SecretUnavailableError, StoreError
from snowconf.model.redacting import Redactor
from snowconf.model.value import SecretSource, SecretText


@dataclass(slots=True)
class Secrets:
    """Resolves secrets for one run, and remembers in `redactor` what must not be shown.

    `folder` is the stack's: paths of files are relative to it.
    """

    environ: Mapping[str, str] = field(repr=False)
    folder: Path
    redactor: Redactor = field(default_factory=Redactor, repr=False)
    _texts: dict[SecretSource, str] = field(default_factory=dict, repr=False)

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret; each is fetched once.

        Raises:
            SecretUnavailableError: it is not where the stack says; the text names the place and what to do.
            SecretAbsentError: the same, where the place is in order and nothing is there.
        """
        if source not in self._texts:
            self._hold(source, self._fetch(source))
        return SecretText(self._texts[source])

    def ensure(self, source: SecretSource) -> None:
        """See that the secret is where the stack says; a generated one that is not there yet is made and kept first.

        Raises:
            SecretUnavailableError: it is not there, or cannot be read.
            StoreError: it cannot be put there.
        """
        try:
            self.resolve(source)
        except SecretAbsentError:
            if not source.generate:
                raise
            self._make(source)

    def replace(self, source: SecretSource, secret: SecretText) -> None:
        """Keep this one there, whatever is there.

        Raises:
            StoreError: it cannot be put there.
        """
        self._store(source).replace(source.name, secret.reveal())
        self._hold(source, secret.reveal())

    def discard(self, source: SecretSource) -> None:
        """Keep nothing there any more.

        Raises:
            StoreError: what is there cannot be taken away.
        """
        self._store(source).discard(source.name)
        self._texts.pop(source, None)

    def redact(self, text: str) -> str:
        """The text with every secret resolved so far masked."""
        return self.redactor.redact(text)

    def _make(self, source: SecretSource) -> None:
        """Whoever was quicker has made it: then theirs counts."""
        made = make_secret(source.generate)
        self.redactor.hide(made)
        if self._store(source).create(source.name, made):
            self._texts[source] = made
        else:
            self.resolve(source)

    def _hold(self, source: SecretSource, text: str) -> None:
        self._texts[source] = text
        self.redactor.hide(text)

    def _store(self, source: SecretSource) -> Store:
        if source.provider == "env":
            raise StoreError(
                f"The environment variable {source.name} belongs to whoever starts snowconf, so nothing can be kept there. "
                "Nothing was sent."
            )
        return SecretFiles(self.folder) if source.provider == "file" else PackageStore(source.provider)

    def _fetch(self, source: SecretSource) -> str:
        return (
            self._from_environment(source.name)
            if source.provider == "env"
            else self._store(source)(source.name)
        )

    def _from_environment(self, name: str) -> str:
        if not self.environ.get(name):
            state = "empty" if name in self.environ else "not set"
            raise SecretUnavailableError(
                f"The environment variable {name} is {state}. Set it for this command, or name a file of variables "
                "with --env-file."
            )
        return self.environ[name]
