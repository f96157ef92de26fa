package snowconf.connections_test

import data.snowconf.fixtures

test_nothing_is_sent_in_clear if {
	count(data.main.deny_connections_cleartext) == 1 with input as fixtures.one("http_connection", {"url": "HTTP://api.acme.example"})
	count(data.main.deny_connections_cleartext) == 1 with input as fixtures.one("http_connection", {"host": "a.example", "protocol": "http"})
	count(data.main.deny_connections_cleartext) == 1 with input as fixtures.one("oauth_provider", {"token_url": "http://a.example"})
	count(data.main.deny_connections_cleartext) == 0 with input as fixtures.one("http_connection", {"url": "https://api.acme.example"})
	count(data.main.deny_connections_cleartext) == 0 with input as fixtures.one("oauth_provider", {"token_url": "https://a.example", "auth_url": ""})
}
