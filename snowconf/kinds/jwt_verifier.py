"""Keys that the assertions of a JWT client are verified with: its verifier maps (tables.md 2.2)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Reference, Secret, Text
from snowconf.kinds.findings import ONE_VERIFYING_KEY
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import value_of
from snowconf.kinds.stakes import of_assertions
from snowconf.kinds.targets import CERTIFICATE, JWT_CLIENT
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource


def one_key(resource: Resource) -> Iterator[Diagnostic]:
    """A verifier is a certificate or a shared key."""
    written = [each for each in ("certificate", "shared_key") if value_of(resource, each)]
    if len(written) != 1:
        what = "both certificate and shared_key" if written else "neither certificate nor shared_key"
        yield ONE_VERIFYING_KEY.at(
            resource,
            "shared_key",
            f"The verifier has {what}, and verifies with one of them. Write certificate for assertions that are signed "
            "with a private key, shared_key for those that are signed with a secret.",
        )


JWT_VERIFIER = Kind(
    name="jwt_verifier",
    table="jwt_verifier_map",
    doc="A key that assertions of a JWT client are verified with: a certificate or a shared secret.",
    key=("name",),
    attributes=(
        Text("name", "The verifier's name; the platform allows two of one name, snowconf does not."),
        Reference(
            "jwt_client",
            "The client whose assertions it verifies.",
            "oauth_jwt",
            target=JWT_CLIENT,
            required=True,
        ),
        Text("kid", "The key id in the head of assertions, one of a kind for each client."),
        Reference(
            "certificate",
            "The certificate with the public half of the client's key.",
            "sys_certificate",
            target=CERTIFICATE,
        ),
        Secret("shared_key", "The secret that assertions are signed with, when it is no key pair."),
    ),
    checks=(one_key,),
    stakes=of_assertions.STAKES,
    writers=writers.CLIENTS,
)
