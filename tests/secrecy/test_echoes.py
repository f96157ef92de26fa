"""Instances that repeat in their error answers what they were sent: nothing of it reaches the screen."""

import base64
import json
from collections.abc import Callable

import pytest

from tests.driving.commands import Ran
from tests.driving.serving import Reply, Request, serving
from tests.secrecy.canaries import GIVEN_REFRESH, GIVEN_TOKEN, RUNNER_TOKEN, leaks_in
from tests.secrecy.keeping import AUTHS, Keeper

COMMANDS = ("plan", "apply --auto-approve --json", "drift --json", "show")
Answer = Callable[[Request], Reply]
# These servers keep nothing, a ledger neither.
HERE = 'ledger = "file:ledger.json"'


def repeated(request: Request) -> str:
    """Everything a request holds, as it is and in base64."""
    headers = "; ".join(f"{name}: {value}" for name, value in request.headers)
    body = request.body.decode()
    return f"{body} {headers} {base64.b64encode(body.encode()).decode()}"


def failure(status: int, request: Request) -> Reply:
    """An envelope with the request in it, the interesting part first."""
    headers = dict(request.headers)
    who = headers.get("Authorization") or headers.get("x-sn-apikey", "")
    error = {"message": f"You sent {who}", "detail": repeated(request)}
    return Reply(status=status, body=json.dumps({"error": error, "status": "failure"}).encode())


def token() -> Reply:
    """A grant."""
    grant = {"access_token": GIVEN_TOKEN.text, "refresh_token": GIVEN_REFRESH.text, "expires_in": "1799"}
    return Reply(status=200, body=json.dumps(grant).encode())


def refuses(status: int) -> Answer:
    """Gives a token to everybody, and refuses everything else."""
    return lambda request: token() if request.path == "/oauth_token.do" else failure(status, request)


def refuses_tokens(request: Request) -> Reply:
    """Gives no token, and repeats the form it was sent."""
    said = {"error": "access_denied", "error_description": repeated(request)}
    return Reply(status=401, body=json.dumps(said).encode())


def refuses_writes(request: Request) -> Reply:
    """Has nothing, takes users and roles without their secrets, and repeats what it was to store."""
    if request.path == "/oauth_token.do":
        return token()
    if request.verb == "POST" and request.path.startswith("/api/now/table/sys_user"):
        return Reply(status=201, body=json.dumps({"result": json.loads(request.body)}).encode())
    if request.verb != "GET":
        return failure(403, request)
    row = {"sys_id": "a" * 32, "name": "Any", "user_name": "any"}
    rows = [row] if "sysparm_limit=1&" in f"{request.target}&" else []
    return Reply(status=200, body=json.dumps({"result": rows}).encode())


def shows_pages(request: Request) -> Reply:
    """A page of HTML with the request in it, where JSON should be."""
    body = f"<html><title>{repeated(request)}</title></html>"
    return Reply(status=200, body=body.encode(), headers=[("Content-Type", "text/html")])


def instance_at(url: str, auth: str) -> str:
    """An [instance] block."""
    return f'url = "{url}"\nauth = {auth}'


def was_heard(ran: Ran) -> bool:
    """Did the command reach the server? The words of its answer, or what stands for them, are in what it says."""
    return "SNC4" in ran.said


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("status", [400, 403])
def test_credentials_that_are_repeated_are_masked(keeper: Keeper, auth: str, status: int) -> None:
    """Whatever the way to log in."""
    with serving(refuses(status)) as url:
        keeper.write(instance_at(url, AUTHS[auth]), settings=HERE)
        command = COMMANDS[(list(AUTHS).index(auth) + status) % len(COMMANDS)]
        ran = keeper.run(*command.split())
    assert (ran.code, was_heard(ran)) == (1, True)


@pytest.mark.parametrize("auth", ["client credentials", "password grant", "refresh token"])
def test_a_form_that_is_repeated_is_masked(keeper: Keeper, auth: str) -> None:
    """A token endpoint that says what it was sent, with the client's secret in it."""
    with serving(refuses_tokens) as url:
        keeper.write(instance_at(url, AUTHS[auth]), settings=HERE)
        ran = keeper.run("plan")
    assert (ran.code, "SNC403" in ran.said) == (1, True)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_record_that_is_repeated_is_masked(keeper: Keeper, form: tuple[str, ...]) -> None:
    """Every other write is refused with the body it had: passwords, client secrets, and a value whose name tells."""
    with serving(refuses_writes) as url:
        keeper.write(instance_at(url, AUTHS["client credentials"]), settings=HERE)
        ran = keeper.run("apply", "--auto-approve", *form)
    assert (ran.code, ran.said.count("SNC404")) == (6, 11)


def test_pages_are_not_repeated(keeper: Keeper) -> None:
    """Of HTML only its type is told."""
    with serving(shows_pages) as url:
        keeper.write(instance_at(url, AUTHS["basic"]), settings=HERE)
        ran = keeper.run("plan")
    assert (ran.code, "SNC402" in ran.said) == (1, True)


def test_the_servers_here_do_repeat_what_they_are_sent() -> None:
    """Otherwise the tests above would prove nothing."""
    headers = [("Authorization", f"Bearer {RUNNER_TOKEN.text}")]
    request = Request(verb="GET", target="/api/now/table/sys_user", headers=headers, body=b"")
    answers = (refuses(403)(request), refuses_tokens(request), shows_pages(request))
    assert all(leaks_in(answer.body, [RUNNER_TOKEN]) for answer in answers)
