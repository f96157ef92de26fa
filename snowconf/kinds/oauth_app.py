"""OAuth clients that call this instance: application registries for inbound access (tables.md 2.1)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Reference, Secret, Text, Url
from snowconf.kinds.choices import choices_of
from snowconf.kinds.clients import (
    ACTIVE_AND_ACCESS,
    LIFESPANS,
    NOTES_AND_SCOPES,
    TABLE,
    TOKENS,
    public_secret,
)
from snowconf.kinds.exclusives import exclusives_of
from snowconf.kinds.findings import GRANT_CONTRADICTION, NO_APPLICATION_USER
from snowconf.kinds.grants import GRANTS
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes import of_clients
from snowconf.kinds.targets import USER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

# The same grant in the two columns' spellings (tables.md 12.12).
SPELLINGS = {
    "client_credential": "client_credentials",
    "authz_code": "authorization_code",
    "jwt": "jwt_bearer",
}


def grant_contradiction(resource: Resource) -> Iterator[Diagnostic]:
    """The inbound and the default grant must be the same one."""
    inbound, default = text_of(resource, "inbound_grant_type"), text_of(resource, "default_grant_type")
    same = SPELLINGS.get(inbound, default)
    if default and same != default:
        yield GRANT_CONTRADICTION.at(
            resource,
            "default_grant_type",
            f"inbound_grant_type = '{inbound}' goes with default_grant_type = '{same}', and the block asks for "
            f"'{default}'. Make them agree, or write only one of them.",
        )


def no_application_user(resource: Resource) -> Iterator[Diagnostic]:
    """Client credentials act as the application user, so there must be one."""
    grants = {"inbound_grant_type": "client_credential", "default_grant_type": "client_credentials"}
    asked = next((name for name, grant in grants.items() if text_of(resource, name) == grant), "")
    if asked and not text_of(resource, "user"):
        yield NO_APPLICATION_USER.at(
            resource,
            asked,
            "Tokens obtained with client credentials act as the application user, and the block names none. Write "
            'user = "…" with the account that the integration shall act as.',
        )


OAUTH_APP = Kind(
    name="oauth_app",
    table=TABLE,
    doc="An OAuth client that obtains tokens from this instance and calls its APIs.",
    key=("name",),
    on_remove=Removal.DEACTIVATE,
    deactivation={"active": "false"},
    constants={"type": "client"},
    match={"sys_class_name": (TABLE,), "type": ("client",)},
    attributes=(
        Text("name", "The client's name, shown to users on the consent page."),
        Text(
            "client_id", "The public identifier of the client; the platform makes one when none is written."
        ),
        Secret(
            "client_secret",
            "What the client proves itself with; the platform makes one when none is written.",
        ),
        Reference("user", "The user whom tokens obtained with client credentials act as.", target=USER),
        Choice(
            "client_type",
            "How the platform classes the client's sessions: their time-out and security attributes.",
            choices=choices_of(TABLE, "client_type"),
        ),
        Url("redirect_url", "Where authorization codes are sent; several with commas; '' means none."),
        Url("logo_url", "The picture on the consent page; '' means none."),
        Url("login_url", "Where authorization-code clients send their users; '' means none."),
        *ACTIVE_AND_ACCESS,
        Choice(
            "default_grant_type",
            "How the client obtains tokens unless it asks otherwise.",
            choices=GRANTS,
        ),
        Choice(
            "inbound_grant_type",
            "How the client obtains tokens, as newer releases keep it (Zurich and later).",
            choices=choices_of(TABLE, "inbound_grant_type"),
        ),
        *LIFESPANS,
        Integer("auth_code_lifespan", "Seconds an authorization code stays valid.", minimum=0),
        Integer("id_token_lifespan", "Seconds an ID token stays valid.", minimum=0),
        Integer("message_signature_lifespan", "Seconds a message signature stays valid.", minimum=0),
        *TOKENS,
        Boolean("public_client", "The client has no secret and proves itself with PKCE."),
        Boolean("use_pkce", "The authorization-code grant needs PKCE."),
        Choice(
            "code_challenge_method",
            "How PKCE challenges are made.",
            choices=choices_of(TABLE, "code_challenge_method"),
        ),
        Boolean("mobile_client", "The client is a mobile application."),
        Boolean("skip_authorize", "Users are not asked for their consent."),
        Choice(
            "send_client_credentials_as",
            "Where the client's id and secret travel in a token request.",
            choices=choices_of(TABLE, "send_client_credentials_as"),
        ),
        *NOTES_AND_SCOPES,
    ),
    checks=(grant_contradiction, public_secret, no_application_user),
    stakes=of_clients.STAKES,
    cross_checks=of_clients.CROSS_CHECKS,
    writers=writers.CLIENTS,
    exclusive=exclusives_of(TABLE),
)
