"""OAuth providers that this instance gets tokens from: application registries for outbound access (tables.md 2.1)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Reference, Secret, Text, Url
from snowconf.kinds.choices import choices_of
from snowconf.kinds.clients import ACTIVE_AND_ACCESS, LIFESPANS, TABLE
from snowconf.kinds.companions import DEFAULT_PROFILE
from snowconf.kinds.exclusives import exclusives_of
from snowconf.kinds.findings import PROVIDER_WITHOUT_ADDRESS
from snowconf.kinds.grants import GRANTS
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes import of_providers
from snowconf.kinds.targets import SCRIPT_INCLUDE
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource


def without_address(resource: Resource) -> Iterator[Diagnostic]:
    """Tokens come from token_url; who has to consent is sent to auth_url first."""
    needed = ("auth_url", "token_url") if _asks_people(resource) else ("token_url",)
    missing = [each for each in needed if not text_of(resource, each)]
    if missing:
        yield PROVIDER_WITHOUT_ADDRESS.at(
            resource,
            missing[0],
            f"The block says no {' and no '.join(missing)}, so no token can be got from this provider. The provider's "
            "documentation names its addresses.",
        )


def _asks_people(resource: Resource) -> bool:
    return text_of(resource, "default_grant_type") in ("", "authorization_code")


OAUTH_PROVIDER = Kind(
    name="oauth_provider",
    table=TABLE,
    doc="An OAuth provider elsewhere, and the client that this instance is to it.",
    key=("name",),
    deactivation={"active": "false"},
    constants={"type": "oauth_provider", "default_grant_type": "authorization_code"},
    match={"sys_class_name": (TABLE,), "type": ("oauth_provider", "consumer")},
    companions=(DEFAULT_PROFILE,),
    exclusive=exclusives_of(TABLE),
    attributes=(
        Text("name", "The provider's name; no two registries of any sort share one."),
        Text("client_id", "The client id that the provider has given this instance."),
        Secret("client_secret", "The client secret that goes with it."),
        Choice(
            "default_grant_type",
            "How tokens are got; its profiles must say the same. authorization_code unless written.",
            choices=GRANTS,
        ),
        Url("auth_url", "Where people are sent to consent; '' means nowhere."),
        Url("token_url", "Where tokens come from; '' means nowhere."),
        Url("refresh_token_url", "Where tokens are renewed, when that is another place."),
        Url("revoke_token_url", "Where tokens are taken back."),
        Url("redirect_url", "Where the provider sends people back to: /oauth_redirect.do of this instance."),
        Choice(
            "send_client_credentials_as",
            "Where client id and secret travel in a token request.",
            choices=choices_of(TABLE, "send_client_credentials_as"),
        ),
        *LIFESPANS,
        Boolean("use_pkce", "Authorization codes are asked for with PKCE."),
        Choice(
            "code_challenge_method",
            "How PKCE challenges are made.",
            choices=choices_of(TABLE, "code_challenge_method"),
        ),
        Boolean("use_mutual_auth", "The provider asks for a certificate of ours."),
        Reference("oauth_api_script", "A script that changes requests and answers.", target=SCRIPT_INCLUDE),
        Url("logo_url", "The provider's picture; '' means none."),
        Text("comments", "Notes about the provider; no secrets here."),
        *ACTIVE_AND_ACCESS,
    ),
    checks=(without_address,),
    stakes=of_providers.STAKES,
    cross_checks=of_providers.PROVIDER_CHECKS,
    writers=writers.CLIENTS,
)
