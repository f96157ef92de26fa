"""How to reach one instance, as its `[instance.*]` block says. Secrets are named here, never held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.model.origin import Origin
from snowconf.model.value import SecretSource, SecretText

Resolve: TypeAlias = Callable[[SecretSource], SecretText]


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthGrant:
    """`grant` is client_credentials, password or refresh_token; the other values are what that grant needs.

    A public client has no secret.
    """

    grant: str
    client_id: str
    client_secret: SecretSource | None
    username: str = ""
    password: SecretSource | None = None
    refresh_token: SecretSource | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicAuth:
    """User name and password with every request."""

    username: str
    password: SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken:
    """A token that somebody else obtained."""

    token: SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key for `x-sn-apikey` (wire-contract.md 4.4)."""

    key: SecretSource


Auth: TypeAlias = OAuthGrant | BasicAuth | BearerToken | ApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """One `[instance.*]` block.

    `url` is `https://…` without a trailing slash, or `sandbox:` for the embedded instance, optionally with a path to
    its file (`sandbox:other.db`). `switches` are the sandbox's. `timeout_s` covers one request.
    `elevation`: access controls may be written only by an elevated security_admin, which REST cannot be
    (tables.md 4.4); false on an instance whose security_admin role is no elevated privilege.
    """

    name: str
    url: str
    origin: Origin
    auth: Auth | None = None
    default: bool = False
    switches: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 70.0
    elevation: bool = True

    @property
    def is_sandbox(self) -> bool:
        """Is this the embedded instance?"""
        return self.url.startswith("sandbox:")
