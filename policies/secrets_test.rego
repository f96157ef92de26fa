package snowconf.secrets_test

import data.snowconf.fixtures

test_a_literal_secret_is_refused if {
	count(data.main.deny_secrets_literal) == 1 with input as fixtures.one("property", {"name": "acme.token", "value": null})
}

test_a_secret_from_elsewhere_is_taken if {
	count(data.main.deny_secrets_literal) == 0 with input as fixtures.other("user", {"password": null}, {"declared": {"secrets": {"password": "env"}}})
	count(data.main.deny_secrets_literal) == 0 with input as fixtures.one("property", {"value": ""})
}

test_secrets_come_from_anywhere_until_somebody_says_where if {
	count(data.main.deny_secrets_provider) == 0 with input as fixtures.other("user", {"password": null}, {"declared": {"secrets": {"password": "env"}}})
}

test_secrets_come_from_where_the_team_keeps_them if {
	vault := {"secret_providers": ["vault"]}
	count(data.main.deny_secrets_provider) == 1 with input as fixtures.other("user", {"password": null}, {"declared": {"secrets": {"password": "env"}}}) with data.library as vault
	count(data.main.deny_secrets_provider) == 0 with input as fixtures.other("user", {"password": null}, {"declared": {"secrets": {"password": "vault"}}}) with data.library as vault
}
