"""Whatever a stranger sends to the places where one says who one is, nothing breaks and nothing opens."""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.requests import Answer, Request
from tests.sandbox_platform.desk import Desk

HOST = "https://dev1.example.com"
GRANTS = (
    "password",
    "client_credentials",
    "refresh_token",
    "authorization_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
)
# Real names beside nonsense, so that requests get further than the first check.
words = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["admin", "joe", "finout", "machine", "https://a/cb", "a.b.c", "e30.e30.e30", "S256", "plain"]
    ),
)
NAMES = [
    "client_id",
    "username",
    "password",
    "refresh_token",
    "code",
    "redirect_uri",
    "code_verifier",
    "assertion",
    "scope",
    "user_name",
    "user_password",
    "sysparm_ck",
    "oauth_auth_check_action",
    "sysparm_goto_url",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_type",
]
forms = st.builds(
    lambda grant, form: {"grant_type": grant} | form,
    st.sampled_from(GRANTS),
    st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), words, max_size=8),
)
places = st.sampled_from(
    ["/oauth_token.do", "/oauth_auth.do", "/login.do", "/logout.do", "/oauth_revoke_token.do"]
)
headers = st.dictionaries(
    st.sampled_from(["authorization", "cookie", "x-usertoken", "x-sn-apikey", "x-http-method-override"]),
    st.one_of(
        words,
        st.builds("Bearer {}".format, words),
        st.builds("JSESSIONID={}; x".format, words),
        st.builds(lambda text: "Basic " + b64encode(text.encode("utf-8", "replace")).decode(), words),
    ),
    max_size=3,
)
law = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """An instance with clients of both kinds that raises its own mistakes and locks nobody out."""
    sandbox = Sandbox(None, parse({"internal_errors": "raise", "lockout": "off"}))
    sandbox.reset()
    desk = Desk(sandbox.store)
    desk.user("joe", password="a password nobody guesses")
    desk.client(public_client="true", client_secret="", redirect_url="https://a/cb")
    desk.insert("oauth_jwt", name="Machine", client_id="machine", public_client="true")
    yield sandbox
    sandbox.close()


def send(sandbox: Sandbox, request: Request) -> Answer:
    """The answer, which must be one."""
    answer = sandbox.handle(request)
    assert answer.status in {200, 302, 400, 401, 403, 405}
    assert not any("\n" in value or "\r" in value for _, value in answer.headers)
    return answer


@law
@given(
    place=places,
    form=forms,
    sent=headers,
    method=st.sampled_from(["GET", "POST"]),
)
def test_no_form_breaks_anything_or_gets_a_token(
    sandbox: Sandbox, place: str, form: dict[str, str], sent: dict[str, str], method: str
) -> None:
    """Answers are of the few kinds there are, headers are whole, no redirect leads to a place nobody registered."""
    body = urlencode(form, errors="replace")
    request = Request(
        method=method,
        path=place,
        host=HOST,
        query=tuple(form.items()),
        headers=sent | {"content-type": "application/x-www-form-urlencoded"},
        body=body.encode(),
        target=f"{place}?{body}",
    )
    answer = send(sandbox, request)
    assert b"access_token" not in answer.body
    location = answer.header("location")
    assert not location or location.startswith(("/", "https://a/cb?"))
    assert not location.startswith("//")


@law
@given(sent=headers)
def test_no_header_makes_somebody(sandbox: Sandbox, sent: dict[str, str]) -> None:
    """An API says 401 to all of them."""
    request = Request(
        method="GET",
        path="/api/now/table/sys_user",
        host=HOST,
        headers=sent,
        target="/api/now/table/sys_user",
    )
    answer = send(sandbox, request)
    assert (answer.status, b"user_name" in answer.body) == (401, False)
