package main

import data.snowconf.limits

# METADATA
# title: No secret stands in a file
# description: A value that is masked because its name speaks of a secret comes from where secrets are kept.
# custom:
#   id: secrets.literal
#   severity: error
#   why: >
#     Files of a stack are read by everybody who reads the repository, for as long as its history lasts. On the instance,
#     a secret in a plain property can be read by whoever may read properties.
#   fix: Write where it is, as in secret_value = { env = "NAME" }, and change the secret, since it has been seen.
deny_secrets_literal contains {"id": "secrets.literal", "msg": msg, "address": rc.address, "attribute": name} if {
	some rc in input.resource_changes
	some name, value in rc.declared.attributes
	value == null
	not rc.declared.secrets[name]
	msg := sprintf("%s has a secret in its %s, in clear.", [rc.address, name])
}

# METADATA
# title: Secrets come from where the team keeps them
# description: Where secret_providers lists places, such as keyring or vault, secrets come from no other.
# custom:
#   id: secrets.provider
#   severity: error
#   why: A secret in a variable or a file is where a store's access log, expiry and rotation do not reach.
#   fix: Put the secret into the store, and write { keyring = … } or what the store is called.
deny_secrets_provider contains {"id": "secrets.provider", "msg": msg, "address": rc.address, "attribute": name} if {
	count(limits.of.secret_providers) > 0
	some rc in input.resource_changes
	some name, provider in rc.declared.secrets
	not provider in limits.of.secret_providers
	msg := sprintf("%s takes its %s from '%s'. The team keeps secrets in: %s.", [rc.address, name, provider, concat(", ", limits.of.secret_providers)])
}
