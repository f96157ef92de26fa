package snowconf.accounts_test

import data.snowconf.fixtures

test_an_account_by_its_name_must_be_a_machine if {
	count(data.main.deny_accounts_not_machine) == 1 with input as fixtures.one("user", {"user_name": "svc_acme"})
}

test_an_application_user_must_be_a_machine if {
	count(data.main.deny_accounts_not_machine) == 1 with input as fixtures.plan([
		fixtures.block("user", {}),
		fixtures.block("oauth_app", {"user": "it"}),
	])
}

test_whom_an_import_runs_as_must_be_a_machine if {
	count(data.main.deny_accounts_not_machine) == 1 with input as fixtures.plan([
		fixtures.block("user", {"user_name": "loader", "identity": "human"}),
		fixtures.block("scheduled_import", {"run_as": "loader"}),
	])
}

test_machines_are_taken if {
	count(data.main.deny_accounts_not_machine) == 0 with input as fixtures.one("user", {"user_name": "svc_acme", "identity": "machine"})
	count(data.main.deny_accounts_not_machine) == 0 with input as fixtures.one("user", {"user_name": "svc_acme", "web_service_access_only": true})
}

test_people_are_people if {
	count(data.main.deny_accounts_not_machine) == 0 with input as fixtures.one("user", {"user_name": "jane", "title": "Head"})
	count(data.main.deny_accounts_human_like) == 0 with input as fixtures.one("user", {"user_name": "jane", "title": "Head"})
}

test_machines_have_no_title if {
	count(data.main.deny_accounts_human_like) == 2 with input as fixtures.one("user", {"identity": "machine", "title": "Head", "vip": true})
}

test_what_is_empty_is_not_a_persons if {
	count(data.main.deny_accounts_human_like) == 0 with input as fixtures.one("user", {"identity": "machine", "title": "", "vip": false})
}

test_accounts_do_not_hide if {
	count(data.main.deny_accounts_hidden) == 1 with input as fixtures.one("user", {"internal_integration_user": true})
	count(data.main.deny_accounts_hidden) == 0 with input as fixtures.one("user", {"internal_integration_user": false})
}

test_users_are_not_deleted if {
	count(data.main.deny_accounts_deletion) == 1 with input as fixtures.other("user", {}, {"change": {"actions": ["delete"]}, "declared": null})
	count(data.main.deny_accounts_deletion) == 0 with input as fixtures.other("user", {}, {"change": {"actions": ["update"]}, "declared": null})
	count(data.main.deny_accounts_deletion) == 0 with input as fixtures.other("role", {}, {"change": {"actions": ["delete"]}, "declared": null})
}
