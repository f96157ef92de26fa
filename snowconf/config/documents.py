"""The files of a stack, read and parsed, each value with its place. What the values mean is not known here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from snowconf.config import codes
from snowconf.config.locating import Path as KeyPath, Place, locate
from snowconf.config.rewording import reworded
from snowconf.config.unclosed import find_opening, name_of
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin

LARGEST = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that is TOML: `file` as the user would type it, what it says, and where."""

    file: str
    content: Mapping[str, Any]
    places: Mapping[KeyPath, Place]

    @property
    def root(self) -> "Spot":
        """The whole of it."""
        return Spot(self, (), self.content)


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a file together with the way to it."""

    document: Document
    path: KeyPath
    raw: Any

    @property
    def origin(self) -> Origin:
        """Where it is written; the whole file is at its first line."""
        return Origin(self.document.file, *self.document.places.get(self.path, (1, 1)))

    def child(self, key: str | int) -> "Spot":
        """What stands under a key of this table, or at an index of this array."""
        return Spot(self.document, (*self.path, key), self.raw[key])

    def children(self) -> Iterator[tuple[str, "Spot"]]:
        """Keys and values of this table, in the order written."""
        for key, value in self.raw.items():
            yield key, Spot(self.document, (*self.path, key), value)


def stack_files(folder: Path) -> tuple[Path | Diagnostic, ...]:
    """Every `*.toml` directly in the folder, in name order, or why there is none."""
    if not folder.is_dir():
        return (codes.NO_FOLDER.at(None, _no_folder(folder)),)
    paths = sorted(path for path in folder.glob("*.toml") if not path.is_dir())
    if not paths:
        name = as_typed(folder)
        detail = f"There is no *.toml in '{name}'. Give the folder of a stack, or write a first one with:\n\n    snowconf init"
        return (codes.NO_FILES.at(None, detail),)
    return tuple(paths)


def read_documents(folder: Path) -> tuple[tuple[Document, ...], tuple[Diagnostic, ...]]:
    """The files of the stack in the folder, and what is wrong with those that are missing."""
    read = [_read(each) if isinstance(each, Path) else each for each in stack_files(folder)]
    documents = tuple(each for each in read if isinstance(each, Document))
    return documents, tuple(each for each in read if isinstance(each, Diagnostic))


def read_text(path: Path) -> str | Diagnostic:
    """The text of a file, without a byte order mark, or why there is none."""
    file = as_typed(path)
    whole = Origin(file, 1)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            detail = f"It has {size:,} bytes and the most is {LARGEST:,}. Split it, or move it out of the stack's folder."
            return codes.TOO_LARGE.at(whole, detail)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        return codes.UNREADABLE.at(
            whole, f"The system says: {reason}. Make it readable for the user who runs snowconf."
        )
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        detail = "This line holds bytes that are no UTF-8. Save the file as UTF-8 in your editor."
        return codes.NOT_UTF8.at(Origin(file, line), detail)


def _read(path: Path) -> Document | Diagnostic:
    text = read_text(path)
    return text if isinstance(text, Diagnostic) else parse(as_typed(path), text)


def parse(file: str, text: str) -> Document | Diagnostic:
    """The text as TOML, or what is wrong with it."""
    try:
        content = tomli.loads(text)
    except tomli.TOMLDecodeError as problem:
        origin, said = _mistake(file, text, problem)
        return codes.NOT_TOML.at(origin, f"{said}. Nothing in this file was read; mend this and run again.")
    except ValueError:
        detail = "A whole number in it has thousands of digits. Nothing in this file was read; is it meant for snowconf?"
        return codes.NOT_TOML.at(Origin(file, 1), detail)
    except RecursionError:
        detail = "Arrays or tables are nested more than 400 deep. Nothing in this file was read; is it meant for snowconf?"
        return codes.TOO_DEEP.at(Origin(file, 1), detail)
    return Document(file=file, content=content, places=locate(text))


def _no_folder(path: Path) -> str:
    name = as_typed(path)
    if path.suffix == ".json" and not path.exists():
        return f"'{name}' is not there, neither as a saved plan nor as a folder. 'snowconf plan --out FILE' saves a plan."
    if path.is_file():
        return f"'{name}' is a file. Give the folder that holds the stack."
    return f"'{name}' is no folder. Give the folder that holds the stack."


def _mistake(file: str, text: str, problem: tomli.TOMLDecodeError) -> tuple[Origin, str]:
    """Where to mend it: at a bracket that was never closed, not at the line where that was noticed."""
    # The parser counts each line end as one character.
    text = text.replace("\r\n", "\n")
    opening = find_opening(text, problem.pos)
    if opening is None:
        return Origin(file, problem.lineno, problem.colno), reworded(problem.msg)
    begins = text.rfind("\n", 0, opening) + 1
    noticed = "the end of the file" if problem.pos >= len(text.rstrip()) else f"line {problem.lineno}"
    origin = Origin(file, text.count("\n", 0, opening) + 1, opening - begins + 1)
    return origin, f"Unclosed {name_of(text, opening)}: it begins here, and was not ended before {noticed}"


def as_typed(path: Path) -> str:
    """The path relative to the working directory when below it, else as it was given."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
