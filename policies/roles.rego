package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: No stack gives the role admin away
# description: Neither users nor groups nor roles of a stack get admin, impersonator or maint (admin_roles).
# custom:
#   id: roles.admin
#   severity: error
#   why: >
#     Whoever has admin passes every access control whose "Admin overrides" is ticked, which is the platform's default, so
#     that the secret of such an account opens nearly all of the instance.
#   fix: Declare a role of its own with the access controls that the integration needs, and give that.
deny_roles_admin contains {"id": "roles.admin", "msg": msg, "address": grant.address, "attribute": grant.attribute} if {
	some grant in plan.given
	grant.role in limits.of.admin_roles
	msg := sprintf("%s gives away the role %s.", [grant.address, grant.role])
}

# METADATA
# title: No stack gives elevated roles away
# description: Roles with elevated_privilege, and those that are known to have it (elevated_roles), are not given to anybody.
# custom:
#   id: roles.elevated
#   severity: error
#   why: >
#     An elevated role works only after its holder has elevated it in a session of the user interface, which REST cannot
#     do. To an integration it is useless; whoever gets hold of the account may edit access controls with it.
#   fix: Take the role out. What needs elevation is carried in by an update set (snowconf export --update-set).
deny_roles_elevated contains {"id": "roles.elevated", "msg": msg, "address": grant.address, "attribute": grant.attribute} if {
	some grant in plan.given
	is_elevated(grant)
	msg := sprintf("%s gives away %s, a role that works in elevated sessions.", [grant.address, grant.role])
}

is_elevated(grant) if grant.role in limits.of.elevated_roles

is_elevated(grant) if grant.role in elevated_here

elevated_here contains plan.name_of(rc) if {
	some rc in plan.of.role
	rc.declared.attributes.elevated_privilege == true
}

# METADATA
# title: Roles that administer something are given by intent
# description: Roles whose names match powerful_roles, such as user_admin and import_admin, are told.
# custom:
#   id: roles.powerful
#   severity: warning
#   why: >
#     A role named …_admin opens a whole area. import_admin contains import_scheduler, which runs scripts as admin;
#     user_admin changes and deletes every account.
#   fix: Give a narrower role, or write a waiver with the reason, so that reviewers see it once a year.
warn_roles_powerful contains {"id": "roles.powerful", "msg": msg, "address": grant.address, "attribute": grant.attribute} if {
	some grant in plan.given
	regex.match(limits.of.powerful_roles, grant.role)
	not grant.role in limits.of.admin_roles
	not grant.role in limits.of.elevated_roles
	msg := sprintf("%s gives away %s, which administers a whole area.", [grant.address, grant.role])
}

# METADATA
# title: Nobody gets a powerful role by a detour
# description: >
#   No role is given that contains a powerful one on the instance, and nobody joins a group that carries one, as far as the
#   instance shows it (hazard powerful_grant).
# custom:
#   id: roles.detour
#   severity: error
#   why: >
#     Roles come along with the roles that contain them and with groups (sys_user_role_contains, sys_group_has_role): whoever
#     gets x_acme.owner, which contains admin, is an administrator, and the block does not say so.
#   fix: Give what is needed by a role of its own, or write a waiver with the reason.
deny_roles_detour contains {"id": "roles.detour", "msg": msg, "address": rc.address} if {
	some rc in input.resource_changes
	some hazard in rc.hazards
	hazard.code == "powerful_grant"
	not is_direct(rc, hazard)
	msg := sprintf("%s: %s", [rc.address, hazard.sentence])
}

# Of what the block itself names the other rules speak.
is_direct(rc, hazard) if {
	some grant in plan.given
	grant.address == rc.address
	is_known(grant)
	startswith(hazard.sentence, sprintf("Gives the role %s,", [grant.role]))
}

is_known(grant) if grant.role in limits.of.admin_roles

is_known(grant) if is_elevated(grant)

is_known(grant) if regex.match(limits.of.powerful_roles, grant.role)
