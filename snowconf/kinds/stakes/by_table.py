"""The same by table, for `record` blocks: what a table's rows put at risk does not depend on the block that says it."""

from collections.abc import Mapping

from snowconf.dictionary import find_table
from snowconf.kinds import writers
from snowconf.kinds.stakes import (
    of_access_controls,
    of_aliases,
    of_assertions,
    of_clients,
    of_connections,
    of_credentials,
    of_groups,
    of_links,
    of_properties,
    of_providers,
    of_roles,
    of_schedules,
    of_scopes,
    of_users,
)
from snowconf.kinds.stakes.case import CrossCheck, Stake

STAKES: Mapping[str, tuple[Stake, ...]] = {
    "sys_user": of_users.STAKES,
    "sys_user_role": of_roles.STAKES,
    "sys_user_group": of_groups.STAKES,
    "oauth_entity": of_clients.STAKES,
    "jwt_verifier_map": of_assertions.STAKES,
    "sys_auth_scope": of_scopes.STAKES,
    "sys_properties": of_properties.STAKES,
    "sys_security_acl": of_access_controls.STAKES,
    "sys_user_has_role": of_links.STAKES,
    "sys_user_grmember": of_links.STAKES,
    "sys_group_has_role": of_links.STAKES,
    "sys_user_role_contains": of_links.STAKES,
    "sys_alias": of_aliases.STAKES,
    "sys_connection": of_connections.STAKES,
    "discovery_credentials": of_credentials.STAKES,
    "oauth_entity_profile": of_providers.PROFILE_STAKES,
}
CROSS_CHECKS: Mapping[str, tuple[CrossCheck, ...]] = {
    "sys_user": of_users.CROSS_CHECKS,
    "oauth_entity": of_clients.CROSS_CHECKS,
    "oauth_jwt": of_assertions.CROSS_CHECKS,
    "sys_properties": of_properties.CROSS_CHECKS,
    "sysauto": of_schedules.CROSS_CHECKS,
    "scheduled_import_set": of_schedules.IMPORT_CROSS_CHECKS,
    "sys_connection": of_connections.CROSS_CHECKS,
    "discovery_credentials": of_credentials.CROSS_CHECKS,
}


def stakes_of(table: str) -> tuple[Stake, ...]:
    """What changes of the table's rows put at risk; a table that extends another takes its stakes."""
    return next((STAKES[each] for each in _lineage(table) if each in STAKES), ())


def cross_checks_of(table: str) -> tuple[CrossCheck, ...]:
    """What must hold between the table's rows and others."""
    return next((CROSS_CHECKS[each] for each in _lineage(table) if each in CROSS_CHECKS), ())


def writers_of(table: str) -> tuple[str, ...]:
    """The roles of which one is enough to write the table; empty when that is not known."""
    return next((writers.BY_TABLE[each] for each in _lineage(table) if each in writers.BY_TABLE), ())


def _lineage(table: str) -> tuple[str, ...]:
    known = find_table(table)
    return known.lineage if known else (table,)
