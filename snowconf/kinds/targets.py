"""What references can point at, named once so that kinds need not import each other.

A table without a kind of its own is managed with `record` blocks, so that is whose labels its references name.
"""

from snowconf.model.value import Target

ROLE = Target("sys_user_role", "name", "role", also=("elevated_privilege",))
GROUP = Target("sys_user_group", "name", "group")
USER = Target("sys_user", "user_name", "user", also=("active", "locked_out"))
OAUTH_APP = Target("oauth_entity", "name", "oauth_app")
DATA_SOURCE = Target("sys_data_source", "name", "data_source")
OAUTH_PROVIDER = Target("oauth_entity", "name", "oauth_provider", also=("default_grant_type",))
OAUTH_PROFILE = Target("oauth_entity_profile", "name", "oauth_profile")
OAUTH_SCOPE = Target("oauth_entity_scope", "name", "oauth_scope")
ALIAS = Target("sys_alias", "id", "alias", also=("name", "multiple_connections"))
ALIAS_TEMPLATE = Target("sys_alias_templates", "name", "record")
RETRY_POLICY = Target("sys_retry_policy", "name", "record")
HTTP_CONNECTION = Target("http_connection", "name", "http_connection")
# Of which class a credential is, its own block says.
CREDENTIAL = Target("discovery_credentials", "name")
SCRIPT_INCLUDE = Target("sys_script_include", "name", "record")
SCHEDULED_IMPORT = Target("scheduled_import_set", "name", "scheduled_import")
TRANSFORM_MAP = Target("sys_transform_map", "name", "transform_map")
AUTH_SCOPE = Target("sys_auth_scope", "name", "auth_scope")
JWT_CLIENT = Target("oauth_jwt", "name", "jwt_client")
CERTIFICATE = Target("sys_certificate", "name", "record")
MID_SERVER = Target("ecc_agent", "name", "record")
SECURITY_ATTRIBUTE = Target("sys_security_attribute", "name", "record")

# By table, for references of kind `record`, which know only where they point.
BY_TABLE = {
    target.table: target
    for target in (
        ROLE,
        GROUP,
        USER,
        OAUTH_APP,
        DATA_SOURCE,
        OAUTH_PROFILE,
        OAUTH_SCOPE,
        ALIAS,
        HTTP_CONNECTION,
        CREDENTIAL,
        SCRIPT_INCLUDE,
        SCHEDULED_IMPORT,
        TRANSFORM_MAP,
        AUTH_SCOPE,
        JWT_CLIENT,
    )
}
