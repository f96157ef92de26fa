"""Policy and data files, found below the paths that were named, as conftest and OPA find them."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tomli

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy.module import DataFile, Library, Module
from snowconf.policy.problems import BAD_DATA, BROKEN, NOTHING, Problem
from snowconf.policy.reading import read_module

FORMS = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
REGO = ".rego"
# The library that comes along, named where a path is: its rules, its tests and its thresholds.
LIBRARY = "snowconf:library"
# In a package that was built, and in a working copy.
SHELVES = (Path(__file__).with_name("library"), Path(__file__).parents[2] / "policies")
# Policies are written by people; one of more bytes than this is something else.
LARGEST = 1_000_000
LARGEST_DATA = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Files and folders with policies, and with data for them. `said_at` is where that is written, if in a stack."""

    policies: tuple[Path, ...]
    data: tuple[Path, ...] = ()
    said_at: Origin | None = None


def gather(places: Places) -> Library:
    """Everything there is; a place without any policy is a problem, and not an empty set of rules."""
    library = Library(data=(), modules=())
    for path in places.policies:
        library = _with_policies(library, _shelved(path), places.said_at)
        if path.name == LIBRARY:
            library = _with_data(library, _shelved(path), places.said_at)
    for path in places.data:
        library = _with_data(library, path, places.said_at)
    return library


def as_typed(path: Path) -> str:
    """Relative to the working directory when below it, else whole; what is of the library, below its name."""
    absolute, here = path.absolute(), Path.cwd()
    for shelf in SHELVES:
        if absolute.is_relative_to(shelf) and not shelf.is_relative_to(here):
            return "/".join((LIBRARY, *absolute.relative_to(shelf).parts))
    typed = str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
    # Bytes of a name that are no text would be told nobody, nor the engine.
    return typed.encode("utf-8", "backslashreplace").decode()


def _shelved(path: Path) -> Path:
    """Where the library is, when its name is meant."""
    return next((each for each in SHELVES if each.is_dir()), path) if path.name == LIBRARY else path


def _with_policies(library: Library, path: Path, said_at: Origin | None) -> Library:
    known = {module.file for module in library.modules}
    found = _files(path, (REGO,), BROKEN)
    read = [
        each if isinstance(each, Diagnostic) else _module(each)
        for each in found
        if not _is_known(each, known)
    ]
    modules = tuple(each for each in read if isinstance(each, Module))
    problems = [each for each in read if isinstance(each, Diagnostic)]
    if not read and not any(file.startswith(as_typed(path)) for file in known):
        what = "There are no *.rego files in it" if path.is_dir() else "There is no such file or folder"
        problems.append(
            NOTHING.at(
                said_at, f"'{as_typed(path)}' was to hold policies. {what}, and no policy is never a yes."
            )
        )
    return replace(library, modules=(*library.modules, *modules), problems=(*library.problems, *problems))


def _with_data(library: Library, path: Path, said_at: Origin | None) -> Library:
    files = _files(path, tuple(FORMS), BAD_DATA)
    read = [
        each if isinstance(each, Diagnostic) else _data(each, below=path if path.is_dir() else each.parent)
        for each in files
    ]
    problems = [each for each in read if isinstance(each, Diagnostic)]
    if not files:
        detail = f"'{as_typed(path)}' was to hold data for policies: .json, .yaml or .toml. There is none."
        problems.append(BAD_DATA.at(said_at, detail))
    data = tuple(each for each in read if isinstance(each, DataFile))
    return replace(library, data=(*library.data, *data), problems=(*library.problems, *problems))


def _is_known(found: Path | Diagnostic, known: set[str]) -> bool:
    return isinstance(found, Path) and as_typed(found) in known


def _files(path: Path, suffixes: Sequence[str], problem: Problem) -> list[Path | Diagnostic]:
    """The file itself, or all below the folder in name order, hidden ones left out; what cannot be read is a problem."""
    if path.is_file():
        return [path]
    refused: list[OSError] = []
    files = sorted(_walked(path, suffixes, refused)) if path.is_dir() else []
    broken = "It is no file: a link that leads nowhere, or a pipe. Take it away, or let it lead to a file."
    return [
        *(problem.at(_origin(str(each.filename)), _denied(each)) for each in refused),
        *(each if each.is_file() else problem.at(_origin(str(each)), broken) for each in files),
    ]


def _walked(path: Path, suffixes: Sequence[str], refused: list[OSError]) -> Iterator[Path]:
    """Every name with one of the endings, also behind links to folders; each folder once, however many lead there."""
    seen: set[str] = set()
    for folder, folders, names in os.walk(path, onerror=refused.append, followlinks=True):
        real = os.path.realpath(folder)
        folders[:] = [] if real in seen else sorted(each for each in folders if not each.startswith("."))
        shown = [] if real in seen else [each for each in names if not each.startswith(".")]
        seen.add(real)
        yield from (Path(folder, each) for each in shown if Path(each).suffix.casefold() in suffixes)


def _origin(file: str) -> Origin:
    return Origin(as_typed(Path(file)), 1)


def _denied(error: OSError) -> str:
    return f"The system says: {error.strerror}. Make it readable."


def _module(path: Path) -> Module | Diagnostic:
    text = _text(path, LARGEST, BROKEN)
    return text if isinstance(text, Diagnostic) else read_module(as_typed(path), text)


def _data(path: Path, below: Path) -> DataFile | Diagnostic:
    text = _text(path, LARGEST_DATA, BAD_DATA)
    if isinstance(text, Diagnostic):
        return text
    form = FORMS.get(path.suffix.casefold(), "")
    under = path.relative_to(below).parts[:-1]
    data = DataFile(file=as_typed(path), text=text, form=form, under=under)
    problem = next(_misfits(data), None)
    return BAD_DATA.at(*problem) if problem else data


def _misfits(data: DataFile) -> Iterator[tuple[Origin, str]]:
    """What is wrong with a data file as far as it can be told here; YAML is the engine's to read."""
    try:
        match data.form:
            case "json":
                content = json.loads(data.text)
            case "toml":
                content = tomli.loads(data.text)
            case "yaml":
                content = {}
            case _:
                yield Origin(data.file, 1), "Data for policies is in .json, .yaml, .yml or .toml files."
                return
    except (json.JSONDecodeError, tomli.TOMLDecodeError) as problem:
        yield Origin(data.file, problem.lineno, problem.colno), f"{problem.msg}. Mend the file."
    except (ValueError, RecursionError):
        yield Origin(data.file, 1), "It is nested too deeply, or holds a number of thousands of digits."
    else:
        if not isinstance(content, dict):
            yield (
                Origin(data.file, 1),
                "Data for policies is an object at its top, whose keys are found below data.",
            )


def _text(path: Path, largest: int, problem: Problem) -> str | Diagnostic:
    origin = _origin(str(path))
    try:
        if path.stat().st_size > largest:
            return problem.at(origin, f"It has more than {largest:,} bytes. Is it meant for policies?")
        return path.read_text("utf-8-sig")
    except OSError as error:
        return problem.at(origin, _denied(error))
    except UnicodeDecodeError:
        return problem.at(origin, "It holds bytes that are no UTF-8. Save it as UTF-8.")
