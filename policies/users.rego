package main

# METADATA
# title: No account of an integration is an administrator
# description: The role admin is not granted to a user by a stack.
# custom:
#   id: user.admin
#   severity: error
#   why: >
#     Whoever has the role passes every access control whose "Admin overrides" is checked, so the secret of the account
#     opens nearly all of the instance.
#   fix: Declare a role of its own with the access controls that the integration needs, and grant that.
deny contains {"msg": msg, "address": rc.address, "attribute": "roles"} if {
	some rc in input.resource_changes
	rc.type == "user"
	"admin" in rc.declared.attributes.roles
	msg := sprintf("%s is given the role admin.", [rc.address])
}
