"""Which roles may write which tables as the platform ships: any one of them is enough (tables.md 2.1, 3, 4.4 to 7)."""

from collections.abc import Mapping

ADMINS = ("admin",)
ACCOUNTS = ("user_admin", "admin")
CLIENTS = ("oauth_admin", "mi_admin", "admin")
# With security_admin elevated where the instance asks for that, which is checked on its own.
SECURITY = ("security_admin", "admin")
IMPORTS = ("import_scheduler", "import_admin", "admin")
CREDENTIALS = ("credential_admin", "admin")
CONNECTIONS = ("connection_admin", "admin")
ALIASES = ("connection_admin", "credential_admin", "admin")

BY_TABLE: Mapping[str, tuple[str, ...]] = {
    "sys_user": ACCOUNTS,
    "sys_user_has_role": ACCOUNTS,
    "sys_user_group": ACCOUNTS,
    "sys_user_grmember": ACCOUNTS,
    "sys_group_has_role": ACCOUNTS,
    "sys_user_role": ADMINS,
    "sys_user_role_contains": ADMINS,
    "oauth_entity": CLIENTS,
    "oauth_entity_profile": CLIENTS,
    "oauth_entity_scope": CLIENTS,
    "oauth_entity_profile_scope": CLIENTS,
    "jwt_verifier_map": CLIENTS,
    "sys_auth_scope": CLIENTS,
    "oauth_entity_auth_scope_mapping": CLIENTS,
    "sys_properties": ADMINS,
    "sys_security_acl": SECURITY,
    "sys_security_acl_role": SECURITY,
    "scheduled_import_set": IMPORTS,
    "sys_data_source": IMPORTS,
    "sys_transform_map": IMPORTS,
    "sys_transform_entry": IMPORTS,
    "sys_alias": ALIASES,
    "sys_connection": CONNECTIONS,
    "discovery_credentials": CREDENTIALS,
}
