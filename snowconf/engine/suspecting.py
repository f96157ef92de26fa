"""What is left when every prerequisite stands that can be looked at: a secret that opens no door any more. Pure."""

from collections.abc import Iterable, Sequence

from snowconf.engine.examined import Examined, client_secret_of, password_of
from snowconf.engine.inspecting import is_at_api
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource

# Attribute and column of each secret that a way in may need.
PASSWORD = ("password", "user_password")
CLIENT_SECRET = ("client_secret", "client_secret")


def suspect_secret(examined: Examined, unseen: Sequence[str]) -> Iterable[Diagnostic]:
    """The secrets that may be wrong, the likeliest first; or that nobody can tell, and what nobody could look at."""
    if unseen or (is_at_api(examined.refusal) and examined.client_id):
        yield _undecided(examined, unseen)
    else:
        yield _drifted(examined, tuple(_suspects(examined)))


def _suspects(examined: Examined) -> Iterable[tuple[Address, tuple[str, str], SecretSource]]:
    """A password is only looked at when the client is right, and a wrong one is counted against the account."""
    entrance = examined.entrance
    secret, password = client_secret_of(entrance), password_of(entrance)
    found = []
    if entrance.client is not None and secret is not None and not (password and examined.was_counted):
        found.append((entrance.client, CLIENT_SECRET, secret))
    if password is not None:
        found.append((entrance.user, PASSWORD, password))
    return found


def _drifted(
    examined: Examined, suspects: tuple[tuple[Address, tuple[str, str], SecretSource], ...]
) -> Diagnostic:
    address, (attribute, _), _ = suspects[0]
    named = " or ".join(
        f"{address}.{attribute} ({source}, {examined.blocks.origin_of(address, attribute)})"
        for address, (attribute, _), source in suspects
    )
    return Diagnostic(
        code="SNC533",
        summary="A declared secret opens no door",
        detail=f"Everything else that a grant needs stands, so the instance holds another secret than {named}. "
        f"{_what_to_do(examined, suspects)}{_browser(examined)}",
        origin=examined.blocks.origin_of(address, attribute),
        address=address,
    )


def _what_to_do(
    examined: Examined, suspects: tuple[tuple[Address, tuple[str, str], SecretSource], ...]
) -> str:
    if any(_standing(examined, *each) is Standing.DIFFERS for each in suspects):
        return "The declared one was changed since it was last written: run 'snowconf apply'."
    addresses = " ".join(f"--rewrite-secrets {address}" for address, _, _ in suspects)
    return f"If the declared one is right, write it again: snowconf apply {addresses}."


def _standing(examined: Examined, address: Address, names: tuple[str, str], source: SecretSource) -> Standing:
    """How the declared secret compares with the one that was last written from here."""
    ledger = examined.context.ledger
    owned = ledger.entries.get(address) if ledger else None
    if owned is None:
        return Standing.UNKNOWN
    return examined.context.secrets.standing(address, names[1], source, owned.sys_id)


def _browser(examined: Examined) -> str:
    """The platform's documentation asks for a user who may have an interactive session (wire-contract.md 4.1)."""
    if examined.entrance.way != "password" or not examined.account_is("web_service_access_only"):
        return ""
    return (
        f" Should it be right already: '{examined.account_name}' is for web services only, and some releases give tokens "
        "for a password only to users who may log in with a browser. A client with user and "
        'default_grant_type = "client_credentials" gets them without.'
    )


def _undecided(examined: Examined, unseen: Sequence[str]) -> Diagnostic:
    user = examined.entrance.user
    what = (
        f"The account of this run could not see {_listed(unseen)}"
        if unseen
        else "Nothing that was looked at is missing"
    )
    return Diagnostic(
        code="SNC534",
        summary="Why nobody is let in could not be found",
        detail=f"{examined.refusal.request} as '{examined.entrance.user_name}' was refused with {examined.refusal.words} "
        f"(status {examined.refusal.status}). {what}, and the rest stands. The reason is in the instance's system log; an "
        "account with the role admin sees everything that is looked at here.",
        origin=examined.blocks.origin_of(user),
        address=user,
    )


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
