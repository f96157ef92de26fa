"""Connection and credential aliases: the name that flows use for whatever is behind it (tables.md 7.1)."""

import re
from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Reference, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.findings import ALIAS_ID
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes import of_aliases
from snowconf.kinds.targets import ALIAS as TO_ALIAS, ALIAS_TEMPLATE, RETRY_POLICY
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "sys_alias"
UNNAMED = re.compile(r"[^A-Za-z0-9]")


def alias_id(resource: Resource) -> str:
    """The id that the platform gives an alias of this name in the global application."""
    return UNNAMED.sub("_", text_of(resource, "name"))


def other_id(resource: Resource) -> Iterator[Diagnostic]:
    """An id is worked out from the name, after the prefix of an application."""
    written, computed = text_of(resource, "id"), alias_id(resource)
    if written and written.rpartition(".")[2] != computed:
        yield ALIAS_ID.at(
            resource,
            "id",
            f"The platform makes the id of '{text_of(resource, 'name')}' itself: '{computed}', after the prefix of its "
            f'application where it has one. Write id = "{computed}", or take id out.',
        )


ALIAS = Kind(
    name="alias",
    table=TABLE,
    doc="A connection and credential alias: what flows and integrations name instead of an address and a login.",
    key=("name",),
    computes={"id": alias_id},
    attributes=(
        Text("name", "The alias's name. Its id follows from it, so another name breaks what uses the id."),
        Text(
            "id",
            "What the platform makes of application and name, whatever is sent. Written, it keeps the name from being changed.",
            immutable=True,
        ),
        Choice(
            "type",
            "Whether it stands for a connection with its credential, or for a credential alone.",
            choices=choices_of(TABLE, "type"),
        ),
        Choice(
            "connection_type",
            "What sort of connection it stands for; http_connection unless written.",
            choices=choices_of(TABLE, "connection_type"),
        ),
        Reference("parent", "The alias whose values a child takes over.", target=TO_ALIAS, immutable=True),
        Reference(
            "configuration_template",
            "What its form `Create New Connection & Credential` asks for.",
            target=ALIAS_TEMPLATE,
        ),
        Reference(
            "retry_policy",
            "When requests are repeated; the platform chooses one by connection_type when none is written.",
            target=RETRY_POLICY,
        ),
        Boolean("multiple_connections", "Several connections of it may be active at a time."),
        Text("description", "What the alias is for."),
    ),
    checks=(other_id,),
    stakes=of_aliases.STAKES,
    writers=writers.ALIASES,
)
