"""What can be managed, as values: a kind is a table, a natural key and attributes.

No I/O and no behaviour of the engine. One short file per kind, all alike; KINDS is the only list of them.
"""

from collections.abc import Mapping

from snowconf.kinds.acl import ACL
from snowconf.kinds.alias import ALIAS
from snowconf.kinds.api_key_credential import API_KEY_CREDENTIAL
from snowconf.kinds.auth_scope import AUTH_SCOPE
from snowconf.kinds.basic_credential import BASIC_CREDENTIAL
from snowconf.kinds.data_source import DATA_SOURCE
from snowconf.kinds.group import GROUP
from snowconf.kinds.http_connection import HTTP_CONNECTION
from snowconf.kinds.jwt_client import JWT_CLIENT
from snowconf.kinds.jwt_verifier import JWT_VERIFIER
from snowconf.kinds.kind import Kind
from snowconf.kinds.oauth_app import OAUTH_APP
from snowconf.kinds.oauth_credential import OAUTH_CREDENTIAL
from snowconf.kinds.oauth_profile import OAUTH_PROFILE
from snowconf.kinds.oauth_provider import OAUTH_PROVIDER
from snowconf.kinds.oauth_scope import OAUTH_SCOPE
from snowconf.kinds.property_ import PROPERTY
from snowconf.kinds.record import RECORD, specialised
from snowconf.kinds.role import ROLE
from snowconf.kinds.scheduled_import import SCHEDULED_IMPORT
from snowconf.kinds.transform_map import TRANSFORM_MAP
from snowconf.kinds.user import USER
from snowconf.model.state import Resource

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        ROLE,
        GROUP,
        USER,
        AUTH_SCOPE,
        OAUTH_APP,
        JWT_CLIENT,
        JWT_VERIFIER,
        OAUTH_PROVIDER,
        OAUTH_SCOPE,
        OAUTH_PROFILE,
        ALIAS,
        BASIC_CREDENTIAL,
        API_KEY_CREDENTIAL,
        OAUTH_CREDENTIAL,
        HTTP_CONNECTION,
        ACL,
        PROPERTY,
        DATA_SOURCE,
        TRANSFORM_MAP,
        SCHEDULED_IMPORT,
        RECORD,
    )
}


def kind_of(resource: Resource) -> Kind:
    """The kind that manages this resource; for `record` one made from what its block says."""
    kind = KINDS[resource.address.kind]
    return specialised(resource) if kind is RECORD else kind
