"""Who holds a lock, or began a run: a person or a pipeline, a process on a host, since when, with which command."""

import getpass
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Self

# Anybody who may write properties can write anything into a lock.
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """`run` is random and tells one run from all others; `since` is UTC, as the platform writes it."""

    run: str
    who: str
    host: str
    pid: str
    since: str
    command: str
    url: str

    def encode(self) -> str:
        """As JSON, as it stands in the lock."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> Self | None:
        """The holder back; None when the text is none of ours."""
        try:
            document = json.loads(text)
            values = {name: document[name] for name in cls.__dataclass_fields__}
        except (ValueError, KeyError, TypeError):
            return None
        return cls(**values) if all(isinstance(each, str) for each in values.values()) else None

    def __str__(self) -> str:
        who, host, pid, command, since = (
            each[:_SHOWN] for each in (self.who, self.host, self.pid, self.command, self.since)
        )
        return f"{who} on {host} (process {pid}, 'snowconf {command}') since {since} UTC"


def this_process(command: str, url: str) -> Holder:
    """The run that begins now."""
    return Holder(
        run=secrets.token_hex(8),
        who=_user(),
        host=socket.gethostname(),
        pid=str(os.getpid()),
        since=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        command=command,
        url=url,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return str(os.getuid())
