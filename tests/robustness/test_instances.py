"""Instances that do not answer as they should: each message says what happened, where, and what to do."""

import json
from pathlib import Path

import pytest

from tests.driving.serving import Answering, Reply, Request, served_sandbox, serving, unused_address
from tests.robustness.conftest import HERE, Stack, Try, nothing_of_ours, sentences

HTML = (("Content-Type", "text/html;charset=UTF-8"),)
COMMANDS = ("plan", "drift", "show")


def page(status: int, html: str) -> Answering:
    """Answers everything with one page."""
    return lambda _: Reply(status=status, body=html.encode(), headers=HTML)


def envelope(status: int, message: str, detail: str | None = None) -> Answering:
    """Answers everything with one error."""
    body = {"error": {"message": message, "detail": detail}, "status": "failure"}
    return lambda _: Reply(status=status, body=json.dumps(body).encode())


def hang_up(_: Request) -> Reply:
    """Closes every connection at once."""
    return Reply(status=0)


def cut(_: Request) -> Reply:
    """JSON that ends early."""
    return Reply(status=200, body=b'{"result":[{"sys_id":"aa')


TROUBLES: dict[str, tuple[Answering, str, tuple[str, ...]]] = {
    "a sleeping developer instance": (
        page(200, "<html>Your instance is Hibernating</html>"),
        "SNC402",
        ("is hibernating", "Sign in at developer.servicenow.com, wake it"),
    ),
    "a login page": (
        page(200, '<form action="login.do"><input type="password"></form>'),
        "SNC402",
        ("answered with a login page", "Check the url of the instance"),
    ),
    "some other web server": (
        page(404, "<html>nginx</html>"),
        "SNC402",
        ("status 404 and text/html instead of JSON", "Check the url of the instance"),
    ),
    "a server that hangs up": (hang_up, "SNC401", ("the connection broke", "Try again")),
    "an answer that is cut": (cut, "SNC408", ("ends early", "Try again")),
    "a user who may not use REST": (
        envelope(403, "User Not Authorized", "Failed API level ACL Validation"),
        "SNC404",
        ("the REST API is closed to this user", "It is not the password", "snc_platform_rest_api_access"),
    ),
    "a user without rights": (
        envelope(403, "Insufficient rights to query records"),
        "SNC404",
        ("may not query records", "Give the user a role"),
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_an_instance_is_explained(trouble: str, stack: Stack, attempt: Try) -> None:
    """The code, what happened, which instance of which line it was, and what to do."""
    answer, code, words = TROUBLES[trouble]
    command = COMMANDS[list(TROUBLES).index(trouble) % len(COMMANDS)]
    with serving(answer) as url:
        ran = attempt(stack(url), *command.split())
    said = sentences(ran)
    place = f"This is about the instance dev at {url} (stack.toml:5)."
    assert (ran.code, ran.out) == (1, "")
    assert [each for each in (f"[{code}]", *words, place) if each not in said] == []


def test_a_server_that_is_not_there_is_explained(stack: Stack, attempt: Try) -> None:
    """Nothing listens at that address."""
    url = unused_address()
    ran = attempt(stack(url), "plan")
    assert ran.code == 1
    said = sentences(ran)
    assert [
        each for each in ("[SNC401]", "no connection", "Connection refused", url) if each not in said
    ] == []


def test_a_host_that_does_not_exist_is_explained(stack: Stack, attempt: Try) -> None:
    """A slip in the url."""
    ran = attempt(stack("https://no-such-host.invalid"), "plan")
    said = sentences(ran)
    assert ran.code == 1
    assert [each for each in ("[SNC401]", "Check the host", "no-such-host.invalid") if each not in said] == []


def test_a_wrong_password_is_explained(
    stack: Stack, attempt: Try, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An instance never says why it refuses; the message says what to check, in order."""
    with served_sandbox(tmp_path_factory.mktemp("served")) as url:
        ran = attempt(stack(url), "plan", env={"RUNNER": "not-the-password"})
    said = sentences(ran)
    assert ran.code == 1
    words = ("[SNC403]", "did not accept the credentials", "Check in this order", "basic_auth.restriction")
    assert [each for each in words if each not in said] == []


def test_a_password_that_is_not_set_is_explained(stack: Stack, attempt: Try) -> None:
    """Before anything is sent, by the name of the variable."""
    ran = attempt(stack("https://acme.service-now.com"), "plan", env={"RUNNER": ""})
    assert ran.code == 1
    assert "RUNNER" in ran.err
    assert "SNC401" not in ran.err


def test_trouble_is_told_to_machines_too(stack: Stack, attempt: Try) -> None:
    """With --json the same words stand in a document on standard output."""
    with serving(page(200, "<html>hibernating</html>")) as url:
        ran = attempt(stack(url), "plan", "--json")
    document = json.loads(ran.out)
    assert [each["code"] for each in document["diagnostics"]] == ["SNC402"]
    assert document["errored"] is True


def test_an_instance_that_fails_during_an_apply_leaves_a_true_report(stack: Stack, attempt: Try) -> None:
    """Lists work and writes do not: what failed or is unknown is said change by change, and nothing is called done."""
    fails = envelope(500, "Internal error")

    def answer(request: Request) -> Reply:
        return nothing_of_ours(request) if request.verb == "GET" else fails(request)

    with serving(answer) as url:
        ran = attempt(
            stack(url, '[property."acme.watch"]\nvalue = "1"\nignore_cache = true\n', HERE),
            "apply",
            "--auto-approve",
        )
    assert ran.code in (1, 7)
    assert "Done" not in ran.out
    assert "0 done" in ran.out


def test_the_embedded_instance_needs_no_network(stack: Stack, attempt: Try, tmp_path: Path) -> None:
    """A proxy that does not exist makes no difference to it."""
    env = {"HTTPS_PROXY": unused_address(), "HTTP_PROXY": unused_address(), "ALL_PROXY": unused_address()}
    assert attempt(stack(), "plan", env=env).code == 0
    assert tmp_path.exists()
