"""The last version of a ledger, kept on the local disk: who has it need not ask the instance for it again."""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from snowconf.files import write_whole


@dataclass(frozen=True, slots=True)
class Shelf:
    """One file. It is believed only when its digest is the one that the head on the instance says."""

    path: Path

    @property
    def is_empty(self) -> bool:
        """Was nothing put here, or nothing that is still here?"""
        return not self.path.is_file()

    def find(self, digest: str) -> bytes | None:
        """The content of this SHA-256 in hex; None when something else is here, or nothing."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        return content if sha256(content).hexdigest() == digest else None

    def put(self, content: bytes) -> None:
        """Keep it in place of what was here, where there is a folder for it already."""
        # What cannot be kept is read again the next time: nothing is lost but a request.
        with suppress(OSError):
            if self.path.parent.is_dir():
                write_whole(self.path, content)
