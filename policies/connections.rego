package main

import data.snowconf.plan

# METADATA
# title: Connections and providers are reached over https
# description: No address of a connection or a provider begins with http://, and no connection is built with the protocol http.
# custom:
#   id: connections.cleartext
#   severity: error
#   why: The credential travels with each request, and over http whoever is on the way reads it.
#   fix: Write the address with https://.
deny_connections_cleartext contains {"id": "connections.cleartext", "msg": msg, "address": rc.address, "attribute": name} if {
	some kind in ["http_connection", "oauth_provider"]
	some rc in plan.of[kind]
	some name in ["url", "protocol", "auth_url", "token_url", "refresh_token_url", "revoke_token_url"]
	is_cleartext(lower(plan.written(rc, name, "")))
	msg := sprintf("%s sends secrets in clear: its %s is of http.", [rc.address, name])
}

is_cleartext(text) if text == "http"

is_cleartext(text) if startswith(text, "http:")
