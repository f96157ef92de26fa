package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: Imports do not run as administrators
# description: run_as is none of admin_accounts, and no account of the stack with a role of admin_roles.
# custom:
#   id: schedules.run_as_admin
#   severity: error
#   why: >
#     An import has the rights of the user it runs as, and so have its scripts. Who may change the data source or its rows
#     then writes wherever an administrator may.
#   fix: Write run_as with an account of the integration's own, which has the roles that the import needs.
deny_schedules_run_as_admin contains {"id": "schedules.run_as_admin", "msg": msg, "address": rc.address, "attribute": "run_as"} if {
	some rc in plan.of.scheduled_import
	is_admin(rc.declared.attributes.run_as)
	msg := sprintf("%s runs as %s, an administrator.", [rc.address, rc.declared.attributes.run_as])
}

is_admin(name) if name in limits.of.admin_accounts

is_admin(name) if name in administrators

# Names in a file of the stack's accounts with a role of admin_roles.
administrators contains name if {
	some rc in plan.of.user
	rc.address in giving_admin
	some name in [rc.name, plan.user_name(rc)]
}

giving_admin contains grant.address if {
	some grant in plan.given
	grant.role in limits.of.admin_roles
}

# METADATA
# title: Imports run as somebody who can
# description: No import runs as an account that is inactive or locked out, and no plan switches off an account that one runs as.
# custom:
#   id: schedules.run_as_unable
#   severity: error
#   why: An import whose run-as user is inactive or locked fails without a word; it is noticed when its data is missed.
#   fix: Name another account in run_as, or keep this one active.
deny_schedules_run_as_unable contains {"id": "schedules.run_as_unable", "msg": msg, "address": rc.address, "attribute": "run_as"} if {
	some rc in input.resource_changes
	some msg in unable(rc)
}

unable(rc) := {sprintf("%s runs as %s, who cannot act.", [rc.address, rc.declared.attributes.run_as]) |
	rc.type == "scheduled_import"
	rc.declared.attributes.run_as in unable_names
} | {sprintf("%s is switched off, and a schedule runs as it.", [rc.address]) |
	plan.has_hazard(rc, "broken_schedule")
}

unable_names contains name if {
	some rc in plan.of.user
	is_unable(rc)
	some name in [rc.name, plan.user_name(rc)]
}

is_unable(user) if user.declared.attributes.active == false

is_unable(user) if user.declared.attributes.locked_out == true

# METADATA
# title: Imports carry no scripts
# description: A scheduled import has no pre_script, post_script, condition or partition_script.
# custom:
#   id: schedules.script
#   severity: error
#   why: >
#     They run on the server with the rights of the run-as user, without a review of their own and outside every update set
#     of an application.
#   fix: Put the code into a script include of an application, which is reviewed and tested, or do without.
deny_schedules_script contains {"id": "schedules.script", "msg": msg, "address": rc.address, "attribute": name} if {
	some rc in plan.of.scheduled_import
	some name in ["pre_script", "post_script", "condition", "partition_script"]
	plan.written(rc, name, "") != ""
	msg := sprintf("%s runs a script of its own: %s.", [rc.address, name])
}

# METADATA
# title: Code in data sources and transform maps is told
# description: Loaders, parsing scripts and the scripts of transform maps are pointed out to reviewers.
# custom:
#   id: schedules.loader
#   severity: warning
#   why: They run on the server for each load or each row, with the rights of whoever starts the import.
#   fix: Read the script. Where mapping columns does it, take the script out.
warn_schedules_loader contains {"id": "schedules.loader", "msg": msg, "address": rc.address, "attribute": name} if {
	some kind in ["data_source", "transform_map"]
	some rc in plan.of[kind]
	some name in ["data_loader", "parsing_script", "script"]
	plan.written(rc, name, "") != ""
	msg := sprintf("%s runs a script for what is imported: %s.", [rc.address, name])
}
