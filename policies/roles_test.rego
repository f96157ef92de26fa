package snowconf.roles_test

import data.snowconf.fixtures

test_admin_is_refused if {
	count(data.main.deny_roles_admin) == 1 with input as fixtures.one("user", {"roles": ["itil", "admin"]})
}

test_admin_of_a_group_is_refused if {
	count(data.main.deny_roles_admin) == 1 with input as fixtures.one("group", {"roles": ["impersonator"]})
}

test_a_role_that_contains_admin_is_refused if {
	count(data.main.deny_roles_admin) == 1 with input as fixtures.one("role", {"contains": ["admin"]})
}

test_admin_under_another_label_is_refused if {
	count(data.main.deny_roles_admin) == 1 with input as fixtures.plan([
		fixtures.block("role", {"name": "admin"}),
		fixtures.block("user", {"roles": ["it"]}),
	])
}

test_other_roles_are_given if {
	count(data.main.deny_roles_admin) == 0 with input as fixtures.one("user", {"roles": ["itil", "admin_reader"]})
}

test_an_access_control_for_admins_gives_nothing if {
	count(data.main.deny_roles_admin) == 0 with input as fixtures.one("acl", {"roles": ["admin"]})
}

test_elevated_roles_are_refused if {
	count(data.main.deny_roles_elevated) == 1 with input as fixtures.one("user", {"roles": ["security_admin"]})
}

test_elevated_roles_of_the_stack_are_refused if {
	count(data.main.deny_roles_elevated) == 1 with input as fixtures.plan([
		fixtures.block("role", {"elevated_privilege": true}),
		fixtures.block("user", {"roles": ["it"]}),
	])
}

test_roles_that_are_not_elevated_are_given if {
	count(data.main.deny_roles_elevated) == 0 with input as fixtures.plan([
		fixtures.block("role", {"elevated_privilege": false}),
		fixtures.block("user", {"roles": ["it"]}),
	])
}

test_roles_that_administer_are_told if {
	count(data.main.warn_roles_powerful) == 3 with input as fixtures.one("user", {"roles": ["user_admin", "x_acme.admin", "import_scheduler"]})
}

test_admin_is_not_told_twice if {
	count(data.main.warn_roles_powerful) == 0 with input as fixtures.one("user", {"roles": ["admin", "security_admin", "itil"]})
}

granting(sentence, attributes) := fixtures.other("user", attributes, {"hazards": [{"code": "powerful_grant", "sentence": sentence}]})

test_detours_are_refused if {
	every sentence in ["Gives the role owner, which contains admin.", "Gives, by the group Heads, the role admin, which may do everything."] {
		count(data.main.deny_roles_detour) == 1 with input as granting(sentence, {"roles": ["owner", "admin"]})
	}
}

test_what_the_block_names_is_no_detour if {
	count(data.main.deny_roles_detour) == 0 with input as granting("Gives the role admin, which may do everything.", {"roles": ["admin"]})
	count(data.main.deny_roles_detour) == 0 with input as granting("Gives the role user_admin, which may do much.", {"roles": ["user_admin"]})
	count(data.main.deny_roles_detour) == 0 with input as fixtures.one("user", {"roles": ["owner"]})
}
