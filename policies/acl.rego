package main

import data.snowconf.limits
import data.snowconf.plan

controls := [rc |
	some rc in plan.of.acl
	is_object(rc.declared)
]

# METADATA
# title: Access controls ask for something
# description: An access control has roles, a condition, a script or a security attribute.
# custom:
#   id: acl.no_criterion
#   severity: error
#   why: >
#     A rule without any criterion denies everybody but admins who may override it; where Explicit Roles are on, the
#     platform adds snc_internal to a new one by itself, and it lets every employee pass.
#   fix: Write roles = ["…"] with the roles that shall pass.
deny_acl_no_criterion contains {"id": "acl.no_criterion", "msg": msg, "address": rc.address, "attribute": "roles"} if {
	some rc in controls
	is_bare(rc)
	msg := sprintf("%s asks for no role, condition, script or security attribute.", [rc.address])
}

is_bare(rc) if {
	every name in ["roles", "condition", "script", "security_attribute"] {
		plan.written(rc, name, "") in ["", []]
	}
}

is_bare(rc) if plan.has_hazard(rc, "acl_without_criterion")

# METADATA
# title: Access controls are readable
# description: No access control has a script.
# custom:
#   id: acl.script
#   severity: error
#   why: >
#     A script runs on the server for each row and each column that it is asked about, nobody can tell from outside whom it
#     lets through, and one that fails denies.
#   fix: Say it with roles and a condition.
deny_acl_script contains {"id": "acl.script", "msg": msg, "address": rc.address, "attribute": "script"} if {
	some rc in controls
	plan.written(rc, "script", "") != ""
	msg := sprintf("%s decides by a script.", [rc.address])
}

# METADATA
# title: No access control is about every table
# description: The name of an access control for records begins with a table, and not with *.
# custom:
#   id: acl.wildcard
#   severity: error
#   why: >
#     Rules named *, *.* and *.column count for every table without a rule of its own, also for those that are installed
#     next year.
#   fix: Write one access control for each table that is meant.
deny_acl_wildcard contains {"id": "acl.wildcard", "msg": msg, "address": rc.address, "attribute": "name"} if {
	some rc in controls
	plan.written(rc, "type", "record") == "record"
	startswith(plan.written(rc, "name", ""), "*")
	msg := sprintf("%s is about every table: '%s'.", [rc.address, rc.declared.attributes.name])
}

# METADATA
# title: Who administers is asked, too
# description: No access control says admin_overrides = true, and one that denies says false.
# custom:
#   id: acl.admin_overrides
#   severity: error
#   why: >
#     With "Admin overrides", which is the platform's default, admins pass unasked. A rule that denies is mostly written
#     against just those who may do everything else.
#   fix: Write admin_overrides = false, or leave it out of a rule that allows.
deny_acl_admin_overrides contains {"id": "acl.admin_overrides", "msg": msg, "address": rc.address, "attribute": "admin_overrides"} if {
	some rc in controls
	is_overridden(rc)
	msg := sprintf("%s lets admins pass unasked.", [rc.address])
}

is_overridden(rc) if rc.declared.attributes.admin_overrides == true

is_overridden(rc) if {
	plan.written(rc, "decision_type", "allow") == "deny"
	plan.written(rc, "admin_overrides", true) == true
}

# METADATA
# title: What denies stays
# description: No plan deletes an access control that denies, switches it off, or turns it into one that allows.
# custom:
#   id: acl.deny_removed
#   severity: error
#   why: Rules that deny are asked first, and each must be passed. Without one, whatever other rules allow is let through.
#   fix: Put the rule back. When it has served, write a waiver with the reason and apply once.
deny_acl_deny_removed contains {"id": "acl.deny_removed", "msg": msg, "address": rc.address} if {
	some rc in input.resource_changes
	plan.has_hazard(rc, "deny_rule_removed")
	msg := sprintf("%s denies no longer.", [rc.address])
}

# METADATA
# title: No access control opens what decides over access
# description: No access control for writing is about one of security_tables, or its columns.
# custom:
#   id: acl.security_table
#   severity: error
#   why: Who may write roles, access controls, clients or properties can give themselves everything else.
#   fix: Leave these tables to the platform's own rules. What the integration needs there is declared in a stack.
deny_acl_security_table contains {"id": "acl.security_table", "msg": msg, "address": rc.address, "attribute": "name"} if {
	some rc in controls
	plan.written(rc, "operation", "") in ["create", "write", "delete"]
	plan.written(rc, "decision_type", "allow") == "allow"
	split(plan.written(rc, "name", ""), ".")[0] in limits.of.security_tables
	msg := sprintf("%s lets others %s %s.", [rc.address, rc.declared.attributes.operation, rc.declared.attributes.name])
}
