"""What OAuth clients of every class have in common: attributes that stand in more than one kind (tables.md 2.1)."""

from collections.abc import Iterator

from snowconf.kinds.attributes import Attribute, Boolean, Choice, Integer, Members, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.findings import PUBLIC_SECRET
from snowconf.kinds.reading import value_of
from snowconf.kinds.targets import AUTH_SCOPE
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "oauth_entity"

ACTIVE_AND_ACCESS: tuple[Attribute, ...] = (
    Boolean("active", "An inactive client gets no tokens."),
    Choice("access", "Which application scopes may use the client.", choices=choices_of(TABLE, "access")),
)
LIFESPANS: tuple[Attribute, ...] = (
    Integer("access_token_lifespan", "Seconds an access token stays valid.", minimum=1),
    Integer("refresh_token_lifespan", "Seconds a refresh token stays valid.", minimum=1),
)
TOKENS: tuple[Attribute, ...] = (
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
)
NOTES_AND_SCOPES: tuple[Attribute, ...] = (
    Text("comments", "Notes about the client; no secrets here."),
    Members(
        "auth_scopes",
        "The authentication scopes whose APIs the client's tokens may call.",
        link="oauth_entity_auth_scope_mapping",
        owner="oauth_entity",
        member="auth_scope",
        target=AUTH_SCOPE,
    ),
)


def public_secret(resource: Resource) -> Iterator[Diagnostic]:
    """A public client has no secret."""
    if value_of(resource, "public_client") is True and "client_secret" in resource.attributes:
        yield PUBLIC_SECRET.at(
            resource,
            "client_secret",
            "The client is public and has a client_secret. Take client_secret out, or write public_client = false.",
        )
