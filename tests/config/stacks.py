"""What the tests of loading share: a stack around a text, and problems as one line each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

from snowconf.config.instances import Switches
from snowconf.config.loading import Loaded
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

BASE = """[stack]
name = "tests"

[instance.sandbox]
url = "sandbox:"
default = true
"""


class Load(Protocol):
    """Writes files into an empty working directory and loads them as a stack."""

    def __call__(
        self,
        files: Mapping[str, str | bytes],
        *,
        instance: str | None = None,
        environ: Mapping[str, str] | None = None,
        switches: Switches | None = None,
    ) -> Loaded:
        """What a stack of these files says."""
        ...


Told: TypeAlias = Callable[[str], list[str]]
Only: TypeAlias = Callable[[str], Resource]


def tell(problem: Diagnostic) -> str:
    """Code, place and detail."""
    return f"{problem.code} {problem.origin or '-'} {problem.detail}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Put the files there."""
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
