"""OAuth clients that prove themselves with signed assertions: registries of the class oauth_jwt (tables.md 2.1, 2.2)."""

from collections.abc import Iterator
from difflib import get_close_matches

from snowconf.dictionary import get_table
from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Secret, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.clients import ACTIVE_AND_ACCESS, LIFESPANS, NOTES_AND_SCOPES, TOKENS, public_secret
from snowconf.kinds.exclusives import exclusives_of
from snowconf.kinds.findings import CLOCK_SKEW, NO_USER_COLUMN
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_assertions, of_clients
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

TABLE = "oauth_jwt"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What scripts write for the user name, though the table calls it otherwise (tables.md 14).
ALIASES = ("user_id",)
LONGEST_SKEW_S = 3600


def no_user_column(resource: Resource) -> Iterator[Diagnostic]:
    """The subject of an assertion is looked up in a column of sys_user; the platform checks no name."""
    column, known = text_of(resource, "user_field"), get_table("sys_user").columns
    if column and column not in (*known, *ALIASES) and not column.startswith(("u_", "x_")):
        close = get_close_matches(column, known, n=1)
        guess = f" Did you mean '{close[0]}'?" if close else ""
        yield NO_USER_COLUMN.at(
            resource,
            "user_field",
            f"sys_user has no column '{column}', so no assertion would find its user.{guess} Write user_name, email "
            "or sys_id, whichever the sub claim holds.",
        )


def long_skew(resource: Resource) -> Iterator[Diagnostic]:
    """An assertion is taken that much after it expired."""
    skew = value_of(resource, "clock_skew")
    if isinstance(skew, int) and skew > LONGEST_SKEW_S:
        yield CLOCK_SKEW.at(
            resource,
            "clock_skew",
            f"Assertions would be taken {skew:,} seconds after they expired, and whoever finds one can use it until then. "
            "Write 300, as the platform does, or less.",
        )


JWT_CLIENT = Kind(
    name="jwt_client",
    table=TABLE,
    doc="An OAuth client that gets tokens for users by assertions that it signs with a key of its own.",
    key=("name",),
    on_remove=Removal.DEACTIVATE,
    deactivation={"active": "false"},
    constants={"default_grant_type": GRANT},
    match={"sys_class_name": (TABLE,)},
    attributes=(
        Text("name", "The client's name; no OAuth client of any class may have the same."),
        Text(
            "client_id", "Issuer and audience of the assertions; the platform makes one when none is written."
        ),
        Secret("client_secret", "What the client sends beside its assertions, unless it is public."),
        Boolean("public_client", "The client has no secret: its assertions alone prove who it is."),
        Text("user_field", "The column of sys_user that the sub claim of an assertion is looked up in."),
        Boolean("enable_jti_verification", "An assertion works once: its jti claim is remembered."),
        Text("jti_claim", "The claim that tells assertions apart, jti unless it is written."),
        Integer("clock_skew", "Seconds that clocks may differ by when an assertion expires.", minimum=0),
        Integer("jwks_cache_lifespan", "Minutes that fetched keys are kept.", minimum=0),
        Choice(
            "inbound_grant_type",
            "How the client obtains tokens, as newer releases keep it (Zurich and later).",
            choices={"jwt": choices_of("oauth_entity", "inbound_grant_type")["jwt"]},
        ),
        *ACTIVE_AND_ACCESS,
        *LIFESPANS,
        *TOKENS,
        *NOTES_AND_SCOPES,
    ),
    checks=(no_user_column, long_skew, public_secret),
    stakes=of_clients.STAKES,
    cross_checks=of_assertions.CROSS_CHECKS,
    writers=writers.CLIENTS,
    exclusive=exclusives_of(TABLE),
)
