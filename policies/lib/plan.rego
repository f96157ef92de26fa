# The plan's document as the rules ask it.
package snowconf.plan

import data.snowconf.limits

now := time.now_ns()

writes := ["create", "update", "delete"]

# The blocks by their kind: most rules are about one, and a plan may have thousands.
of[rc.type] contains rc if some rc in input.resource_changes

# What the plan would write.
pending := [rc |
	some rc in input.resource_changes
	some action in rc.change.actions
	action in writes
]

is_production if input.instance in limits.of.production

# What a block writes; a default where it does not.
written(rc, name, otherwise) := object.get(rc.declared.attributes, name, otherwise)

# As the instance knows it.
name_of(rc) := object.get(rc.declared.attributes, "name", rc.name)

has_hazard(rc, code) if {
	some hazard in rc.hazards
	hazard.code == code
}

# Names in a file mean a label of the stack first, then a name on the instance.
role_names := {rc.name: name_of(rc) |
	some rc in of.role
	is_object(rc.declared)
}

# Every role that a block gives away: to a user, to a group's members, to holders of another role.
given := [grant |
	some kind in ["user", "group", "role"]
	some rc in of[kind]
	some attribute in ["roles", "contains"]
	some role in rc.declared.attributes[attribute]
	grant := {"address": rc.address, "attribute": attribute, "written": role, "role": object.get(role_names, role, role)}
]

# Names in a file by which accounts act for others: application users of clients, and whom imports run as.
acting contains name if {
	some kind in ["oauth_app", "jwt_client"]
	some rc in of[kind]
	name := rc.declared.attributes.user
}

acting contains name if {
	some rc in of.scheduled_import
	name := rc.declared.attributes.run_as
}

user_name(rc) := object.get(rc.declared.attributes, "user_name", rc.name)

is_machine(rc) if rc.declared.attributes.identity in ["machine", "ai_agent"]

is_machine(rc) if rc.declared.attributes.web_service_access_only == true

is_integration(rc) if is_machine(rc)

is_integration(rc) if rc.declared.attributes.internal_integration_user == true

is_integration(rc) if rc.name in acting

is_integration(rc) if user_name(rc) in acting

is_integration(rc) if regex.match(limits.of.integration_names, user_name(rc))
