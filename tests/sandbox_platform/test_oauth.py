"""/oauth_token.do: the grants, their gates, and the two bodies that stand for every refusal (wire-contract.md 4)."""

import json
from base64 import b64encode

import pytest

from snowconf.sandbox.identity import oauth
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.requests import Answer, Request
from tests.sandbox_platform.desk import FORM, HOST, Desk

GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"
PASSWORD = {"grant_type": "password", "username": "joe", "password": "pw"}
REFUSED = b'{"error_description":"access_denied","error":"server_error"}'


@pytest.fixture
def joe(desk: Desk) -> Row:
    """A user with a password."""
    return desk.user("joe", password="pw")


def refused(answer: Answer) -> bool:
    """Whether it is the one body for almost every failure."""
    return (answer.status, answer.body) == (401, REFUSED)


def revoke(desk: Desk, *query: tuple[str, str], body: bytes = b"") -> Answer:
    """Call /oauth_revoke_token.do."""
    request = Request(
        method="POST", path="/oauth_revoke_token.do", host=HOST, headers=FORM, query=query, body=body
    )
    return oauth.revoke(desk.store, desk.switches, request, clock=desk.clock)


def test_the_password_grant_answers_as_recorded(desk: Desk, joe: Row) -> None:
    """Members, their order and the tokens' 86 characters are those of recorded answer 47."""
    desk.client()
    body = desk.token(PASSWORD)
    assert list(body) == ["access_token", "refresh_token", "scope", "token_type", "expires_in"]
    assert (len(body["access_token"]), len(body["refresh_token"])) == (86, 86)
    assert (body["scope"], body["token_type"], body["expires_in"]) == ("useraccount", "Bearer", 1800)
    assert joe["user_name"] == "joe"


def test_a_fraction_of_a_second_makes_the_usual_1799(desk: Desk, joe: Row) -> None:
    """Whole seconds are counted down (wire-contract.md 4.1)."""
    desk.client()
    desk.clock.forward(seconds=0.25)
    assert desk.token(PASSWORD)["expires_in"] == 1799
    assert joe["active"] == "true"


def test_a_bearer_token_makes_its_user_the_caller(desk: Desk, joe: Row) -> None:
    """The token stands for the user until it expires."""
    desk.client()
    header = "Bearer " + desk.token(PASSWORD)["access_token"]
    caller = desk.whoever_sends(header)
    assert caller is not None
    assert caller.user_sys_id == joe["sys_id"]
    desk.clock.forward(seconds=1801)
    assert desk.whoever_sends(header) is None


def test_a_living_token_comes_back_with_less_time_left(desk: Desk, joe: Row) -> None:
    """A repeated request gets the same access and refresh token (wire-contract.md 4.1)."""
    desk.client(user=joe["sys_id"])
    first = desk.token(PASSWORD)
    desk.clock.forward(seconds=600)
    assert desk.token(PASSWORD) == first | {"expires_in": 1200}


def test_a_dead_token_is_followed_by_a_fresh_one(desk: Desk, joe: Row) -> None:
    """The access token is new then, and the refresh token still lives."""
    desk.client(user=joe["sys_id"])
    first = desk.token(PASSWORD)
    desk.clock.forward(seconds=1800)
    second = desk.token(PASSWORD)
    assert (second["access_token"] != first["access_token"], second["expires_in"]) == (True, 1800)
    assert second["refresh_token"] == first["refresh_token"]


def test_lifespans_are_the_registrys(desk: Desk, joe: Row) -> None:
    """Each client says how long its tokens live; what is no number counts as the default."""
    entity = desk.client(access_token_lifespan="60", user=joe["sys_id"])
    assert desk.token(PASSWORD)["expires_in"] == 60
    desk.update("oauth_entity", entity, access_token_lifespan="")
    desk.clock.forward(seconds=61)
    assert desk.token(PASSWORD)["expires_in"] == 1800


def test_no_lifespan_is_longer_than_the_database_can_count(desk: Desk, joe: Row) -> None:
    """A number that is too large is as large as can be."""
    desk.client(access_token_lifespan="9" * 40, user=joe["sys_id"])
    assert desk.token(PASSWORD)["expires_in"] == 2**31 - 1


def test_tokens_are_rows(desk: Desk, joe: Row) -> None:
    """oauth_credential shows peer, user, type and expiry, and not the token (wire-contract.md 6.6)."""
    entity = desk.client()
    body = desk.token(PASSWORD)
    rows = desk.store.find("oauth_credential", peer=entity["sys_id"], user=joe["sys_id"])
    expiries = {row["type"]: row["expires"] for row in rows}
    assert expiries == {"access_token": "2026-07-01 12:30:00", "refresh_token": "2026-10-09 12:00:00"}
    assert all(body["access_token"] not in row.values() for row in rows)


@pytest.mark.parametrize(
    "change",
    [
        {"password": "wrong"},
        {"username": "nobody"},
        {"username": ""},
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_id": "unknown"},
        {"client_id": ""},
        {"grant_type": "implicit"},
        {"grant_type": ""},
        {"password": "pw "},
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(desk: Desk, joe: Row, change: dict[str, str]) -> None:
    """One body for wrong user, password, client, secret, grant and stray blanks (recorded answer 48)."""
    desk.client()
    assert refused(desk.ask_token(PASSWORD | change))
    assert joe["user_name"] == "joe"


def test_an_inactive_client_gets_no_token_and_its_tokens_end(desk: Desk, joe: Row) -> None:
    """Switching a registry off cuts off what uses it."""
    entity = desk.client(user=joe["sys_id"])
    header = "Bearer " + desk.token(PASSWORD)["access_token"]
    desk.update("oauth_entity", entity, active="false")
    assert refused(desk.ask_token(PASSWORD))
    assert desk.whoever_sends(header) is None


def test_an_inactive_user_gets_no_token_and_has_none(desk: Desk, joe: Row) -> None:
    """A token of a user who was switched off is worth nothing."""
    desk.client()
    header = "Bearer " + desk.token(PASSWORD)["access_token"]
    desk.update("sys_user", joe, active="false")
    assert refused(desk.ask_token(PASSWORD))
    assert desk.whoever_sends(header) is None


def test_a_deleted_client_takes_its_tokens_along(desk: Desk, joe: Row) -> None:
    """Without the registry there is no token left."""
    entity = desk.client(user=joe["sys_id"])
    desk.token(PASSWORD)
    desk.delete("oauth_entity", entity)
    assert desk.store.find("oauth_credential") == []


def test_the_password_grant_can_be_disabled(desk: Desk, joe: Row) -> None:
    """glide.oauth.inbound.ropc.grant_type.disabled breaks what Flexera and Finout use (tables.md 2.1)."""
    desk.client()
    desk.setting("glide.oauth.inbound.ropc.grant_type.disabled", "true")
    assert refused(desk.ask_token(PASSWORD))
    assert joe["active"] == "true"


@pytest.mark.parametrize("gate", [None, "false", ""])
def test_client_credentials_need_the_gate_to_exist_and_be_true(
    desk: Desk, joe: Row, gate: str | None
) -> None:
    """Absent and false refuse alike (tables.md 2.1)."""
    desk.client(user=joe["sys_id"])
    if gate is not None:
        desk.setting(GATE, gate)
    assert refused(desk.ask_token({"grant_type": "client_credentials"}))


def test_client_credentials_act_as_the_application_user(desk: Desk, joe: Row) -> None:
    """The answer has no refresh token (recorded answer 50)."""
    desk.client(user=joe["sys_id"])
    desk.setting(GATE, "true")
    body = desk.token({"grant_type": "client_credentials"})
    assert list(body) == ["access_token", "scope", "token_type", "expires_in"]
    caller = desk.whoever_sends("Bearer " + body["access_token"])
    assert caller is not None
    assert caller.user_name == "joe"


def test_client_credentials_without_application_user_answer_as_recorded(desk: Desk) -> None:
    """400, with the registry's sys_id at the end (recorded answer 49)."""
    entity = desk.client()
    desk.setting(GATE, "true")
    answer = desk.ask_token({"grant_type": "client_credentials"})
    assert answer.status == 400
    assert json.loads(answer.body) == {
        "error": "unauthorized_client",
        "error_description": "Received client_credentials grant_type request however integration user is not "
        f"configured for OAuth:{entity['sys_id']}",
    }


def test_client_credentials_of_an_inactive_application_user_are_refused(desk: Desk, joe: Row) -> None:
    """The generic body again."""
    desk.client(user=joe["sys_id"])
    desk.setting(GATE, "true")
    desk.update("sys_user", joe, active="false")
    assert refused(desk.ask_token({"grant_type": "client_credentials"}))


def test_a_refresh_token_gets_an_access_token_and_itself_back(desk: Desk, joe: Row) -> None:
    """Captures show the refresh token in the answer (wire-contract.md 4.1)."""
    desk.client()
    refresh = desk.token(PASSWORD)["refresh_token"]
    desk.clock.forward(days=1)
    body = desk.token({"grant_type": "refresh_token", "refresh_token": refresh})
    assert (body["refresh_token"], body["expires_in"]) == (refresh, 1800)
    assert desk.whoever_sends("Bearer " + body["access_token"]) is not None
    assert joe["active"] == "true"


@pytest.mark.parametrize("days", [100, 101])
def test_a_refresh_token_ends_after_its_lifespan(desk: Desk, joe: Row, days: int) -> None:
    """100 days by default."""
    desk.client(user=joe["sys_id"])
    refresh = desk.token(PASSWORD)["refresh_token"]
    desk.clock.forward(days=days)
    assert refused(desk.ask_token({"grant_type": "refresh_token", "refresh_token": refresh}))


def test_a_refresh_token_is_its_clients_alone(desk: Desk, joe: Row) -> None:
    """Another client cannot use it, nor can an access token stand in for one."""
    desk.client(user=joe["sys_id"])
    desk.client(name="Other", client_id="other")
    body = desk.token(PASSWORD)
    asked = {"grant_type": "refresh_token"}
    assert refused(desk.ask_token(asked | {"client_id": "other", "refresh_token": body["refresh_token"]}))
    assert refused(desk.ask_token(asked | {"refresh_token": body["access_token"]}))
    assert refused(desk.ask_token(asked))


def test_a_refresh_token_of_an_inactive_user_is_refused(desk: Desk, joe: Row) -> None:
    """The user is looked at each time."""
    desk.client()
    refresh = desk.token(PASSWORD)["refresh_token"]
    desk.update("sys_user", joe, locked_out="true")
    assert refused(desk.ask_token({"grant_type": "refresh_token", "refresh_token": refresh}))


def test_json_is_an_unspecified_error(desk: Desk) -> None:
    """The endpoint reads forms (wire-contract.md 4.1)."""
    answer = desk.ask_token(PASSWORD, {"content-type": "application/json"})
    assert answer.status == 401
    assert b"unspecified error" in answer.body


def test_the_client_may_show_itself_in_a_basic_header(desk: Desk, joe: Row) -> None:
    """HTTP Basic carries client id and secret as well."""
    desk.client()
    header = {"authorization": "Basic " + b64encode(b"finout:s3cret").decode()}
    answer = desk.ask_token(PASSWORD | {"client_id": "", "client_secret": ""}, header)
    assert answer.status == 200
    assert joe["active"] == "true"


@pytest.mark.parametrize(("body_only", "status"), [("true", 401), ("false", 200)])
def test_parameters_in_the_address_count_only_where_allowed(
    desk: Desk, joe: Row, body_only: str, status: int
) -> None:
    """glide.oauth.allow.parameters.in.post.body.only is true on new instances (wire-contract.md 4.1)."""
    desk.client()
    desk.setting("glide.oauth.allow.parameters.in.post.body.only", body_only)
    query = (*PASSWORD.items(), ("client_id", "finout"), ("client_secret", "s3cret"))
    request = Request(method="POST", path="/oauth_token.do", host=HOST, headers=FORM, query=query)
    assert oauth.token(desk.store, desk.switches, request, clock=desk.clock).status == status
    assert joe["active"] == "true"


def test_a_public_client_needs_no_secret_and_gets_a_fresh_token_each_time(desk: Desk, joe: Row) -> None:
    """Nothing is known to it alone, so its living token cannot be shown again."""
    desk.client(public_client="true", client_secret="")
    asked = PASSWORD | {"client_secret": ""}
    first, second = desk.token(asked)["access_token"], desk.token(asked)["access_token"]
    assert first != second
    assert desk.whoever_sends("Bearer " + first) is not None
    assert joe["active"] == "true"


def test_a_generated_secret_is_nobodys_guess(desk: Desk, joe: Row) -> None:
    """A client without a secret of its own gets one that an empty one does not match."""
    desk.client(client_secret="")
    assert refused(desk.ask_token(PASSWORD | {"client_secret": ""}))
    assert joe["active"] == "true"


def test_a_changed_secret_brings_fresh_tokens(desk: Desk, joe: Row) -> None:
    """With another secret the living token is not the client's to have again."""
    entity = desk.client(user=joe["sys_id"])
    first = desk.token(PASSWORD)
    desk.update("oauth_entity", entity, client_secret="0ther")
    assert refused(desk.ask_token(PASSWORD))
    assert desk.token(PASSWORD | {"client_secret": "0ther"})["access_token"] != first["access_token"]


@pytest.mark.parametrize("in_body", [True, False])
def test_a_revoked_token_is_expired(desk: Desk, joe: Row, *, in_body: bool) -> None:
    """Revoking asks nobody who they are (wire-contract.md 4.3)."""
    desk.client()
    token = desk.token(PASSWORD)["access_token"]
    answer = revoke(desk, body=f"token={token}".encode()) if in_body else revoke(desk, ("token", token))
    assert answer.status == 200
    assert desk.whoever_sends("Bearer " + token) is None
    assert joe["active"] == "true"


def test_revoking_nothing_changes_nothing(desk: Desk) -> None:
    """An unknown token is answered alike."""
    assert revoke(desk, ("token", "unknown")).status == 200
