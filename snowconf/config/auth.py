"""The `auth` of an instance as its block writes it. What it leaves out is filled in by `environment`.

A secret is only ever named here: the file says where it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import hint, listing
from snowconf.config.secret_sources import read_secret
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import SecretSource

TEXTS = ("grant", "client_id", "username")
SECRETS = ("client_secret", "password", "refresh_token", "token", "api_key")
PARTS = (*TEXTS, *SECRETS)
CLIENT = ("client_id", "client_secret")
GRANTS: Mapping[str, tuple[str, ...]] = {
    "client_credentials": CLIENT,
    "password": (*CLIENT, "username", "password"),
    "refresh_token": (*CLIENT, "refresh_token"),
}
# The four ways, each with the parts it is known by. A user name can belong to a grant, so it is looked at last.
WAYS: Mapping[str, tuple[str, ...]] = {
    "grant": ("grant", *CLIENT, "refresh_token"),
    "token": ("token",),
    "api_key": ("api_key",),
    "username": ("username", "password"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of auth by name: plain texts, and where secrets are."""

    texts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, SecretSource] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The parts there are."""
        return (*self.texts, *self.secrets)


def way_of(parts: Iterable[str]) -> str:
    """Which of WAYS the parts belong to; nothing for no parts."""
    there = set(parts)
    return next((way for way, known in WAYS.items() if there.intersection(known)), "")


def read_auth(spot: Spot) -> tuple[Parts, tuple[Diagnostic, ...]]:
    """The parts that are written, and everything wrong with them that the file alone shows."""
    if not isinstance(spot.raw, dict):
        detail = (
            'auth is a table, as in { username = "svc_snowconf", password = { env = "SNOWCONF_PASSWORD" } }.'
        )
        return Parts(), (codes.BAD_AUTH.at(spot.origin, detail),)
    texts: dict[str, str] = {}
    secrets: dict[str, SecretSource] = {}
    problems: list[Diagnostic] = []
    for name, part in spot.children():
        match _read_part(name, part):
            case Diagnostic() as problem:
                problems.append(problem)
            case SecretSource() as source:
                secrets[name] = source
            case text:
                texts[name] = text
    return Parts(texts, secrets), (*problems, *_superfluous(spot))


def _read_part(name: str, spot: Spot) -> str | SecretSource | Diagnostic:
    if name in SECRETS:
        return read_secret(spot, name)
    if name not in TEXTS:
        detail = f"auth has no part '{name}'.{hint(name, PARTS)}"
        return codes.BAD_AUTH.at(spot.origin, detail)
    if not isinstance(spot.raw, str) or not spot.raw:
        return codes.BAD_VALUE.at(spot.origin, f"{name} must be a text in quotes that is not empty.")
    if name == "grant" and spot.raw not in GRANTS:
        detail = f"'{spot.raw}' is no grant.{hint(spot.raw, GRANTS)}"
        return codes.UNKNOWN_GRANT.at(spot.origin, detail)
    return spot.raw


def _superfluous(spot: Spot) -> Iterator[Diagnostic]:
    """Parts of a second way, or ones that the grant has no use for."""
    grant = spot.raw.get("grant")
    way = way_of(spot.raw)
    if isinstance(grant, str) and grant in GRANTS:
        fitting = ("grant", *GRANTS[grant])
    else:
        fitting = (*WAYS["grant"], *WAYS["username"]) if way == "grant" else WAYS.get(way, ())
    for name in spot.raw:
        if name in PARTS and name not in fitting:
            detail = (
                f"'{name}' does not belong to auth with {listing(fitting)}. Take it out, or take those out."
            )
            yield codes.BAD_AUTH.at(spot.child(name).origin, detail)
