"""Commands that show secrets at the door, at instances that repeat all they are sent: nothing of it is told."""

import json

import pytest

from tests.driving.commands import run
from tests.driving.serving import Reply, Request, serving
from tests.secrecy.canaries import GIVEN_REFRESH, USER_PASSWORD, leaks_in, leaks_in_files
from tests.secrecy.keeping import VARIABLES, Keeper
from tests.secrecy.test_echoes import HERE, failure, instance_at, refuses_tokens, repeated, token

BASIC = '{ username = "admin", password = { env = "RUNNER_PASSWORD" } }'
RESOURCES = """
[user.svc_quiet]
password = { env = "USER_PASSWORD" }
access = { read = ["incident"] }

[user.svc_alone]
password = { file = "password.txt" }

[oauth_app.quiet]
name = "Quiet"
client_id = "quiet"
client_secret = { env = "CLIENT_SECRET" }
"""
COMMANDS = (
    "token svc_quiet",
    "token svc_quiet --access --json",
    "token svc_quiet --store file=kept",
    "drift --probe-secrets",
    "drift --probe-secrets --json",
    "verify",
    "doctor",
    "doctor --json",
)
ROWS = {
    "sys_user": {
        "user_name": "svc_quiet",
        "active": "true",
        "failed_attempts": "0",
        "user_password": USER_PASSWORD.text,
    },
    "oauth_entity": {"name": "Quiet", "client_id": "quiet", "active": "true"},
}


def shows_rows(request: Request) -> Reply:
    """One row of each table, with a password that was stored as it was sent."""
    table = request.path.rpartition("/")[2]
    row = {"sys_id": "a" * 32, **ROWS.get(table, {})}
    headers = (("Content-Type", "application/json;charset=UTF-8"), ("X-Total-Count", "1"))
    return Reply(status=200, body=json.dumps({"result": [row]}).encode(), headers=headers)


def refuses_visitors(request: Request) -> Reply:
    """Lets the runner alone in."""
    return refuses_tokens(request) if request.path == "/oauth_token.do" else shows_rows(request)


def refuses_everybody(request: Request) -> Reply:
    """Gives tokens that nothing takes, and says what it was shown."""
    return token() if request.path == "/oauth_token.do" else failure(401, request)


def breaks(request: Request) -> Reply:
    """A page where a token should be."""
    if request.path != "/oauth_token.do":
        return shows_rows(request)
    body = f"<html>{repeated(request)}</html>".encode()
    return Reply(status=500, body=body, headers=(("Content-Type", "text/html"),))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_refused_grant_tells_nothing(keeper: Keeper, command: str) -> None:
    """Neither the form that was repeated nor the password that the instance holds in clear."""
    with serving(refuses_visitors) as url:
        keeper.write(instance_at(url, BASIC), RESOURCES, HERE)
        ran = keeper.run(*command.split())
    assert (ran.code != 0 or command.startswith("doctor"), "Traceback" in ran.said) == (True, False)


@pytest.mark.parametrize("command", COMMANDS[3:7])
def test_a_refused_token_tells_nothing(keeper: Keeper, command: str) -> None:
    """What an API says of it is masked."""
    with serving(refuses_everybody) as url:
        keeper.write(instance_at(url, BASIC), RESOURCES, HERE)
        ran = keeper.run(*command.split())
    assert (ran.code, "Traceback" in ran.said) == (1, False)


@pytest.mark.parametrize(("command", "code"), [("token svc_quiet", 1), ("drift --probe-secrets", 2)])
def test_a_broken_token_endpoint_tells_nothing(keeper: Keeper, command: str, code: int) -> None:
    """And is told from a refusal."""
    with serving(breaks) as url:
        keeper.write(instance_at(url, BASIC), RESOURCES, HERE)
        ran = keeper.run(*command.split())
    assert (ran.code, "Traceback" in ran.said, "/oauth_token.do" in ran.said) == (code, False, True)


def test_a_stored_token_is_in_its_file_alone(keeper: Keeper) -> None:
    """Not on the screen, and in no other file."""
    with serving(lambda request: token() if "token" in request.path else shows_rows(request)) as url:
        keeper.write(instance_at(url, BASIC), RESOURCES, HERE)
        values = {name: canary.text for name, canary in VARIABLES.items()}
        ran = run(keeper.folder, "token", "svc_quiet", "--store", "file=kept", "--json", env=values)
    assert (ran.code, (keeper.folder / "kept").read_text("utf-8")) == (0, GIVEN_REFRESH.text)
    assert leaks_in(ran.said.encode()) == []
    assert leaks_in_files(keeper.folder, but=["kept", "password.txt", "stack.toml"]) == []


def test_a_printed_token_is_on_standard_output_alone(keeper: Keeper) -> None:
    """Whole, and with nothing of the other one."""
    with serving(lambda request: token() if "token" in request.path else shows_rows(request)) as url:
        keeper.write(instance_at(url, BASIC), RESOURCES, HERE)
        values = {name: canary.text for name, canary in VARIABLES.items()}
        ran = run(keeper.folder, "token", "svc_quiet", env=values)
    assert (ran.code, ran.out, leaks_in(ran.err.encode())) == (0, f"{GIVEN_REFRESH.text}\n", [])
    assert leaks_in_files(keeper.folder, but=["password.txt", "stack.toml"]) == []
