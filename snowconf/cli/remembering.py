"""Which declared secrets were tried in vain, and when: so that many runs do not lock out whom one would not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snowconf.cli.places import PRIVATE, private_folder
from snowconf.files import write_whole
from snowconf.model.address import Address
from snowconf.model.trial import Failure


class TrialMemory:
    """`engine.enter.trying.Memory` in a file beside the stack; there is no secret in it. What cannot be read is forgotten."""

    def __init__(self, stack: Path, instance: str) -> None:
        self._stack = stack
        self._path = stack / PRIVATE / f"{instance}.trials.json"
        self._failures = _read(self._path)

    def find(self, user: Address) -> Failure | None:
        """How the user was refused last."""
        return self._failures.get(str(user))

    def note(self, user: Address, failure: Failure | None) -> None:
        """Written to the disk at once; a file that was never needed is not made."""
        if failure is None and str(user) not in self._failures:
            return
        self._failures.pop(str(user), None)
        if failure is not None:
            self._failures[str(user)] = failure
        content = {name: _document(each) for name, each in sorted(self._failures.items())}
        private_folder(self._stack)
        write_whole(self._path, json.dumps(content, indent=2).encode())


def _document(failure: Failure) -> dict[str, str]:
    return {"at": failure.at.isoformat(), "revision": failure.revision}


def _read(path: Path) -> dict[str, Failure]:
    try:
        content: Any = json.loads(path.read_bytes())
        return {str(name): _failure(each) for name, each in content.items()}
    except (OSError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return {}


def _failure(document: Any) -> Failure:
    at = datetime.fromisoformat(document["at"])
    return Failure(at=at if at.tzinfo else at.replace(tzinfo=UTC), revision=str(document["revision"]))
