"""Commands as processes of their own, as somebody at a prompt starts them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SNOWCONF = Path(sys.executable).with_name("snowconf")
# What could choose an instance, log in, or change how output looks.
OURS = ("SNOWCONF_", "SN_", "SERVICENOW_", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "HTTP_PROXY", "http_proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without anything of ours, and then `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"NO_COLOR": "1"} | dict(extra or {})


def start(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, out: int | IO[str] = subprocess.PIPE
) -> subprocess.Popen[str]:
    """A command under way."""
    return subprocess.Popen(
        [SNOWCONF, *arguments],
        cwd=folder,
        env=clean_environment(env),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
    """A command from start to end."""
    process = start(folder, *arguments, env=env)
    out, err = process.communicate(timeout=100)
    return Ran(code=process.returncode, out=out, err=err)
