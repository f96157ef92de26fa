"""Connections over HTTP: where an alias leads, and with which credential (tables.md 7.2)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Reference, Text, Url
from snowconf.kinds.choices import choices_of
from snowconf.kinds.exclusives import exclusives_of
from snowconf.kinds.findings import CONNECTION_WITHOUT_ADDRESS
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes import of_connections
from snowconf.kinds.targets import ALIAS, CREDENTIAL, MID_SERVER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "http_connection"


def without_address(resource: Resource) -> Iterator[Diagnostic]:
    """A connection leads somewhere by its url, or by the host it is put together from."""
    if not (text_of(resource, "url") or text_of(resource, "host")):
        yield CONNECTION_WITHOUT_ADDRESS.at(
            resource,
            "url",
            'The block says no url and no host, so flows would find no address. Write url = "https://…".',
        )


HTTP_CONNECTION = Kind(
    name="http_connection",
    table=TABLE,
    doc="A connection over HTTP: the address behind an alias, and the credential that opens it.",
    key=("name",),
    deactivation={"active": "false"},
    exclusive=exclusives_of(TABLE),
    attributes=(
        Text("name", "The connection's name; no two connections of any sort share one."),
        Reference(
            "alias",
            "The alias that it stands behind; of one alias one connection is active.",
            column="connection_alias",
            target=ALIAS,
            required=True,
        ),
        Reference(
            "credential",
            "What opens it. That credential must list the alias, too: the binding has two halves.",
            target=CREDENTIAL,
        ),
        Url("url", "Where it leads.", column="connection_url"),
        Boolean("active", "Flows use the active connection of an alias."),
        Integer("order", "Which comes first where several are active.", minimum=0),
        Boolean("url_builder", "The platform puts the address together from protocol, host, port and path."),
        Choice(
            "protocol", "The first part of an address that is built.", choices=choices_of(TABLE, "protocol")
        ),
        Text("host", "The host of an address that is built."),
        Integer("port", "The port of an address that is built.", minimum=1, maximum=65_535),
        Text("base_path", "What stands before every path of an address that is built."),
        Boolean("use_mid", "Requests go through a MID server."),
        Choice("mid_selection", "How that server is chosen.", choices=choices_of(TABLE, "mid_selection")),
        Reference("mid_server", "The MID server that is to be used.", target=MID_SERVER),
        Boolean("mutual_auth", "The other side asks for a certificate of ours."),
        Integer("connection_timeout", "How long a connection may take to be made.", minimum=0),
        Integer("connection_retries", "How often a connection is tried again.", minimum=0),
    ),
    checks=(without_address,),
    stakes=of_connections.STAKES,
    cross_checks=of_connections.CROSS_CHECKS,
    writers=writers.CONNECTIONS,
)
