package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: Accounts of integrations are for web services only
# description: >
#   Accounts that act for an OAuth client or an import, or are named as accounts of integrations are (integration_names),
#   have identity = "machine" or web_service_access_only = true.
# custom:
#   id: accounts.not_machine
#   severity: error
#   why: >
#     The platform's default is an account that can log in to the user interface, without a second factor and with a
#     password that many know. identity = "machine" switches web_service_access_only on.
#   fix: Write identity = "machine", or on releases before Zurich web_service_access_only = true.
deny_accounts_not_machine contains {"id": "accounts.not_machine", "msg": msg, "address": rc.address, "attribute": "identity"} if {
	some rc in plan.of.user
	plan.is_integration(rc)
	not plan.is_machine(rc)
	msg := sprintf("%s is an account of an integration and may log in to the user interface.", [rc.address])
}

# METADATA
# title: Accounts of integrations are nobody's own
# description: An account of an integration has no job title, employee number or telephone (personal), and is no VIP.
# custom:
#   id: accounts.human_like
#   severity: error
#   why: >
#     An account that is a person's and an integration's has the rights of both, cannot be told apart in sys_created_by
#     and sys_audit, and stops working on the day when the person leaves.
#   fix: Make an account for the integration alone, and take the person's data out.
deny_accounts_human_like contains {"id": "accounts.human_like", "msg": msg, "address": rc.address, "attribute": attribute} if {
	some rc in plan.of.user
	plan.is_integration(rc)
	some attribute in personal_of(rc)
	msg := sprintf("%s is an account of an integration and has %s, as a person has.", [rc.address, attribute])
}

personal_of(rc) := {name |
	some name in array.concat(limits.of.personal, ["vip"])
	not rc.declared.attributes[name] in ["", false, null]
	rc.declared.attributes[name]
}

# METADATA
# title: No account hides from the Machine Identity Console
# description: internal_integration_user is for integrations inside the platform.
# custom:
#   id: accounts.hidden
#   severity: error
#   why: >
#     The Machine Identity Console leaves out accounts that are marked as internal integration users, so that those who
#     review accounts never see this one.
#   fix: Take internal_integration_user out, or write false.
deny_accounts_hidden contains {"id": "accounts.hidden", "msg": msg, "address": rc.address, "attribute": "internal_integration_user"} if {
	some rc in plan.of.user
	rc.declared.attributes.internal_integration_user == true
	msg := sprintf("%s does not show in the Machine Identity Console.", [rc.address])
}

# METADATA
# title: Accounts are switched off and not deleted
# description: No plan deletes a user.
# custom:
#   id: accounts.deletion
#   severity: error
#   why: >
#     With an account go its roles, its memberships and its tokens for good, and the name in sys_created_by leads nowhere.
#     A user whom a scheduled job runs as cannot be deleted at all.
#   fix: Leave on_remove as it is for users, which is "deactivate".
deny_accounts_deletion contains {"id": "accounts.deletion", "msg": msg, "address": rc.address} if {
	some rc in plan.of.user
	"delete" in rc.change.actions
	msg := sprintf("%s is deleted for good.", [rc.address])
}
