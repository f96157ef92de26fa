"""Stacks that go wrong on purpose, and what is expected of every message: no traceback, and words to act on."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.driving.commands import Ran, run
from tests.driving.serving import Reply, Request

Try: TypeAlias = Callable[..., Ran]
Stack: TypeAlias = Callable[..., Path]

# For instances that keep nothing, a ledger neither.
HERE = 'ledger = "file:ledger.json"'

BASIC = '{ username = "admin", password = { env = "RUNNER" } }'
WITNESS = {"sys_id": "6816f79cc0a8016401c5a33be04be441", "name": "glide.war"}
RESOURCES = """
[role.watcher]
description = "Watches"

[user.svc_watch]
first_name = "Watch"
roles = ["watcher"]
"""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Writes a stack: the URL of its instance, its resources, and lines of its [stack] block."""

    def write(url: str = "sandbox:", resources: str = RESOURCES, settings: str = "") -> Path:
        folder = tmp_path / "watched"
        folder.mkdir(exist_ok=True)
        block = f'url = "{url}"' + ("" if url == "sandbox:" else f"\nauth = {BASIC}")
        text = f'[stack]\nname = "watched"\n{settings}\n\n[instance.dev]\n{block}\n{resources}'
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


def nothing_of_ours(request: Request) -> Reply:
    """What an instance lists on which there is only the property that every instance has."""
    is_first = "glide.war" in request.target and "sys_id%3E" not in request.target
    return Reply(status=200, body=json.dumps({"result": [WITNESS] if is_first else []}).encode())
