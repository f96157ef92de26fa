"""What is left when every prerequisite stands that can be looked at: a secret that opens no door any more. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from snowconf.engine.enter.examined import Examined, client_secret_of, password_of
from snowconf.engine.enter.inspecting import is_at_api
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource

OPENS_NOTHING = "SNC533"
# Attribute and column of each secret that a way in may need.
PASSWORD = ("password", "user_password")
CLIENT_SECRET = ("client_secret", "client_secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A secret that may be wrong: whose, where it is declared to be, and how that compares with what was written."""

    address: Address
    attribute: str
    source: SecretSource
    origin: Origin | None
    standing: Standing

    def __str__(self) -> str:
        return f"{self.address}.{self.attribute} ({self.source}, {self.origin})"


def suspect_secret(examined: Examined, unseen: Sequence[str]) -> Iterable[Diagnostic]:
    """The secrets that may be wrong, the likeliest first; or that nobody can tell, and what nobody could look at."""
    if unseen or (is_at_api(examined.refusal) and examined.client_id):
        yield _undecided(examined, unseen)
    else:
        yield _drifted(examined, _suspects(examined))


def _suspects(examined: Examined) -> tuple[Suspect, ...]:
    """A password is looked at only when the client is right, and a wrong one is counted against the account.

    What was changed in its source since it was last written is certainly wrong, so nothing else is suspected then.
    """
    entrance, counted = examined.entrance, examined.refusal.counted
    secret, password = client_secret_of(entrance), password_of(entrance)
    found = []
    if entrance.client is not None and secret is not None and not (password and counted):
        found.append(_suspect(examined, entrance.client, CLIENT_SECRET, secret))
    if password is not None:
        found.append(_suspect(examined, entrance.user, PASSWORD, password))
    if examined.was_counted and counted is not False:
        found.reverse()
    changed = tuple(each for each in found if each.standing is Standing.DIFFERS)
    return changed or tuple(found)


def _suspect(examined: Examined, address: Address, names: tuple[str, str], source: SecretSource) -> Suspect:
    attribute, column = names
    ledger = examined.context.ledger
    owned = ledger.entries.get(address) if ledger else None
    secrets = examined.context.secrets
    return Suspect(
        address=address,
        attribute=attribute,
        source=source,
        origin=examined.blocks.origin_of(address, attribute),
        standing=secrets.standing(address, column, source, owned.sys_id) if owned else Standing.UNKNOWN,
    )


def _drifted(examined: Examined, suspects: tuple[Suspect, ...]) -> Diagnostic:
    first = suspects[0]
    return Diagnostic(
        code=OPENS_NOTHING,
        summary="A declared secret opens no door",
        detail="Everything else that can be looked at stands, so the instance holds another secret than "
        f"{' or '.join(map(str, suspects))}. {_what_to_do(suspects)}{_empty(examined, suspects)}{_browser(examined, suspects)}",
        origin=first.origin,
        address=first.address,
    )


def _what_to_do(suspects: tuple[Suspect, ...]) -> str:
    if suspects[0].standing is Standing.DIFFERS:
        return "The declared one was changed since it was last written: run 'snowconf apply'."
    addresses = " ".join(f"--rewrite-secrets {each.address}" for each in suspects)
    return f"If the declared one is right, write it again: snowconf apply {addresses}."


def _empty(examined: Examined, suspects: tuple[Suspect, ...]) -> str:
    is_about_password = any(each.attribute == "password" for each in suspects)
    if not (is_about_password and examined.has_no_password):
        return ""
    return (
        f" The instance shows no password of '{examined.account_name}' at all: perhaps none was ever written."
    )


def _browser(examined: Examined, suspects: tuple[Suspect, ...]) -> str:
    """The platform's documentation asks for a user who may have an interactive session (wire-contract.md 4.1)."""
    is_changed = suspects[0].standing is Standing.DIFFERS
    is_password = examined.entrance.way == "password" and examined.account_is("web_service_access_only")
    if is_changed or not is_password:
        return ""
    return (
        f" Should it be right already: '{examined.account_name}' is for web services only, and some releases give tokens "
        "for a password only to users who may log in with a browser. A client with user and "
        'default_grant_type = "client_credentials" gets them without.'
    )


def _undecided(examined: Examined, unseen: Sequence[str]) -> Diagnostic:
    user = examined.entrance.user
    words = "" if is_at_api(examined.refusal) else f" with {examined.refusal.words}"
    what = (
        f"The account of this run could not see {_listed(unseen)}"
        if unseen
        else "Nothing that was looked at is missing"
    )
    return Diagnostic(
        code="SNC534",
        summary="Why nobody is let in could not be found",
        detail=f"{examined.refusal.request} as '{examined.entrance.user_name}' was refused{words} "
        f"(status {examined.refusal.status}). {what}, and the rest stands. The reason is in the instance's system log; an "
        "account with the role admin sees everything that is looked at here.",
        origin=examined.blocks.origin_of(user),
        address=user,
    )


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
