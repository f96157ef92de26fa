"""Which declared secrets were tried in vain, and when: so that many runs do not lock out whom one would not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snowconf.cli.places import PRIVATE, private_folder
from snowconf.files import write_whole
from snowconf.model.address import Address


class TrialMemory:
    """`engine.trying.Memory` in a file beside the stack; there is no secret in it. What cannot be read is forgotten."""

    def __init__(self, stack: Path, instance: str) -> None:
        self._stack = stack
        self._path = stack / PRIVATE / f"{instance}.trials.json"
        self._moments = _read(self._path)

    def failed_at(self, user: Address) -> datetime | None:
        """When the user was refused last."""
        return self._moments.get(str(user))

    def note(self, user: Address, failed_at: datetime | None) -> None:
        """Written to the disk at once; a file that was never needed is not made."""
        if failed_at is None and str(user) not in self._moments:
            return
        self._moments.pop(str(user), None)
        if failed_at is not None:
            self._moments[str(user)] = failed_at
        content = {name: moment.isoformat() for name, moment in sorted(self._moments.items())}
        private_folder(self._stack)
        write_whole(self._path, json.dumps(content, indent=2).encode())


def _read(path: Path) -> dict[str, datetime]:
    try:
        content: Any = json.loads(path.read_bytes())
        return {str(name): _moment(text) for name, text in content.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
