"""What can be managed, as values: a kind is a table, a natural key and attributes.

No I/O and no behaviour of the engine. One short file per kind, all alike; KINDS is the only list of them.
"""

from collections.abc import Mapping

from snowconf.kinds import acl, group, oauth_app, property_, record, role, scheduled_import, user
from snowconf.kinds.kind import Kind
from snowconf.model.state import Resource

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        role.ROLE,
        group.GROUP,
        user.USER,
        oauth_app.OAUTH_APP,
        acl.ACL,
        property_.PROPERTY,
        scheduled_import.SCHEDULED_IMPORT,
        record.RECORD,
    )
}


def kind_of(resource: Resource) -> Kind:
    """The kind that manages this resource; for `record` one made from what its block says."""
    kind = KINDS[resource.address.kind]
    return record.specialised(resource) if kind is record.RECORD else kind
