"""No secret that a command uses is in anything it writes."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

Run = Callable[..., Any]
CANARY = "canary/s3cret value+1"
COMMANDS = (
    "validate",
    "plan",
    "plan --json",
    "apply --auto-approve",
    "apply --rewrite-secrets user.svc_small --auto-approve",
    "apply --json --rewrite-secrets user.svc_small --auto-approve",
    "drift",
    "drift --json",
    "show",
    "show --json",
    "plan --target user.canary/s3cret",
    "sandbox reset --auto-approve",
)


def forms(secret: str) -> Iterator[bytes]:
    """The secret as it may appear."""
    data = secret.encode()
    yield from (data, data.hex().encode(), base64.b64encode(data), base64.urlsafe_b64encode(data))
    yield from (quote(secret).encode(), quote(secret, safe="").encode(), secret.replace(" ", "+").encode())


def written(folder: Path) -> bytes:
    """Everything in files, but for the sandbox's own."""
    files = (each for each in folder.rglob("*") if each.is_file() and "sandbox.db" not in each.name)
    return b"\n".join(each.read_bytes() for each in files)


@pytest.mark.parametrize("wrong_login", [False, True])
def test_secrets_are_in_no_output_and_no_file(
    stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch, wrong_login: object
) -> None:
    """Every command, with and without a login that works: neither plain nor encoded."""
    monkeypatch.setenv("SMALL_PASSWORD", CANARY)
    if wrong_login:
        monkeypatch.setenv("BOX_PASSWORD", CANARY)
        path = stack / "small.toml"
        auth = 'url = "sandbox:"\nauth = { username = "admin", password = { env = "BOX_PASSWORD" } }'
        path.write_text(path.read_text("utf-8").replace('url = "sandbox:"', auth), encoding="utf-8")
    seen = b""
    for command in COMMANDS:
        ended = run(*command.split())
        seen += ended.out.encode() + ended.err.encode() + written(stack)
    assert [form for form in forms(CANARY) if form in seen] == []
