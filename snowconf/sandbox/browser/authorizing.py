"""The browser's part of OAuth: /login.do, /logout.do and /oauth_auth.do (wire-contract.md 4.3)."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from snowconf.sandbox.acting.session import as_stored
from snowconf.sandbox.answers.answering import CLEARED, COOKIE_FLAGS, as_header
from snowconf.sandbox.browser.pages import consent_page, error_page, login_page, redirect
from snowconf.sandbox.identity.credentials import SESSION_COOKIE, read_cookie
from snowconf.sandbox.identity.identities import Gate, Stranger, can_use_api, prove
from snowconf.sandbox.identity.scopes import named_scopes
from snowconf.sandbox.identity.sessions import BrowserSession, Code, Sessions, Wish
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decisions import Decision, Ruling
from snowconf.sandbox.wire.requests import Answer, Request

AUTHORIZE = "/oauth_auth.do"
HOME = "/navpage.do"
CODE_SECONDS = 60
WRONG = "User name or password invalid"


class BadWishError(Exception):
    """The client cannot be answered, so the browser gets a page that says why."""


def log_in(gate: Gate, request: Request) -> Answer:
    """The answer of /login.do: the form, or a session and the page that was wanted."""
    form = _read_form(request)
    goto = _own_page(form.get("sysparm_goto_url", "") or request.parameter("sysparm_goto_url"))
    if request.method != "POST":
        return login_page(goto)
    user = prove(gate, form.get("user_name", ""), form.get("user_password", ""))
    if not isinstance(user, Stranger) and user["web_service_access_only"] == "true":
        user = Stranger(why="the user is for web services only", user_name=user["user_name"])
    if isinstance(user, Stranger):
        _note(gate, user.user_name, Ruling(allowed=False, by="login.do", why=user.why))
        return login_page(goto, WRONG)
    _note(gate, user["user_name"], Ruling(allowed=True, by="login.do", why="the password is right"))
    now = as_stored(gate.clock())
    gate.store.update("sys_user", user["sys_id"], {"last_login_time": now, "last_login": now[:10]})
    opened = hold(gate.store, Sessions).open(user["sys_id"], gate.clock())
    return redirect(as_header(goto), (("Set-Cookie", f"{SESSION_COOKIE}={opened.key}; {_flags(request)}"),))


def log_out(gate: Gate, request: Request) -> Answer:
    """The answer of /logout.do."""
    hold(gate.store, Sessions).close(read_cookie(request, SESSION_COOKIE))
    return redirect("/login.do", (("Set-Cookie", f"{SESSION_COOKIE}=; {CLEARED}"),))


def authorize(gate: Gate, request: Request) -> Answer:
    """The answer of /oauth_auth.do: log in first, then consent, then back to the client with a code."""
    session, user = _find_session(gate, request)
    if request.method == "POST":
        return _decide(gate, request, session)
    try:
        wish, client = _read_wish(gate, request)
    except BadWishError as bad:
        _note(
            gate, user["user_name"] if user else "", Ruling(allowed=False, by="oauth_auth.do", why=str(bad))
        )
        return error_page(400, "The request cannot be answered", str(bad))
    if session is None or user is None:
        return login_page(_own_page(request.target))
    session.wish = wish
    if client["skip_authorize"] == "true":
        return _answer_client(wish, {"code": _make_code(gate, wish, session)})
    return consent_page(client["name"], user["user_name"], session.check)


def _decide(gate: Gate, request: Request, session: BrowserSession | None) -> Answer:
    """What the user pressed. The form must be the one that was shown in this session."""
    form = _read_form(request)
    if session is None or session.wish is None:
        return login_page(HOME)
    if not hmac.compare_digest(form.get("sysparm_ck", "").encode(), session.check.encode()):
        return error_page(403, "The request cannot be answered", "The form is not the one that was shown.")
    wish, session.wish = session.wish, None
    if form.get("oauth_auth_check_action") == "authorize":
        return _answer_client(wish, {"code": _make_code(gate, wish, session)})
    return _answer_client(wish, {"error": "access_denied", "error_description": "access_denied"})


def _find_session(gate: Gate, request: Request) -> tuple[BrowserSession | None, Row | None]:
    session = hold(gate.store, Sessions).find(read_cookie(request, SESSION_COOKIE), gate.clock())
    user = gate.store.get("sys_user", session.user) if session else None
    return (session, user) if user and can_use_api(gate.store, user) else (None, None)


def _read_wish(gate: Gate, request: Request) -> tuple[Wish, Row]:
    found = gate.store.find("oauth_entity", client_id=request.parameter("client_id"), active="true")
    if not found or not request.parameter("client_id"):
        raise BadWishError("Invalid client_id")
    client = found[0]
    if request.parameter("response_type") != "code":
        raise BadWishError("Invalid response_type")
    wish = Wish(
        client=client["sys_id"],
        redirect=_choose_redirect(gate, client, request.parameter("redirect_uri")),
        state=request.parameter("state").strip(),
        scope=named_scopes(frozenset(request.parameter("scope").split())),
        challenge=request.parameter("code_challenge"),
        challenge_method=request.parameter("code_challenge_method") or "plain",
    )
    _check_wish(gate, client, wish)
    return wish, client


def _check_wish(gate: Gate, client: Row, wish: Wish) -> None:
    if not wish.state and settings.is_on(gate.store, settings.STATE_REQUIRED):
        raise BadWishError("Missing State parameter in request")
    if "true" in {client["public_client"], client["use_pkce"]} and not wish.challenge:
        raise BadWishError("Missing code_challenge parameter in request")
    wanted = client["code_challenge_method"]
    allowed = {wanted} if wanted in {"S256", "plain"} else {"S256", "plain"}
    if wish.challenge and wish.challenge_method not in allowed:
        raise BadWishError("Invalid code_challenge_method")


def _choose_redirect(gate: Gate, client: Row, wanted: str) -> str:
    """One of the registered addresses, which commas separate; the first when the request has none."""
    registered = [each.strip() for each in client["redirect_url"].split(",") if each.strip()]
    if wanted in registered:
        return wanted
    first = gate.switches.get("unknown_redirect") == "first"
    if registered and (not wanted or first):
        return registered[0]
    raise BadWishError("Invalid redirect_uri")


def _make_code(gate: Gate, wish: Wish, session: BrowserSession) -> str:
    client = gate.store.get("oauth_entity", wish.client) or {}
    lifespan = client.get("auth_code_lifespan", "")
    seconds = int(lifespan) if lifespan.isdecimal() and 0 < int(lifespan) < 10**6 else CODE_SECONDS
    code = Code(wish=wish, user=session.user, expires=gate.clock() + timedelta(seconds=seconds))
    return hold(gate.store, Sessions).grant(code)


def _answer_client(wish: Wish, answer: Mapping[str, str]) -> Answer:
    """Back to the client, with whatever its address already asks for kept."""
    state = {"state": wish.state} if wish.state else {}
    mark = "&" if urlsplit(wish.redirect).query else "?"
    return redirect(as_header(f"{wish.redirect}{mark}{urlencode({**answer, **state})}"))


def _own_page(goto: str) -> str:
    """An address on this instance: the authorization that was begun, or home. No other is ever gone to."""
    return goto if goto.startswith((f"{AUTHORIZE}?", HOME)) else HOME


def _flags(request: Request) -> str:
    """A browser takes no secure cookie over plain HTTP, and only secure ones may come from elsewhere."""
    return COOKIE_FLAGS if request.host.startswith("https:") else "Path=/; HttpOnly; SameSite=Lax"


def _read_form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _note(gate: Gate, who: str, ruling: Ruling) -> None:
    gate.sink(Decision(who=who, operation="authenticate", ruling=ruling))
