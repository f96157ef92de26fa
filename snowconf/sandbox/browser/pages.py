"""The pages of the browser's part of OAuth: log in, consent, and what went wrong. Everything shown is escaped."""

from html import escape

from snowconf.sandbox.answers.answering import ALWAYS, HTML, UNCACHED, Headers
from snowconf.sandbox.wire.requests import Answer

# No scripts, nothing from elsewhere, no frame around it. Where forms lead is left open: a consent is answered with a
# redirect to the client, and browsers count that as the form's.
GUARD: Headers = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:24rem;padding:0 1rem;color:#1d2b2a}"
    "h1{font-size:1.25rem}label,input{display:block;width:100%;box-sizing:border-box}input{margin:.2rem 0 1rem;"
    "padding:.5rem;border:1px solid #9aa;border-radius:4px;font:inherit}button{padding:.5rem 1.2rem;font:inherit;"
    "border:1px solid #9aa;border-radius:4px;background:#fff;margin-right:.5rem}button.go{background:#1f5c57;"
    "border-color:#1f5c57;color:#fff}.wrong{color:#a02020}"
)


def login_page(goto: str, wrong: str = "") -> Answer:
    """The form of /login.do. `goto` is where to go on this instance afterwards."""
    message = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    form = (
        f'{message}<form method="post" action="/login.do">'
        '<input type="hidden" name="sys_action" value="sysverb_login">'
        f'<input type="hidden" name="sysparm_goto_url" value="{escape(goto)}">'
        '<label for="user_name">User name</label>'
        '<input id="user_name" name="user_name" autocomplete="username" autofocus>'
        '<label for="user_password">Password</label>'
        '<input id="user_password" name="user_password" type="password" autocomplete="current-password">'
        '<button class="go" id="sysverb_login" type="submit">Log in</button></form>'
    )
    return _page(200, "Log in", form)


def consent_page(client: str, user: str, check: str) -> Answer:
    """The form of /oauth_auth.do, which refuses with its first button and allows with its second."""
    form = (
        f"<p><b>{escape(client)}</b> would like to connect to this instance as <b>{escape(user)}</b>.</p>"
        '<form method="post" action="/oauth_auth.do">'
        f'<input type="hidden" name="sysparm_ck" value="{escape(check)}">'
        '<button name="oauth_auth_check_action" value="deny">Deny</button>'
        '<button class="go" name="oauth_auth_check_action" value="authorize">Allow</button></form>'
    )
    return _page(200, "Authorize access", form)


def error_page(status: int, title: str, text: str) -> Answer:
    """What cannot be told to the client, because it is not known or not trusted."""
    return _page(status, title, f'<p class="wrong">{escape(text)}</p>')


def redirect(location: str, extra: Headers = ()) -> Answer:
    """A page that is elsewhere; whoever calls knows that the address can stand in a header."""
    return Answer(status=302, headers=(*extra, ("Location", location), *UNCACHED, HTML, *GUARD, *ALWAYS))


def _page(status: int, title: str, body: str) -> Answer:
    head = f"<title>{escape(title)}</title><style>{STYLE}</style>"
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    text = f'<!DOCTYPE html><html lang="en"><head>{meta}{head}</head><body><h1>{escape(title)}</h1>{body}</body></html>'
    return Answer(status=status, headers=(*UNCACHED, HTML, *GUARD, *ALWAYS), body=text.encode())
