package snowconf.acl_test

import data.snowconf.fixtures

test_something_is_asked_for if {
	count(data.main.deny_acl_no_criterion) == 1 with input as fixtures.one("acl", {"name": "incident"})
	count(data.main.deny_acl_no_criterion) == 1 with input as fixtures.one("acl", {"roles": [], "script": ""})
	count(data.main.deny_acl_no_criterion) == 1 with input as fixtures.other("acl", {"roles": ["a"]}, {"hazards": [{"code": "acl_without_criterion"}]})
	count(data.main.deny_acl_no_criterion) == 0 with input as fixtures.one("acl", {"roles": ["a"]})
	count(data.main.deny_acl_no_criterion) == 0 with input as fixtures.one("acl", {"condition": "active=true"})
}

test_no_scripts if {
	count(data.main.deny_acl_script) == 1 with input as fixtures.one("acl", {"script": "answer = true"})
	count(data.main.deny_acl_script) == 0 with input as fixtures.one("acl", {"script": ""})
}

test_a_table_is_named if {
	every name in ["*", "*.*", "*.number"] {
		count(data.main.deny_acl_wildcard) == 1 with input as fixtures.one("acl", {"name": name})
	}
	count(data.main.deny_acl_wildcard) == 0 with input as fixtures.one("acl", {"name": "incident.*"})
	count(data.main.deny_acl_wildcard) == 0 with input as fixtures.one("acl", {"name": "*", "type": "processor"})
}

test_admins_are_asked if {
	count(data.main.deny_acl_admin_overrides) == 1 with input as fixtures.one("acl", {"admin_overrides": true})
	count(data.main.deny_acl_admin_overrides) == 1 with input as fixtures.one("acl", {"decision_type": "deny"})
	count(data.main.deny_acl_admin_overrides) == 0 with input as fixtures.one("acl", {"decision_type": "deny", "admin_overrides": false})
	count(data.main.deny_acl_admin_overrides) == 0 with input as fixtures.one("acl", {})
}

test_what_denies_stays if {
	count(data.main.deny_acl_deny_removed) == 1 with input as fixtures.other("acl", {}, {"hazards": [{"code": "deny_rule_removed"}], "declared": null})
	count(data.main.deny_acl_deny_removed) == 0 with input as fixtures.other("acl", {}, {"hazards": [{"code": "deletion"}], "declared": null})
}

test_what_decides_over_access_stays_closed if {
	count(data.main.deny_acl_security_table) == 1 with input as fixtures.one("acl", {"name": "sys_user_has_role", "operation": "create"})
	count(data.main.deny_acl_security_table) == 1 with input as fixtures.one("acl", {"name": "sys_properties.value", "operation": "write"})
	count(data.main.deny_acl_security_table) == 0 with input as fixtures.one("acl", {"name": "sys_user_has_role", "operation": "read"})
	count(data.main.deny_acl_security_table) == 0 with input as fixtures.one("acl", {"name": "sys_user_has_role", "operation": "create", "decision_type": "deny"})
}
