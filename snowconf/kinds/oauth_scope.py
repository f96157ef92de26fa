"""Scopes of OAuth providers: what tokens can be asked for (tables.md 2.2)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Reference, Text
from snowconf.kinds.kind import Kind
from snowconf.kinds.targets import OAUTH_PROVIDER

OAUTH_SCOPE = Kind(
    name="oauth_scope",
    table="oauth_entity_scope",
    doc="A scope of an OAuth provider, for profiles to ask for. What inbound clients may call is an auth_scope.",
    key=("name",),
    attributes=(
        Text("name", "What the scope is called here; unlike every other scope of any provider."),
        Text(
            "scope",
            "The scope as the provider spells it.",
            column="oauth_entity_scope",
            required=True,
        ),
        Reference(
            "provider",
            "The provider that knows it.",
            column="oauth_entity",
            target=OAUTH_PROVIDER,
            required=True,
        ),
        Boolean("in_default_profile", "New default profiles ask for it."),
    ),
    writers=writers.CLIENTS,
)
