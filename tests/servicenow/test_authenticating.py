"""Tokens: fetched, kept, renewed before they end and once on 401, by one thread for all."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

import httpx
import pytest

from snowconf.errors import (
    BrokenAnswerError,
    InstanceError,
    NotAnInstanceError,
    OutcomeUnknownError,
    ThrottledError,
    UnauthenticatedError,
    UnreachableError,
)
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, OAuthGrant
from snowconf.model.query import Query
from snowconf.model.value import SecretSource, SecretText
from snowconf.servicenow.opening import open_instance
from tests.servicenow.wire import (
    ID,
    Step,
    VirtualClock,
    Wire,
    answer,
    client,
    listed,
    page,
    refused,
    result,
    settings,
)

CLIENT = OAuthGrant(grant="client_credentials", client_id="id", client_secret=SecretSource("env", "secret"))
PASSWORD = OAuthGrant(
    grant="password",
    client_id="id",
    client_secret=SecretSource("env", "secret"),
    username="svc",
    password=SecretSource("env", "password"),
)
REFRESH = OAuthGrant(
    grant="refresh_token",
    client_id="id",
    client_secret=SecretSource("env", "secret"),
    refresh_token=SecretSource("env", "refresh"),
)
DENIED = {"error_description": "access_denied", "error": "server_error"}
EXPIRED = refused(401, "User is not authenticated", "Required to provide Auth information")


def token(text: str, lives_s: object = 1799, refresh: str = "") -> httpx.Response:
    """A token answer."""
    renewal = {"refresh_token": refresh} if refresh else {}
    return answer(200, {"access_token": text, "token_type": "Bearer", "expires_in": lives_s, **renewal})


def read(
    api_wire: Wire, auth: Auth, *, times: int = 1, clock: VirtualClock | None = None, apart_s: float = 0
) -> None:
    """List something so many times, so far apart."""
    time = clock or VirtualClock()
    api = client(api_wire, time, auth)
    for _ in range(times):
        api.list_rows("sys_user", Query(), [])
        time.now += apart_s


def form(wire: Wire, index: int) -> dict[str, str]:
    """The form of a token request."""
    return dict(parse_qsl(wire.requests[index].content.decode()))


def bearers(wire: Wire) -> list[str]:
    """What each API request carried."""
    return [credentials for credentials in wire.credentials if credentials]


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (CLIENT, {"grant_type": "client_credentials"}),
        (PASSWORD, {"grant_type": "password", "username": "svc", "password": "PASSWORD"}),
        (REFRESH, {"grant_type": "refresh_token", "refresh_token": "REFRESH"}),
    ],
)
def test_a_grant_sends_its_form_in_the_body(grant: OAuthGrant, expected: dict[str, str]) -> None:
    """New instances take nothing from the address (wire-contract.md 4.1)."""
    wire = Wire([token("t1"), listed([])])
    read(wire, grant)
    first = wire.requests[0]
    assert form(wire, 0) == {"client_id": "id", "client_secret": "SECRET", **expected}
    assert (str(first.url), first.headers["content-type"]) == (
        "https://acme.service-now.com/oauth_token.do",
        "application/x-www-form-urlencoded",
    )
    assert first.extensions["timeout"]["read"] == 70.0
    assert bearers(wire) == ["Bearer t1"]


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (BasicAuth(username="ä", password=SecretSource("env", "p")), "authorization", "Basic w6Q6UA=="),
        (BearerToken(token=SecretSource("env", "t")), "authorization", "Bearer T"),
        (ApiKey(key=SecretSource("env", "k")), "x-sn-apikey", "K"),
    ],
)
def test_other_credentials_are_one_header(auth: Auth, header: str, value: str) -> None:
    """On every request, and no token is asked for."""
    wire = Wire([listed([]), listed([])])
    read(wire, auth, times=2)
    assert [request.headers[header] for request in wire.requests] == [value, value]


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    """1,800 s of life are 1,770 s of use."""
    wire = Wire([token("t1", 1800), listed([]), listed([]), listed([]), token("t2"), listed([])])
    read(wire, CLIENT, times=4, apart_s=700)
    assert bearers(wire) == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_that_comes_back_with_its_rest_of_life_is_not_asked_for_again_and_again() -> None:
    """A living token is returned with a smaller expires_in (wire-contract.md 4.1)."""
    steps: list[Step] = [
        token("t1", 300),
        listed([]),
        token("t1", 25),
        *[listed([])] * 3,
        token("t2", 300),
        listed([]),
    ]
    clock = VirtualClock()
    wire = Wire(steps)
    api = client(wire, clock, CLIENT)
    for wait_s in (0, 275, 10, 10, 6):
        clock.now += wait_s
        api.list_rows("sys_user", Query(), [])
    assert (api.counts["token"], bearers(wire)) == (3, ["Bearer t1"] * 4 + ["Bearer t2"])


@pytest.mark.parametrize("lives_s", [None, "soon", -5])
def test_a_token_without_a_lifetime_is_used_until_it_is_refused(lives_s: object) -> None:
    """Nothing is guessed."""
    wire = Wire([token("t1", lives_s), listed([]), listed([]), EXPIRED, token("t2"), listed([])])
    read(wire, CLIENT, times=3, apart_s=100_000)
    assert bearers(wire) == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_refused_with_401_is_renewed_once() -> None:
    """The request goes out again with another token."""
    wire = Wire([token("t1"), EXPIRED, token("t2"), listed([])])
    read(wire, CLIENT)
    assert bearers(wire) == ["Bearer t1", "Bearer t2"]


def test_a_second_401_is_the_answer() -> None:
    """There is no third try."""
    wire = Wire([token("t1"), EXPIRED, token("t2"), EXPIRED])
    with pytest.raises(UnauthenticatedError, match="did not accept the credentials"):
        read(wire, CLIENT)
    assert wire.steps == []


def test_a_change_after_401_is_sent_whole_again() -> None:
    """The body goes out a second time, and 401 counts as not done."""
    wire = Wire([token("t1"), EXPIRED, token("t2"), result({"sys_id": ID}, 201)])
    client(wire, auth=CLIENT).insert("sys_user", {"sys_id": ID})
    assert wire.requests[1].content == wire.requests[3].content


def test_the_refresh_token_of_a_password_grant_is_used_first() -> None:
    """The password travels once."""
    steps = [
        token("t1", 100, "r1"),
        listed([]),
        token("t2", 100, "r2"),
        listed([]),
        token("t3", 100),
        listed([]),
    ]
    wire = Wire(steps)
    read(wire, PASSWORD, times=3, apart_s=100)
    assert [form(wire, index)["grant_type"] for index in (0, 2, 4)] == [
        "password",
        "refresh_token",
        "refresh_token",
    ]
    assert [form(wire, index).get("refresh_token") for index in (2, 4)] == ["r1", "r2"]


def test_a_refused_refresh_token_falls_back_to_the_password() -> None:
    """It may have been revoked."""
    wire = Wire([token("t1", 100, "r1"), listed([]), answer(401, DENIED), token("t2", 100), listed([])])
    read(wire, PASSWORD, times=2, apart_s=100)
    assert [form(wire, index)["grant_type"] for index in (0, 2, 3)] == [
        "password",
        "refresh_token",
        "password",
    ]


@pytest.mark.parametrize(
    ("grant", "checks"),
    [
        (
            CLIENT,
            [
                r"\(1\) the property glide.oauth.inbound.client.credential",
                "OAuth Application User",
                "locked out",
            ],
        ),
        (
            PASSWORD,
            ["Registry entry", "ropc.grant_type.disabled", "interactive session", "basic_auth.restriction"],
        ),
        (REFRESH, ["Registry entry", "not revoked", "100 days", "locked out"]),
    ],
)
def test_no_token_lists_what_to_check_in_order(grant: OAuthGrant, checks: list[str]) -> None:
    """One body stands for almost every cause, so the prerequisites of the grant are named (wire-contract.md 4.2)."""
    with pytest.raises(UnauthenticatedError) as caught:
        read(Wire([answer(401, DENIED)]), grant)
    assert "error “server_error” and error_description “access_denied” (status 401)" in caught.value.detail
    assert caught.value.request == "POST /oauth_token.do"
    assert re.search(".*".join(checks), caught.value.detail)


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (
            answer(400, {"error": "unauthorized_client", "error_description": "x" * 500}),
            UnauthenticatedError,
            "x{199}…",
        ),
        (answer(400, {"error": "a\x1b[2Jb"}), UnauthenticatedError, r"“a \[2Jb”"),
        (answer(500, {"error": "server_error"}), UnauthenticatedError, "server_error"),
        (answer(200, {"result": {}}), UnauthenticatedError, "“nothing”"),
        (answer(200, {"access_token": ""}), UnauthenticatedError, "“nothing”"),
        (answer(200, {"access_token": ["x"]}), UnauthenticatedError, "gave no token"),
        (EXPIRED, UnauthenticatedError, "“User is not authenticated: Required"),
        (page(200, "<title>Instance Hibernating page</title>"), NotAnInstanceError, "hibernating"),
        (answer(302, Location="https://sso.example"), NotAnInstanceError, r"redirect to sso\.example"),
        (page(401, "<html>"), UnauthenticatedError, "did not accept the credentials"),
        (token("bad\ntoken"), UnauthenticatedError, "no header can carry"),
    ],
)
def test_every_answer_without_a_token_is_an_error(
    response: httpx.Response, kind: type[InstanceError], words: str
) -> None:
    """The instance's own words are shown, cut and cleaned; a page is no OAuth answer."""
    wire = Wire([response])
    with pytest.raises(kind, match=words):
        read(wire, CLIENT)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (page(503, "busy"), BrokenAnswerError),
        (refused(429, "Rate limit exceeded"), ThrottledError),
        (httpx.ConnectError("refused"), UnreachableError),
        (httpx.ReadTimeout("slow"), UnreachableError),
        (httpx.Response(200, headers={"Content-Encoding": "br"}, content=b""), BrokenAnswerError),
    ],
)
def test_a_busy_token_endpoint_is_asked_again(step: Step, kind: type[InstanceError]) -> None:
    """And nothing was sent that could be in doubt, however often it fails."""
    wire = Wire([step, token("t1"), result({"sys_id": ID})])
    assert client(wire, auth=CLIENT).update("sys_user", ID, {"name": "x"}) == {"sys_id": ID}
    with pytest.raises(kind) as caught:
        client(Wire([step], endless=True), auth=CLIENT).update("sys_user", ID, {"name": "x"})
    assert not isinstance(caught.value, OutcomeUnknownError)


@pytest.mark.parametrize("make", [lambda s: BearerToken(token=s), lambda s: ApiKey(key=s)])
@pytest.mark.parametrize("text", ["", "canary\n", "canary\x00", "canaré"])
def test_a_secret_that_no_header_carries_is_not_repeated(
    make: Callable[[SecretSource], Auth], text: str
) -> None:
    """The libraries below would quote it in their complaint."""
    block = settings(auth=make(SecretSource("env", "x")))
    api = open_instance(block, lambda _: SecretText(text), transport=Wire([]))
    with pytest.raises(UnauthenticatedError) as caught:
        api.list_rows("sys_user", Query(), [])
    assert "canar" not in caught.value.detail


def test_a_password_of_any_bytes_is_sent_as_it_is() -> None:
    """An environment may hold bytes that are not UTF-8."""
    block = settings(auth=PASSWORD)
    wire = Wire([token("t1"), listed([])])
    api = open_instance(block, lambda _: SecretText("\udcff&"), transport=wire)
    api.list_rows("sys_user", Query(), [])
    assert b"password=%FF%26" in wire.requests[0].content


class Endpoint(httpx.BaseTransport):
    """An instance whose tokens are revoked after so many uses, asked by several threads at once."""

    def __init__(self, uses: int) -> None:
        self._uses = uses
        self._lock = threading.Lock()
        self._left = 0
        self.tokens = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request at a time."""
        with self._lock:
            return self._token() if request.method == "POST" else self._list(request)

    def _token(self) -> httpx.Response:
        self.tokens += 1
        self._left = self._uses
        return token(f"t{self.tokens}")

    def _list(self, request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] != f"Bearer t{self.tokens}" or not self._left:
            self._left = 0
            return refused(401, "User is not authenticated")
        self._left -= 1
        return listed([])


def test_one_thread_renews_for_all() -> None:
    """Forty requests of eight threads over a token that lives for thirty: two tokens and no failure."""
    endpoint = Endpoint(uses=30)
    api = client(endpoint, auth=CLIENT)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: api.list_rows("sys_user", Query(), []), range(40)))
    assert (endpoint.tokens, api.counts["token"]) == (2, 2)


@pytest.mark.parametrize("uses", range(1, 21))
def test_a_token_revoked_in_the_middle_costs_one_renewal(uses: int) -> None:
    """Wherever in a run of twenty requests it happens (ecosystem.md C.3, row 5)."""
    endpoint = Endpoint(uses=uses)
    api = client(endpoint, auth=CLIENT)
    for _ in range(20):
        api.list_rows("sys_user", Query(), [])
    assert endpoint.tokens == -(-20 // uses)
