"""Commands as processes of their own, as somebody at a prompt starts them; or forked from one that imported everything."""

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from tests.driving.nursery import Nursery, Task, nursery

SNOWCONF = Path(sys.executable).with_name("snowconf")
# What could choose an instance, log in, or change how output looks.
OURS = ("SNOWCONF_", "SN_", "SERVICENOW_", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "HTTP_PROXY", "http_proxy")
# What Python reads once, when it starts.
PYTHONS = ("PYTHON", "LC_", "LANG")


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
    """A command from start to end, as a process of its own that did not have to import anything first.

    How a command starts is not shown by this; it starts as usual where Python reads the environment for itself.
    """
    if any(name.startswith(PYTHONS) for name in env or ()):
        process = start(folder, *arguments, env=env)
        said, complained = process.communicate(timeout=100)
        return Ran(code=process.returncode, out=said, err=complained)
    born, alone = _shared()
    with tempfile.TemporaryDirectory(prefix="ran") as room, alone:
        out, err = Path(room, "out"), Path(room, "err")
        environ = clean_environment(env)
        born.begin(Task(argv=arguments, environ=environ, folder=folder, output=out, errors=err))
        code, _ = born.end()
        return Ran(code=code, out=out.read_text("utf-8"), err=err.read_text("utf-8"))


@cache
def _shared() -> tuple[Nursery, threading.Lock]:
    """One for all tests of this process, until it ends."""
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(nursery(clean_environment())), threading.Lock()
