"""The stack's files as lines, read when a diagnostic quotes one."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


class SourceFiles(Mapping[str, Sequence[str]]):
    """From the name of a file, as origins give it, to its lines; what cannot be read is not there."""

    def __init__(self) -> None:
        self._lines: dict[str, Sequence[str] | None] = {}

    def __getitem__(self, name: str) -> Sequence[str]:
        if name not in self._lines:
            self._lines[name] = _read(Path(name))
        lines = self._lines[name]
        if lines is None:
            raise KeyError(name)
        return lines

    def __iter__(self) -> Iterator[str]:
        return (name for name, lines in self._lines.items() if lines is not None)

    def __len__(self) -> int:
        return sum(lines is not None for lines in self._lines.values())


def _read(path: Path) -> Sequence[str] | None:
    if path.suffix != ".toml":
        return None
    try:
        return path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
