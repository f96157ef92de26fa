"""Profiles of OAuth providers: how tokens are got, and for which scopes (tables.md 2.2)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Members, Reference, Text
from snowconf.kinds.grants import GRANTS
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_providers
from snowconf.kinds.targets import OAUTH_PROVIDER, OAUTH_SCOPE

OAUTH_PROFILE = Kind(
    name="oauth_profile",
    table="oauth_entity_profile",
    doc="A profile of an OAuth provider. The platform makes the default one by itself; a block of its name takes it over.",
    key=("name",),
    part_of="provider",
    attributes=(
        Text("name", "The profile's name; the platform calls the default one '<provider> default_profile'."),
        Reference(
            "provider",
            "The provider whose profile it is.",
            column="oauth_entity",
            target=OAUTH_PROVIDER,
            required=True,
        ),
        Choice(
            "grant_type",
            "How tokens are got: as the provider's default_grant_type says.",
            required=True,
            choices={written: stored for written, stored in GRANTS.items() if stored},
        ),
        Boolean("default", "It is the one that is used where none is named."),
        Text(
            "oauth_resources", "The resources that tokens are asked for, where the provider wants them named."
        ),
        Members(
            "scopes",
            "The scopes that tokens are asked for.",
            link="oauth_entity_profile_scope",
            owner="oauth_entity_profile",
            member="oauth_entity_scope",
            target=OAUTH_SCOPE,
        ),
    ),
    stakes=of_providers.PROFILE_STAKES,
    cross_checks=of_providers.PROFILE_CHECKS,
    writers=writers.CLIENTS,
)
