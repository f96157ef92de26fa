package main

import data.snowconf.limits
import data.snowconf.plan

clients := [rc |
	some kind in ["oauth_app", "jwt_client"]
	some rc in plan.of[kind]
	is_object(rc.declared)
]

# METADATA
# title: Access tokens live an hour at most
# description: access_token_lifespan is access_token_seconds or less.
# custom:
#   id: oauth.access_token_lifespan
#   severity: error
#   why: A token that leaks is good until it ends, also when its client is given another secret. The platform's default is 1800.
#   fix: Write access_token_lifespan = 1800. Clients renew their tokens by themselves.
deny_oauth_access_token_lifespan contains {"id": "oauth.access_token_lifespan", "msg": msg, "address": rc.address, "attribute": "access_token_lifespan"} if {
	some rc in clients
	rc.declared.attributes.access_token_lifespan > limits.of.access_token_seconds
	msg := sprintf("%s gives tokens for %d seconds, and %d are allowed.", [rc.address, rc.declared.attributes.access_token_lifespan, limits.of.access_token_seconds])
}

# METADATA
# title: Refresh tokens live a hundred days at most
# description: refresh_token_lifespan is refresh_token_seconds or less.
# custom:
#   id: oauth.refresh_token_lifespan
#   severity: error
#   why: A refresh token is as good as a password for as long as it lives. The platform's default is 8640000, a hundred days.
#   fix: Write refresh_token_lifespan = 8640000 or less.
deny_oauth_refresh_token_lifespan contains {"id": "oauth.refresh_token_lifespan", "msg": msg, "address": rc.address, "attribute": "refresh_token_lifespan"} if {
	some rc in clients
	rc.declared.attributes.refresh_token_lifespan > limits.of.refresh_token_seconds
	msg := sprintf("%s gives refresh tokens for %d seconds, and %d are allowed.", [rc.address, rc.declared.attributes.refresh_token_lifespan, limits.of.refresh_token_seconds])
}

# METADATA
# title: Authorization codes are sent to named places over https
# description: >
#   Each address of redirect_url begins with https:// and has no wildcard, no fragment and no account in it. A program on
#   the user's own machine may have http://127.0.0.1 or http://localhost.
# custom:
#   id: oauth.redirect_url
#   severity: error
#   why: >
#     Whoever is behind a redirect URL gets authorization codes. redirect_url holds several with commas between, and a
#     request that names none of them is sent to the first.
#   fix: Write the whole https address that the vendor names, or "" when the client uses no authorization codes.
deny_oauth_redirect_url contains {"id": "oauth.redirect_url", "msg": msg, "address": rc.address, "attribute": "redirect_url"} if {
	some rc in clients
	some part in split(plan.written(rc, "redirect_url", ""), ",")
	url := lower(trim_space(part))
	url != ""
	not is_safe(url)
	msg := sprintf("%s sends authorization codes to an address that is not a plain https one: %s.", [rc.address, url])
}

is_safe(url) if regex.match(`^https://[a-z0-9.-]+(:[0-9]+)?(/[^*#@\s]*)?$`, url)

is_safe(url) if regex.match(`^http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[^*#@\s]*)?$`, url)

# METADATA
# title: No scope stands for everything
# description: Scopes of providers have no * in them, and are none of wide_scopes.
# custom:
#   id: oauth.wildcard_scope
#   severity: error
#   why: The token that this instance keeps can do whatever its scopes allow on the other side, for whoever gets hold of it.
#   fix: Name the scopes that the integration calls for, one oauth_scope each.
deny_oauth_wildcard_scope contains {"id": "oauth.wildcard_scope", "msg": msg, "address": rc.address, "attribute": "scope"} if {
	some rc in plan.of.oauth_scope
	is_wide(plan.written(rc, "scope", ""))
	msg := sprintf("%s asks for the scope '%s', which stands for everything.", [rc.address, rc.declared.attributes.scope])
}

is_wide(scope) if contains(scope, "*")

is_wide(scope) if lower(scope) in limits.of.wide_scopes

# METADATA
# title: Tokens reach no more than the APIs of selected scopes
# description: scope_restriction_status is not "unrestricted" or "useraccount", and auth_scopes has no useraccount.
# custom:
#   id: oauth.unrestricted
#   severity: error
#   why: >
#     An unrestricted token, and one with the scope useraccount, calls every API that its user may call. The platform's own
#     wizard makes clients restricted.
#   fix: Write scope_restriction_status = "restricted" and auth_scopes = ["…"] with an auth_scope of the stack.
deny_oauth_unrestricted contains {"id": "oauth.unrestricted", "msg": msg, "address": rc.address, "attribute": attribute} if {
	some rc in clients
	some attribute in reaching_all(rc)
	msg := sprintf("%s gives tokens for every API that their user may call.", [rc.address])
}

reaching_all(rc) := {name |
	some name in ["scope_restriction_status", "auth_scopes"]
	said := rc.declared.attributes[name]
	some wide in ["unrestricted", "useraccount"]
	is_among(wide, said)
}

is_among(wide, said) if said == wide

is_among(wide, said) if {
	is_array(said)
	wide in said
}

# METADATA
# title: Clients without a secret prove themselves with PKCE
# description: An oauth_app with public_client = true has use_pkce = true.
# custom:
#   id: oauth.public_without_pkce
#   severity: error
#   why: A public client has no secret, so that without PKCE an authorization code is all that it takes to get its tokens.
#   fix: Write use_pkce = true and code_challenge_method = "S256", or make the client confidential.
deny_oauth_public_without_pkce contains {"id": "oauth.public_without_pkce", "msg": msg, "address": rc.address, "attribute": "public_client"} if {
	some rc in clients
	rc.type == "oauth_app"
	rc.declared.attributes.public_client == true
	plan.written(rc, "use_pkce", false) != true
	msg := sprintf("%s is public and needs no PKCE.", [rc.address])
}

# METADATA
# title: PKCE is done with S256
# description: code_challenge_method is S256 where it is written.
# custom:
#   id: oauth.weak_pkce
#   severity: error
#   why: With "plain" the challenge is the proof itself, so that whoever sees the request can answer it; "none" asks for no proof.
#   fix: Write code_challenge_method = "S256".
deny_oauth_weak_pkce contains {"id": "oauth.weak_pkce", "msg": msg, "address": rc.address, "attribute": "code_challenge_method"} if {
	some kind in ["oauth_app", "jwt_client", "oauth_provider"]
	some rc in plan.of[kind]
	method := plan.written(rc, "code_challenge_method", "S256")
	not method in ["S256", ""]
	msg := sprintf("%s does PKCE with '%s'.", [rc.address, method])
}

# METADATA
# title: Clients get no tokens for passwords
# description: The default grant is not password.
# custom:
#   id: oauth.password_grant
#   severity: warning
#   why: >
#     The client learns a user's password and can do all that the user can. The platform's hardening guide closes the grant
#     for the whole instance (glide.oauth.inbound.ropc.grant_type.disabled), and then the client gets no token any more.
#   fix: Use client_credentials with an application user, or an assertion (jwt_client), where the vendor can.
warn_oauth_password_grant contains {"id": "oauth.password_grant", "msg": msg, "address": rc.address, "attribute": "default_grant_type"} if {
	some rc in clients
	rc.declared.attributes.default_grant_type == "password"
	msg := sprintf("%s gets its tokens with a user's password.", [rc.address])
}

# METADATA
# title: Clients are named after who uses them
# description: The name is none of default_names, such as Test or OAuth Client.
# custom:
#   id: oauth.default_name
#   severity: error
#   why: >
#     The name is what people see on the consent page and who reviews tokens goes by; it is unique on the instance, so that
#     "Test" also keeps the next one from being made.
#   fix: Write name = "…" with the vendor and the product.
deny_oauth_default_name contains {"id": "oauth.default_name", "msg": msg, "address": rc.address, "attribute": "name"} if {
	some rc in clients
	lower(trim_space(plan.name_of(rc))) in limits.of.default_names
	msg := sprintf("%s is called '%s', which says of nobody who it is.", [rc.address, plan.name_of(rc)])
}

# METADATA
# title: People are asked for their consent
# description: skip_authorize is not true.
# custom:
#   id: oauth.consent
#   severity: error
#   why: With skip_authorize the platform gives a code to whoever opens a link while logged in, and the user sees nothing of it.
#   fix: Take skip_authorize out, or write false.
deny_oauth_consent contains {"id": "oauth.consent", "msg": msg, "address": rc.address, "attribute": "skip_authorize"} if {
	some rc in clients
	rc.declared.attributes.skip_authorize == true
	msg := sprintf("%s gets tokens without the user's consent.", [rc.address])
}

# METADATA
# title: An assertion works once
# description: A jwt_client has enable_jti_verification = true.
# custom:
#   id: oauth.replay
#   severity: error
#   why: Without a look at its jti, an assertion that was seen on the way can be used again for as long as it is valid.
#   fix: Write enable_jti_verification = true; the other side then gives each assertion an id of its own.
deny_oauth_replay contains {"id": "oauth.replay", "msg": msg, "address": rc.address, "attribute": "enable_jti_verification"} if {
	some rc in clients
	rc.type == "jwt_client"
	plan.written(rc, "enable_jti_verification", false) != true
	msg := sprintf("%s takes the same assertion again and again.", [rc.address])
}
