"""Whether git would take up what generated secrets are kept in. Asks git; where there is none, nothing is known."""

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin
from snowconf.model.state import Desired
from snowconf.model.value import SecretSource

PATIENCE_S = 10.0


def unignored_stores(folder: Path, desired: Desired | None) -> Iterator[Diagnostic]:
    """A warning for each store that is a file in a git work tree which git does not ignore."""
    stores = {source.name: (address, origin) for address, source, origin in _stores(desired)}
    taken = _not_ignored(folder, stores) if stores else ()
    for name in taken:
        address, origin = stores[name]
        yield Diagnostic(
            code="SNC585",
            summary="Store of a secret is not ignored by git",
            detail=f"{name} holds a secret, and it is in a git work tree that would take it into the next commit. Put a line for it "
            f"into .gitignore, as in\n\n    echo '{_pattern(name)}' >> {folder / '.gitignore'}",
            severity=Severity.WARNING,
            origin=origin,
            address=address,
        )


def _stores(desired: Desired | None) -> Iterator[tuple[Address, SecretSource, Origin]]:
    for resource in desired.resources if desired else ():
        for located in resource.attributes.values():
            source = located.value
            if isinstance(source, SecretSource) and source.generate and source.provider == "file":
                yield resource.address, source, located.origin


def _not_ignored(folder: Path, names: Iterable[str]) -> list[str]:
    """Those that git would track; none where git is missing or a path is in no work tree. One question a folder."""
    git, places = shutil.which("git"), defaultdict(list)
    for name in names:
        path = (folder / name).absolute()
        places[next((each for each in path.parents if each.is_dir()), path.parent)].append((name, str(path)))
    if git is None:
        return []
    return [
        name
        for place, paths in places.items()
        for name in _taken(git, place, {path: name for name, path in paths})
    ]


def _taken(git: str, place: Path, names: Mapping[str, str]) -> Iterator[str]:
    """Of these paths, the names of those that git does not ignore; git ends with 128 where it has no say."""
    # What a repository configures to be run is not run for this question.
    command = [git, "-C", str(place), "-c", "core.fsmonitor=false", "check-ignore", "-z", "--stdin"]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    asked = "".join(f"{path}\0" for path in names).encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(  # noqa: S603  git by its full path, with nothing but options of ours
            command, env=environ, input=asked, capture_output=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    ignored = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    yield from (name for path, name in names.items() if done.returncode in (0, 1) and path not in ignored)


def _pattern(name: str) -> str:
    """The folder that secrets are in, or the file alone."""
    return (
        f"{Path(name).parts[0]}/"
        if len(Path(name).parts) > 1 and not Path(name).is_absolute()
        else Path(name).name
    )
