"""The authorization code: login, consent, redirect, code, token (wire-contract.md 4.3, recorded answer 51)."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest

from snowconf.sandbox.storage.store import Row
from tests.sandbox_identity.site import Reply, Site, bearer

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
REFUSED = {"error_description": "access_denied", "error": "server_error"}


def redeem(site: Site, code: str, **form: str) -> Reply:
    """The token request for a code."""
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://a/cb"}
    return site.token(**(asked | form))


def test_the_whole_way(site: Site, joe: Row) -> None:
    """Log in, consent, come back with code and state, get tokens, use one."""
    site.client()
    first = site.ask(None)
    assert (first.status, first.field("sys_action")) == (200, "sysverb_login")
    entered = site.log_in("joe", "pw", goto=first.field("sysparm_goto_url"))
    assert entered.status == 302
    cookie = ("Cookie", entered.header("Set-Cookie").partition(";")[0])
    consent = site.send("GET", entered.header("Location"), cookie)
    done = site.press(cookie, consent)
    assert done.status == 302
    assert done.header("Location").startswith("https://a/cb?code=")
    assert done.answer["state"] == "xyz"
    tokens = redeem(site, done.answer["code"]).json()
    assert list(tokens) == ["access_token", "refresh_token", "scope", "token_type", "expires_in"]
    assert site.call(bearer(tokens["access_token"])).status == 200
    row = site.desk.one("oauth_credential", type="access_token")
    assert (row["grant_type"], row["user"]) == ("authorization_code", joe["sys_id"])


def test_a_login_before_is_enough(site: Site, joe: Row) -> None:
    """With a session of /login.do there is only the consent; its form need not repeat the request."""
    site.client()
    cookie = site.cookie()
    page = site.ask(cookie)
    assert "Finout" in page.text
    assert joe["user_name"] in page.text
    assert site.press(cookie, page).answer["state"] == "xyz"


def test_the_login_page_is_a_form(site: Site) -> None:
    """With the names that scripts fill in (recorded answer 51)."""
    page = site.send("GET", "/login.do?sysparm_goto_url=/navpage.do")
    assert page.field("sysparm_goto_url") == "/navpage.do"
    assert all(f'id="{name}"' in page.text for name in ("user_name", "user_password", "sysverb_login"))


def test_no_other_page_is_gone_to_after_the_login(site: Site, joe: Row) -> None:
    """An address elsewhere is not followed."""
    places = [
        site.log_in("joe", "pw", goto=goto).header("Location") for goto in ("https://evil/", "//evil", "")
    ]
    assert places == ["/navpage.do"] * 3
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("joe", "no", "the password is wrong"),
        ("machine", "pw", "the user is for web services only"),
        ("nobody", "pw", "there is no such user"),
    ],
)
def test_who_cannot_log_in_gets_the_form_again(
    site: Site, joe: Row, name: str, password: str, why: str
) -> None:
    """With the same words for everybody; users for web services have no pages (tables.md 3.1)."""
    site.desk.user("machine", password="pw", web_service_access_only="true")
    reply = site.log_in(name, password)
    assert (reply.status, reply.all("Set-Cookie")) == (200, [])
    assert "User name or password invalid" in reply.text
    assert site.why() == why
    assert joe["active"] == "true"


def test_a_login_is_noted_on_the_user(site: Site, joe: Row) -> None:
    """Once for each, and not for every call of an API (docs/platform.md)."""
    site.log_in("joe", "pw")
    seen = site.desk.one("sys_user", sys_id=joe["sys_id"])
    assert (seen["last_login_time"], seen["last_login"]) == ("2026-07-01 12:00:00", "2026-07-01")


def test_denying_is_told_to_the_client(site: Site, joe: Row) -> None:
    """The redirect has an error and the state, and no code."""
    site.client()
    cookie = site.cookie()
    answer = site.press(cookie, site.ask(cookie), "deny").answer
    assert (answer["error"], answer["state"], "code" in answer) == ("access_denied", "xyz", False)
    assert joe["active"] == "true"


def test_a_client_may_skip_the_consent(site: Site, joe: Row) -> None:
    """skip_authorize sends the browser back at once."""
    site.client(skip_authorize="true")
    reply = site.ask(site.cookie())
    assert (reply.status, "code" in reply.answer) == (302, True)
    assert joe["active"] == "true"


def test_every_registered_address_will_do(site: Site, joe: Row) -> None:
    """Commas separate them; what an address asks for already is kept (wire-contract.md 4.3)."""
    site.client()
    cookie = site.cookie()
    location = site.press(cookie, site.ask(cookie, redirect_uri="https://b/cb?x=1")).header("Location")
    assert location.startswith("https://b/cb?x=1&code=")
    first = site.press(cookie, site.ask(cookie, redirect_uri="")).header("Location")
    assert first.startswith("https://a/cb?code=")
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"redirect_uri": "https://evil/"}, "Invalid redirect_uri"),
        ({"client_id": "unknown"}, "Invalid client_id"),
        ({"client_id": ""}, "Invalid client_id"),
        ({"response_type": "token"}, "Invalid response_type"),
        ({"state": ""}, "Missing State parameter in request"),
        ({"state": " "}, "Missing State parameter in request"),
        ({"code_challenge": "x", "code_challenge_method": "S1"}, "Invalid code_challenge_method"),
    ],
)
def test_what_cannot_be_answered_ends_in_a_page(
    site: Site, joe: Row, change: dict[str, str], says: str
) -> None:
    """Nobody is sent anywhere (wire-contract.md 4.3)."""
    site.client()
    reply = site.ask(site.cookie(), **change)
    assert (reply.status, reply.header("Location")) == (400, "")
    assert says in reply.text
    assert site.why() == says
    assert joe["active"] == "true"


def test_an_address_nobody_registered_may_fall_back_to_the_first(site: Site, joe: Row) -> None:
    """Sources disagree, so a switch decides (tables.md 2.1)."""
    site.client()
    site.switch(unknown_redirect="first")
    cookie = site.cookie()
    location = site.press(cookie, site.ask(cookie, redirect_uri="https://evil/")).header("Location")
    assert location.startswith("https://a/cb?code=")
    assert joe["active"] == "true"


def test_a_client_without_an_address_gets_no_code(site: Site, joe: Row) -> None:
    """There is nowhere to send it."""
    site.client(redirect_url="")
    assert "Invalid redirect_uri" in site.ask(site.cookie(), redirect_uri="").text
    assert joe["active"] == "true"


def test_state_may_be_left_out_where_the_property_says_so(site: Site, joe: Row) -> None:
    """glide.oauth.state.parameter.required=false (tables.md 2.1)."""
    site.client()
    site.desk.setting("glide.oauth.state.parameter.required", "false")
    cookie = site.cookie()
    assert "state" not in site.press(cookie, site.ask(cookie, state="")).answer
    assert joe["active"] == "true"


def test_a_consent_needs_the_form_that_was_shown(site: Site, joe: Row) -> None:
    """Another session's form, or none, is refused, and a form is good once."""
    site.client()
    cookie = site.cookie()
    page = site.ask(cookie)
    forged = {"sysparm_ck": "x", "oauth_auth_check_action": "authorize"}
    assert site.send("POST", "/oauth_auth.do", cookie, form=forged).status == 403
    assert site.send("POST", "/oauth_auth.do", form=forged).field("sys_action") == "sysverb_login"
    assert site.press(cookie, page).status == 302
    assert site.press(cookie, page).field("sys_action") == "sysverb_login"
    assert joe["active"] == "true"


def test_a_code_is_good_once(site: Site, joe: Row) -> None:
    """The second time it is refused like anything else."""
    site.client()
    code = site.code()
    assert (redeem(site, code).status, redeem(site, code).json()) == (200, REFUSED)
    assert joe["active"] == "true"


@pytest.mark.parametrize(("lifespan", "seconds", "status"), [("", 59, 200), ("", 61, 401), ("5", 6, 401)])
def test_a_code_ends(site: Site, joe: Row, lifespan: str, seconds: int, status: int) -> None:
    """After a minute, or after what its registry says."""
    site.client(auth_code_lifespan=lifespan)
    code = site.code()
    site.desk.clock.forward(seconds=seconds)
    assert redeem(site, code).status == status
    assert joe["active"] == "true"


def test_a_code_is_its_clients_and_its_addresss(site: Site, joe: Row) -> None:
    """Neither another client nor another address can use it."""
    site.client()
    site.client(name="Other", client_id="other")
    assert redeem(site, site.code(), client_id="other").status == 401
    assert redeem(site, site.code(), redirect_uri="https://b/cb?x=1").status == 401
    assert redeem(site, "nonsense").status == 401
    assert joe["active"] == "true"


def test_the_users_end_is_the_codes(site: Site, joe: Row) -> None:
    """A user who was switched off or deleted since gets no token."""
    site.client()
    first, second = site.code(), site.code()
    site.desk.update("sys_user", joe, active="false")
    assert redeem(site, first).status == 401
    site.desk.delete("sys_user", joe)
    assert redeem(site, second).status == 401


def test_a_public_client_proves_itself_by_its_challenge(site: Site, joe: Row) -> None:
    """PKCE stands for the secret (wire-contract.md 4.3)."""
    site.client(public_client="true", client_secret="")
    assert "Missing code_challenge" in site.ask(site.cookie()).text
    for verifier, status in ((VERIFIER, 200), ("guess", 401), ("", 401)):
        found = redeem(site, site.code(**PKCE), client_secret="", code_verifier=verifier)
        assert found.status == status
    assert joe["active"] == "true"


def test_a_plain_challenge_is_the_verifier_itself(site: Site, joe: Row) -> None:
    """Allowed unless the registry wants S256."""
    entity = site.client()
    code = site.code(code_challenge="abc")
    assert redeem(site, code, code_verifier="abc").status == 200
    site.desk.update("oauth_entity", entity, code_challenge_method="S256")
    assert "Invalid code_challenge_method" in site.ask(site.cookie(), code_challenge="abc").text
    assert joe["active"] == "true"


def test_pages_are_safe_against_html_in_data(site: Site) -> None:
    """Names are shown as they are and do nothing."""
    site.client(name="<script>alert(1)</script>", client_id="finout")
    site.desk.user("<b>joe", password="pw")
    page = site.ask(site.cookie("<b>joe"))
    assert "<script>" not in page.text
    assert "&lt;b&gt;joe" in page.text
    assert page.header("Content-Security-Policy").startswith("default-src 'none'")


def test_logging_out_ends_the_session(site: Site, joe: Row) -> None:
    """Then there is the login page again."""
    site.client()
    cookie = site.cookie()
    assert site.send("GET", "/logout.do", cookie).header("Location") == "/login.do"
    assert site.ask(cookie).field("sys_action") == "sysverb_login"
    assert joe["active"] == "true"


def test_a_session_ends_after_half_an_hour_of_silence(site: Site, joe: Row) -> None:
    """Each page makes it last longer."""
    site.client()
    cookie = site.cookie()
    site.desk.clock.forward(minutes=20)
    assert "Authorize" in site.ask(cookie).text
    site.desk.clock.forward(minutes=20)
    assert "Authorize" in site.ask(cookie).text
    site.desk.clock.forward(minutes=31)
    assert "Log in" in site.ask(cookie).text
    assert joe["active"] == "true"


def test_a_session_reads_apis_with_its_token(site: Site, joe: Row) -> None:
    """Without X-UserToken it is a 401 that says who is logged in (wire-contract.md 1.4, 2.3)."""
    site.client()
    cookie = site.cookie()
    without = site.call(cookie)
    assert (without.status, without.header("X-Is-Logged-In")) == (401, "true")
    assert without.header("X-UserToken-Response")
    check = site.ask(cookie).field("sysparm_ck")
    allowed = site.call(cookie, ("X-UserToken", check))
    assert allowed.status == 200
    assert not any(value.startswith("JSESSIONID") for value in allowed.all("Set-Cookie"))
    assert joe["active"] == "true"


@pytest.mark.parametrize("cookie", ["JSESSIONID=unknown", "JSESSIONID", "a=b; =;;\x01", "x=y"])
def test_a_cookie_nobody_knows_is_nobody(site: Site, cookie: str) -> None:
    """Sessions that answers hand out are not needed and good for nothing (wire-contract.md 2.3)."""
    assert site.call(("Cookie", cookie)).status == 401


def test_sessions_and_codes_are_bounded(site: Site, joe: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten when there are too many."""
    monkeypatch.setattr("snowconf.sandbox.identity.sessions.AT_MOST", 2)
    site.client()
    first, *_ = cookies = [site.cookie() for _ in range(3)]
    assert "Log in" in site.ask(first).text
    assert all("Authorize" in site.ask(cookie).text for cookie in cookies[1:])
    assert joe["active"] == "true"
