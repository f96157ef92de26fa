"""What the token endpoint is sent for each grant, what it answers, and what to check when it gives no token.

Its answers are vague on purpose of the platform: one body stands for almost every cause (wire-contract.md 4.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from snowconf.errors import UnauthenticatedError
from snowconf.model.connection import OAuthGrant, Resolve
from snowconf.model.value import SecretSource
from snowconf.servicenow.answer import Answer, Envelope
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.judging import judge_answer

GRANT_PATH = "/oauth_token.do"
GRANT_REQUEST = f"POST {GRANT_PATH}"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Grant:
    """A token in hand: its text, the seconds it lives (None: not said), and what it can be renewed with."""

    access_token: str
    refresh_token: str
    lives_s: float | None
    scope: str = ""


def encode_form(form: Mapping[str, str]) -> bytes:
    """The body of a request for a token."""
    return urlencode(form, errors="surrogateescape").encode()


def first_form(grant: OAuthGrant, resolve: Resolve) -> dict[str, str]:
    """The form that proves the client, and the user if the grant has one, from the stack's own secrets."""
    form = _client_form(grant, resolve, grant.grant)
    match grant.grant:
        case "password":
            form |= {"username": grant.username, "password": _reveal(grant.password, resolve)}
        case "refresh_token":
            form |= {"refresh_token": _reveal(grant.refresh_token, resolve)}
    return form


def refresh_form(grant: OAuthGrant, resolve: Resolve, refresh_token: str) -> dict[str, str]:
    """The form that renews with a refresh token that an earlier answer held."""
    return _client_form(grant, resolve, "refresh_token") | {"refresh_token": refresh_token}


def _client_form(grant: OAuthGrant, resolve: Resolve, name: str) -> dict[str, str]:
    form = {"grant_type": name, "client_id": grant.client_id}
    if grant.client_secret is not None:
        form["client_secret"] = resolve(grant.client_secret).reveal()
    return form


def _reveal(source: SecretSource | None, resolve: Resolve) -> str:
    return resolve(source).reveal() if source is not None else ""


def read_grant(grant: OAuthGrant, answer: Answer) -> Grant | Undone:
    """The token of an answer; or, without one, what that means and whether to ask again."""
    document = answer.document or {}
    token = document.get("access_token")
    if not isinstance(token, str) or not token:
        return _refusal(grant, answer, document.get("error"))
    refresh = document.get("refresh_token")
    return Grant(
        access_token=token,
        refresh_token=refresh if isinstance(refresh, str) else "",
        lives_s=_seconds(document.get("expires_in")),
        scope=scope if isinstance(scope := document.get("scope"), str) else "",
    )


def _seconds(text: object) -> float | None:
    return float(text) if isinstance(text, str) and text.isascii() and text.isdigit() else None


def _refusal(grant: OAuthGrant, answer: Answer, error: object) -> Undone:
    outcome = judge_answer(GRANT_REQUEST, answer, began_s=0.0)
    is_answer = answer.is_json and answer.status != 202 and answer.status < 429
    if isinstance(outcome, Undone) and not isinstance(error, str) and not is_answer:
        return replace(outcome, fate=Fate.NOT_DONE, may_come_late=False)
    problem = UnauthenticatedError(_no_token(grant, answer), request=GRANT_REQUEST, status=answer.status)
    return Undone(fate=Fate.NOT_DONE, problem=problem)


def find_error(answer: Answer) -> str:
    """What the token endpoint says instead of a token, fit to be shown."""
    return _words(answer)


def _no_token(grant: OAuthGrant, answer: Answer) -> str:
    checks = " ".join(
        f"({number}) {check}." for number, check in enumerate(_CHECKS.get(grant.grant, _ENTRY), start=1)
    )
    return (
        f"The instance gave no token for the grant {grant.grant}: it said {_words(answer)} (status {answer.status}). "
        f"It says the same for most causes, so check in this order: {checks} "
        "The real reason is in the instance's system log (“Exception on token flow”)."
    )


def _words(answer: Answer) -> str:
    document = answer.document or {}
    shown = [
        f"{key} “{answer.quote(words, 200)}”"
        for key in ("error", "error_description")
        if isinstance(words := document.get(key), str)
    ]
    return " and ".join(shown) or f"“{Envelope.of(answer).words or 'nothing'}”"


_ENTRY = (
    "an Application Registry entry with this client_id exists and is active",
    "the client secret is that of the entry, without blanks around it",
)
_CHECKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "client_credentials": (
            "the property glide.oauth.inbound.client.credential.grant_type.enabled is true",
            *_ENTRY,
            "the entry names an OAuth Application User",
            "that user is active and not locked out",
        ),
        "password": (
            *_ENTRY,
            "the property glide.oauth.inbound.ropc.grant_type.disabled is not true",
            "the user is active, not locked out and may have an interactive session",
            "the user name and the password are right, and no second factor is asked for",
            "a restriction of basic authentication (glide.authenticate.basic_auth.restriction.active) does not bar the user",
        ),
        "refresh_token": (
            *_ENTRY,
            "the refresh token belongs to this client, was not revoked and is within its lifespan (by default 100 days)",
            "the user it stands for is active and not locked out",
        ),
    }
)
