"""Running commands: in this process with its streams caught, on a small stack with the embedded sandbox."""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from snowconf.cli import main

STACK = """\
[stack]
name = "small"

[instance.sandbox]
url = "sandbox:"
default = true

[instance.prod]
url = "https://acme.service-now.com"
auth = { username = "svc", password = { env = "PROD_PASSWORD" } }

[role.reader]
description = "Reads"

[user.svc_small]
first_name = "Small"
password = { env = "SMALL_PASSWORD" }
roles = ["reader"]

[property."acme.small.enabled"]
value = true
"""
SECRET = "canary-s3cret-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


class Keyboard:
    """Where Ctrl-C is pressed instead of an answer."""

    def isatty(self) -> bool:
        """A person sits there."""
        return True

    def readline(self) -> str:
        """Never gives a line."""
        raise KeyboardInterrupt


Run = Callable[..., Ended]
OURS = ("SNOWCONF_", "SN_", "SERVICENOW_")
TERMINAL = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "TERM",
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that the tests run on shows in them."""
    for name in tuple(os.environ):
        if name.startswith(OURS) or name in (*TERMINAL, "TF_BUILD", "JENKINS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small stack, in the working directory."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "small.toml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SMALL_PASSWORD", SECRET)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with these arguments, its streams being no terminal."""

    def execute(*arguments: str) -> Ended:
        code = main(arguments)
        written = capsys.readouterr()
        return Ended(code=code, out=written.out, err=written.err)

    return execute


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command at a terminal, where a person answers with the text given as `answer`."""

    def execute(*arguments: str, answer: str | Keyboard = "") -> Ended:
        out, err = Screen(), Screen()
        keyboard = Screen(answer) if isinstance(answer, str) else answer
        with monkeypatch.context() as streams:
            for name, stream in (("stdin", keyboard), ("stdout", out), ("stderr", err)):
                streams.setattr(sys, name, stream)
            code = main(arguments)
        return Ended(code=code, out=out.getvalue(), err=err.getvalue())

    return execute


@pytest.fixture
def ctrl_c() -> Keyboard:
    """A person who presses Ctrl-C instead of answering."""
    return Keyboard()
