"""OAuth clients that call this instance: application registries for inbound access (tables.md 2.1)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Members, Reference, Secret, Text, Url
from snowconf.kinds.choices import choices_of
from snowconf.kinds.findings import GRANT_CONTRADICTION, NO_APPLICATION_USER, PUBLIC_SECRET
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_clients
from snowconf.kinds.targets import AUTH_SCOPE, USER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

TABLE = "oauth_entity"
# The platform names two grants by a URN; people write the short form.
BEARER = "urn:ietf:params:oauth:grant-type:"
GRANTS = {
    stored.removeprefix(BEARER).replace("-", "_"): stored
    for stored in choices_of(TABLE, "default_grant_type")
}
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


def public_secret(resource: Resource) -> Iterator[Diagnostic]:
    """A public client has no secret."""
    if value_of(resource, "public_client") is True and "client_secret" in resource.attributes:
        yield PUBLIC_SECRET.at(
            resource,
            "client_secret",
            "The client is public and has a client_secret. Take client_secret out, or write public_client = false.",
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
    match={"sys_class_name": TABLE},
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
        Boolean("active", "An inactive client gets no tokens."),
        Choice("access", "Which application scopes may use the client.", choices=choices_of(TABLE, "access")),
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
        Integer("access_token_lifespan", "Seconds an access token stays valid.", minimum=1),
        Integer("refresh_token_lifespan", "Seconds a refresh token stays valid.", minimum=1),
        Integer("auth_code_lifespan", "Seconds an authorization code stays valid.", minimum=0),
        Integer("id_token_lifespan", "Seconds an ID token stays valid.", minimum=0),
        Integer("message_signature_lifespan", "Seconds a message signature stays valid.", minimum=0),
        Choice(
            "token_format",
            "Whether access tokens are opaque or JWT (Zurich and later).",
            choices=choices_of(TABLE, "token_format"),
        ),
        Text(
            "sub_claim",
            "The user column that JWT tokens carry as subject, such as sys_id (Zurich and later).",
        ),
        Choice(
            "scope_restriction_status",
            "Whether tokens reach all APIs or those of selected scopes (Zurich and later).",
            choices=choices_of(TABLE, "scope_restriction_status"),
        ),
        Boolean("restricted_binding", "Tokens work only for APIs that a REST API access policy names."),
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
        Text("comments", "Notes about the client; no secrets here."),
        Members(
            "auth_scopes",
            "The authentication scopes whose APIs the client's tokens may call.",
            link="oauth_entity_auth_scope_mapping",
            owner="oauth_entity",
            member="auth_scope",
            target=AUTH_SCOPE,
        ),
    ),
    checks=(grant_contradiction, public_secret, no_application_user),
    stakes=of_clients.STAKES,
    cross_checks=of_clients.CROSS_CHECKS,
    writers=writers.CLIENTS,
)
