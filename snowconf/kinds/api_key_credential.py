"""Credentials that are one API key (tables.md 7.3)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Secret
from snowconf.kinds.credentials import BINDING, NAME
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_credentials

API_KEY_CREDENTIAL = Kind(
    name="api_key_credential",
    table="api_key_credentials",
    doc="An API key for calls that this instance makes.",
    key=("name",),
    deactivation={"active": "false"},
    attributes=(
        NAME,
        Secret("api_key", "The key that the other side has given out."),
        *BINDING,
    ),
    stakes=of_credentials.STAKES,
    cross_checks=of_credentials.CROSS_CHECKS,
    writers=writers.CREDENTIALS,
)
