"""How a declared identity gets in, and what came of it: admitted with tokens, or refused. Nobody is asked here."""

from dataclasses import dataclass

from snowconf.model.address import Address
from snowconf.model.connection import BasicAuth, OAuthGrant
from snowconf.model.value import SecretText


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """One way in for one identity of the stack: `auth` says the grant, and where the secrets are.

    `user` is the block of the identity and `user_name` its name on the instance. `client` is the block of the OAuth
    client that asks for the token; None for a user who comes with name and password alone.
    """

    user: Address
    user_name: str
    auth: OAuthGrant | BasicAuth
    client: Address | None = None

    @property
    def way(self) -> str:
        """What it is called: client_credentials, password, refresh_token, or basic."""
        return self.auth.grant if isinstance(self.auth, OAuthGrant) else "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Nobody was let in. `status` and `words` are what the instance answered to `request`, which is seldom the reason.

    `request` is "POST /oauth_token.do" where no token was given, and one of an API where the credentials did not count.
    `counted` says whether the instance counted it as a wrong password; None where nobody looked before and after.
    """

    entrance: Entrance
    request: str
    status: int
    words: str
    counted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the token endpoint gave. `refresh` is None with client credentials; `lives_s` None when it was not said."""

    access: SecretText
    refresh: SecretText | None = None
    lives_s: float | None = None
    scope: str = ""
