"""Stacks that go wrong on purpose, and what is expected of every message: no traceback, and words to act on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.driving.commands import Ran, run

Try: TypeAlias = Callable[..., Ran]
Stack: TypeAlias = Callable[..., Path]

BASIC = '{ username = "admin", password = { env = "RUNNER" } }'
RESOURCES = """
[role.watcher]
description = "Watches"

[user.svc_watch]
first_name = "Watch"
roles = ["watcher"]
"""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Writes a stack: the URL of its instance, and its resources."""

    def write(url: str = "sandbox:", resources: str = RESOURCES, auth: str = BASIC) -> Path:
        folder = tmp_path / "watched"
        folder.mkdir(exist_ok=True)
        block = f'url = "{url}"' + ("" if url == "sandbox:" else f"\nauth = {auth}")
        text = f'[stack]\nname = "watched"\n\n[instance.dev]\n{block}\n{resources}'
        (folder / "stack.toml").write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def attempt() -> Try:
    """Runs a command; whatever happens, nothing that looks like a traceback is shown."""

    def tried(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        ran = run(folder, *arguments, env={"RUNNER": "admin"} | dict(env or {}))
        assert not [sign for sign in ("Traceback", 'File "', "SNC009") if sign in ran.said], ran.said
        return ran

    return tried


def sentences(ran: Ran) -> str:
    """What was said on standard error, on one line."""
    return " ".join(ran.err.split())
