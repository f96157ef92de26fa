"""The same over HTTP: a user gets in, gets a token, and loses it; and a server that dies in between is told."""

import json
from pathlib import Path

import pytest

from tests.driving.commands import Ran, run
from tests.driving.serving import served_sandbox

VARIABLES = {"ADMIN": "admin", "SVC_PASSWORD": "made-up-Passw0rd-1", "APP_SECRET": "made-up-S3cret-1"}
STACK = """\
[stack]
name = "tokens"

[instance.there]
url = "{url}"
auth = {{ username = "admin", password = {{ env = "ADMIN" }} }}
timeout_s = 5

[user.svc]
password = {{ env = "SVC_PASSWORD" }}

[oauth_app.app]
name = "App"
client_secret = {{ env = "APP_SECRET" }}
"""


def at(folder: Path, url: str, *arguments: str) -> Ran:
    """A command on the stack for the instance at that address."""
    (folder / "stack.toml").write_text(STACK.format(url=url), "utf-8")
    return run(folder, *arguments, env=VARIABLES)


def test_a_token_over_http(tmp_path: Path) -> None:
    """Applied, given, kept, revoked, and every secret proven."""
    with served_sandbox(tmp_path) as url:
        applied = at(tmp_path, url, "apply", "--auto-approve")
        given = at(tmp_path, url, "token", "svc", "--json")
        kept = at(tmp_path, url, "token", "svc", "--store", "file=secrets/token")
        revoked = at(tmp_path, url, "token", "svc", "--revoke", "--store", "file=secrets/token")
        proven = at(tmp_path, url, "drift", "--probe-secrets")
    assert [each.code for each in (applied, given, kept, revoked, proven)] == [0, 0, 0, 0, 0]
    assert json.loads(given.out)["refresh_token"]
    assert "Tried, and right" in proven.out


@pytest.mark.parametrize(
    "command", ["token svc", "drift --probe-secrets", "token svc --revoke --store file=kept"]
)
def test_a_dead_server_is_told(tmp_path: Path, command: str) -> None:
    """In words, with the exit code of a failure."""
    (tmp_path / "kept").write_text("made-up-token", "utf-8")
    (tmp_path / "kept").chmod(0o600)
    with served_sandbox(tmp_path) as url:
        pass
    ran = at(tmp_path, url, *command.split())
    assert (ran.code, "SNC401" in ran.err, "Traceback" in ran.said) == (1, True, False)
    assert "made-up" not in ran.said


def test_a_token_endpoint_that_is_busy_is_asked_again(tmp_path: Path) -> None:
    """429 is no refusal."""
    with served_sandbox(tmp_path, "--set", "fault=429=1;table=oauth_token.do;count=1") as url:
        at(tmp_path, url, "apply", "--auto-approve")
        ran = at(tmp_path, url, "token", "svc")
    assert (ran.code, len(ran.out.strip())) == (0, 86)
