"""Credentials that are tokens of an OAuth provider (tables.md 7.3)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Choice, Reference
from snowconf.kinds.choices import choices_of
from snowconf.kinds.credentials import BINDING, NAME
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_credentials
from snowconf.kinds.targets import OAUTH_PROFILE

TABLE = "oauth_2_0_credentials"

OAUTH_CREDENTIAL = Kind(
    name="oauth_credential",
    table=TABLE,
    doc="Tokens that this instance gets from an OAuth provider, for calls that it makes there.",
    key=("name",),
    deactivation={"active": "false"},
    attributes=(
        NAME,
        Reference(
            "profile",
            "The profile of the provider that says how tokens are got, and for what.",
            column="oauth_entity_profile",
            target=OAUTH_PROFILE,
            required=True,
        ),
        Choice(
            "integration_type",
            "Whether all share its tokens, or each person has their own.",
            choices=choices_of(TABLE, "integration_type"),
        ),
        *BINDING,
    ),
    stakes=of_credentials.STAKES,
    cross_checks=of_credentials.CROSS_CHECKS,
    writers=writers.CREDENTIALS,
)
