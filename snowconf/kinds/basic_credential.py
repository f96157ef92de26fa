"""Credentials of a user name and a password (tables.md 7.3)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Secret, Text
from snowconf.kinds.credentials import BINDING, NAME
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_credentials

BASIC_CREDENTIAL = Kind(
    name="basic_credential",
    table="basic_auth_credentials",
    doc="A user name with a password, or with an API key in its place, for calls that this instance makes.",
    key=("name",),
    deactivation={"active": "false"},
    attributes=(
        NAME,
        Text("user_name", "Who logs in, as the other side knows the account."),
        Secret("password", "What the account proves itself with: a password, or an API key."),
        *BINDING,
    ),
    stakes=of_credentials.STAKES,
    cross_checks=of_credentials.CROSS_CHECKS,
    writers=writers.CREDENTIALS,
)
