"""What the door makes of answers that no sandbox gives."""

import httpx
import pytest

from snowconf.errors import BrokenAnswerError, InstanceError, NotAnInstanceError, UnreachableError
from snowconf.model.address import Address
from snowconf.model.connection import BasicAuth, OAuthGrant
from snowconf.model.grant import Entrance, Refusal, Tokens
from snowconf.model.value import SecretSource, SecretText
from snowconf.servicenow.entering import InstanceDoor
from snowconf.servicenow.retrying import Timing
from tests.servicenow.wire import Step, VirtualClock, Wire, secret_of, settings

SECRET = SecretSource("env", "SECRET")
TOKEN = {"access_token": "made-up-token", "expires_in": 1799, "token_type": "Bearer"}
BY_PASSWORD = Entrance(
    user=Address("user", "svc"),
    user_name="svc",
    client=Address("oauth_app", "app"),
    auth=OAuthGrant(grant="password", client_id="app", client_secret=SECRET, username="svc", password=SECRET),
)
PUBLIC = Entrance(
    user=Address("user", "svc"),
    user_name="svc",
    client=Address("oauth_app", "app"),
    auth=OAuthGrant(grant="password", client_id="app", client_secret=None, username="svc", password=SECRET),
)
BASIC = Entrance(
    user=Address("user", "svc"), user_name="svc", auth=BasicAuth(username="svc", password=SECRET)
)
PAGE = httpx.Response(200, html="<html>Instance Hibernating page</html>")


def door_on(*steps: Step) -> tuple[InstanceDoor, Wire]:
    """A door to an instance that answers so."""
    wire, clock = Wire(steps), VirtualClock()
    timing = Timing(clock=clock, sleep=clock.sleep)
    return InstanceDoor(settings(), secret_of, transport=wire, timing=timing), wire


def test_a_token_without_a_life_or_a_refresh_token() -> None:
    """What the answer does not say is not known."""
    door, _ = door_on(httpx.Response(200, json={"access_token": "made-up-token"}))
    given = door.ask_tokens(BY_PASSWORD)
    assert isinstance(given, Tokens)
    assert (given.refresh, given.lives_s, given.scope) == (None, None, "")


def test_a_public_client_sends_no_secret() -> None:
    """Not even an empty one."""
    door, wire = door_on(httpx.Response(200, json=TOKEN))
    door.ask_tokens(PUBLIC)
    assert b"client_secret" not in wire.requests[0].read()


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (PAGE, NotAnInstanceError),
        (httpx.Response(200, json=[1]), InstanceError),
        (httpx.ConnectError("refused"), UnreachableError),
    ],
)
def test_what_is_no_answer_is_no_refusal(step: Step, error: type[InstanceError]) -> None:
    """It is raised, so that nobody blames a secret."""
    door, _ = door_on(*[step] * 6)
    with pytest.raises(error):
        door.enter(BY_PASSWORD)


def test_an_unfinished_grant_is_not_sent_again() -> None:
    """It may have been counted as a wrong password."""
    door, wire = door_on(httpx.ReadTimeout("slow"))
    with pytest.raises(UnreachableError):
        door.enter(BY_PASSWORD)
    assert len(wire.requests) == 1


def test_a_busy_instance_is_asked_again() -> None:
    """It has not looked at the credentials."""
    door, wire = door_on(httpx.Response(429, json={}), httpx.Response(200, json=TOKEN))
    found = door.enter(BY_PASSWORD)
    assert not isinstance(found, Refusal)
    assert len(wire.requests) == 2


def test_a_token_that_is_given_is_the_one_that_is_used() -> None:
    """No second one is asked for."""
    nothing = httpx.Response(200, json={"result": []})
    door, wire = door_on(httpx.Response(200, json=TOKEN), nothing, nothing)
    found = door.enter(BY_PASSWORD)
    assert not isinstance(found, Refusal)
    found.whoami()
    assert {each.headers["authorization"] for each in wire.requests[1:]} == {"Bearer made-up-token"}


@pytest.mark.parametrize("status", [200, 403, 404])
def test_who_is_known_is_in(status: int) -> None:
    """Whatever he may see."""
    door, _ = door_on(httpx.Response(status, json={"result": []}))
    assert not isinstance(door.enter(BASIC), Refusal)


def test_a_knock_that_is_not_answered_is_raised() -> None:
    """A server error is no refusal."""
    door, _ = door_on(*[httpx.Response(500, json={})] * 9)
    with pytest.raises(BrokenAnswerError):
        door.enter(BASIC)


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200), httpx.Response(204), httpx.Response(200, json={}), httpx.Response(200, text="ok")],
)
def test_a_revocation_has_many_answers(answer: httpx.Response) -> None:
    """What the platform says is not established; the token is in the body, where no log has it."""
    door, wire = door_on(answer)
    door.revoke(SecretText("made-up-token"))
    (request,) = wire.requests
    assert (request.url.path, request.url.query, request.read()) == (
        "/oauth_revoke_token.do",
        b"",
        b"token=made-up-token",
    )


def test_a_page_is_no_revocation() -> None:
    """A sleeping instance revokes nothing."""
    door, _ = door_on(PAGE)
    with pytest.raises(NotAnInstanceError):
        door.revoke(SecretText("made-up-token"))
