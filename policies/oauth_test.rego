package snowconf.oauth_test

import data.snowconf.fixtures

test_tokens_are_short_lived if {
	count(data.main.deny_oauth_access_token_lifespan) == 1 with input as fixtures.one("oauth_app", {"access_token_lifespan": 3601})
	count(data.main.deny_oauth_access_token_lifespan) == 1 with input as fixtures.one("jwt_client", {"access_token_lifespan": 3601})
	count(data.main.deny_oauth_access_token_lifespan) == 0 with input as fixtures.one("oauth_app", {"access_token_lifespan": 3600})
	count(data.main.deny_oauth_access_token_lifespan) == 1 with input as fixtures.one("oauth_app", {"access_token_lifespan": 901}) with data.library as {"access_token_seconds": 900}
}

test_refresh_tokens_end if {
	count(data.main.deny_oauth_refresh_token_lifespan) == 1 with input as fixtures.one("oauth_app", {"refresh_token_lifespan": 8640001})
	count(data.main.deny_oauth_refresh_token_lifespan) == 0 with input as fixtures.one("oauth_app", {"refresh_token_lifespan": 8640000})
}

bad_urls := [
	"http://acme.example/cb", "https://*.acme.example/cb", "https://acme.example/*", "https://acme.example/cb#x",
	"https://me@acme.example/", "acme.example", "javascript:alert(1)", "https://acme.example, http://evil.example",
	"http://localhost.evil.example/", "HTTP://ACME.EXAMPLE",
]

good_urls := [
	"", "https://acme.example", "https://acme.example:8443/cb?x=1", "https://a.example/cb, https://b.example/cb",
	"http://127.0.0.1:8080/cb", "http://localhost/cb",
]

test_redirect_urls_are_plain_https if {
	every url in bad_urls {
		count(data.main.deny_oauth_redirect_url) == 1 with input as fixtures.one("oauth_app", {"redirect_url": url})
	}
	every url in good_urls {
		count(data.main.deny_oauth_redirect_url) == 0 with input as fixtures.one("oauth_app", {"redirect_url": url})
	}
}

test_no_scope_is_everything if {
	every scope in ["*", "users.*", "ALL", "full_access"] {
		count(data.main.deny_oauth_wildcard_scope) == 1 with input as fixtures.one("oauth_scope", {"scope": scope})
	}
	count(data.main.deny_oauth_wildcard_scope) == 0 with input as fixtures.one("oauth_scope", {"scope": "users.read"})
}

test_tokens_are_restricted if {
	count(data.main.deny_oauth_unrestricted) == 1 with input as fixtures.one("oauth_app", {"scope_restriction_status": "unrestricted"})
	count(data.main.deny_oauth_unrestricted) == 1 with input as fixtures.one("oauth_app", {"scope_restriction_status": "useraccount"})
	count(data.main.deny_oauth_unrestricted) == 1 with input as fixtures.one("jwt_client", {"auth_scopes": ["a", "useraccount"]})
	count(data.main.deny_oauth_unrestricted) == 0 with input as fixtures.one("oauth_app", {"scope_restriction_status": "restricted", "auth_scopes": ["a"]})
}

test_public_clients_use_pkce if {
	count(data.main.deny_oauth_public_without_pkce) == 1 with input as fixtures.one("oauth_app", {"public_client": true})
	count(data.main.deny_oauth_public_without_pkce) == 0 with input as fixtures.one("oauth_app", {"public_client": true, "use_pkce": true})
	count(data.main.deny_oauth_public_without_pkce) == 0 with input as fixtures.one("jwt_client", {"public_client": true})
}

test_pkce_is_s256 if {
	count(data.main.deny_oauth_weak_pkce) == 1 with input as fixtures.one("oauth_app", {"code_challenge_method": "plain"})
	count(data.main.deny_oauth_weak_pkce) == 1 with input as fixtures.one("oauth_provider", {"code_challenge_method": "none"})
	count(data.main.deny_oauth_weak_pkce) == 0 with input as fixtures.one("oauth_app", {"code_challenge_method": "S256"})
	count(data.main.deny_oauth_weak_pkce) == 0 with input as fixtures.one("oauth_app", {})
}

test_passwords_for_tokens_are_told if {
	count(data.main.warn_oauth_password_grant) == 1 with input as fixtures.one("oauth_app", {"default_grant_type": "password"})
	count(data.main.warn_oauth_password_grant) == 0 with input as fixtures.one("oauth_app", {"default_grant_type": "client_credentials"})
}

test_names_say_who_it_is if {
	count(data.main.deny_oauth_default_name) == 1 with input as fixtures.one("oauth_app", {"name": " Test "})
	count(data.main.deny_oauth_default_name) == 1 with input as fixtures.other("oauth_app", {}, {"name": "default"})
	count(data.main.deny_oauth_default_name) == 0 with input as fixtures.one("oauth_app", {"name": "Testrail"})
}

test_people_are_asked if {
	count(data.main.deny_oauth_consent) == 1 with input as fixtures.one("oauth_app", {"skip_authorize": true})
	count(data.main.deny_oauth_consent) == 0 with input as fixtures.one("oauth_app", {"skip_authorize": false})
}

test_assertions_work_once if {
	count(data.main.deny_oauth_replay) == 1 with input as fixtures.one("jwt_client", {})
	count(data.main.deny_oauth_replay) == 0 with input as fixtures.one("jwt_client", {"enable_jti_verification": true})
	count(data.main.deny_oauth_replay) == 0 with input as fixtures.one("oauth_app", {})
}
