"""Secrets: fetched where the stack says they are, when they are needed, and hidden again in everything written."""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

from snowconf.errors import SecretUnavailableError
from snowconf.model.redacting import Redactor
from snowconf.model.value import SecretSource, SecretText

Provider: TypeAlias = Callable[[str], str]

GROUP = "snowconf.secrets"
BUILT_IN = ("env", "file")
# Windows keeps elsewhere who may read a file.
HAS_MODES = os.name == "posix"


def provider_names() -> tuple[str, ...]:
    """Every provider that a stack can name here: the built-in ones and those of installed packages."""
    return (*BUILT_IN, *sorted(each.name for each in entry_points(group=GROUP)))


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
        """
        if source not in self._texts:
            self._texts[source] = self._fetch(source)
            self.redactor.hide(self._texts[source])
        return SecretText(self._texts[source])

    def redact(self, text: str) -> str:
        """The text with every secret resolved so far masked."""
        return self.redactor.redact(text)

    def _fetch(self, source: SecretSource) -> str:
        match source.provider:
            case "env":
                return self._from_environment(source.name)
            case "file":
                return _from_file(self.folder / source.name, source.name)
            case _:
                return _from_package(source)

    def _from_environment(self, name: str) -> str:
        if not self.environ.get(name):
            state = "empty" if name in self.environ else "not set"
            raise SecretUnavailableError(
                f"The environment variable {name} is {state}. Set it for this command, or name a file of variables "
                "with --env-file."
            )
        return self.environ[name]


def _from_file(path: Path, name: str) -> str:
    try:
        if HAS_MODES and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretUnavailableError(
                f"The file {name} can be read by others on this machine. Keep it to yourself:\n\n    chmod 600 {name}"
            )
        text = path.read_text("utf-8").rstrip("\r\n")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SecretUnavailableError(
            f"The file {name} cannot be read ({reason}). Paths are relative to the folder of the stack."
        ) from None
    except UnicodeDecodeError:
        raise SecretUnavailableError(f"The file {name} is no UTF-8 text, and a secret is text.") from None
    if not text:
        raise SecretUnavailableError(f"The file {name} is empty.")
    return text


def _from_package(source: SecretSource) -> str:
    found = [each for each in entry_points(group=GROUP) if each.name == source.provider]
    if not found:
        raise SecretUnavailableError(
            f"No installed package provides secrets as '{source.provider}'. There are: {', '.join(provider_names())}."
        )
    try:
        provider: Provider = found[0].load()
        return provider(source.name)
    except Exception as problem:  # noqa: BLE001  a package may raise anything, with the secret in its message
        raise SecretUnavailableError(
            f"The provider '{source.provider}' could not give '{source.name}' ({type(problem).__name__})."
        ) from None
