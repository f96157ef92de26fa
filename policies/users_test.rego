package main_test

import data.main

plan(roles) := {"resource_changes": [{
	"address": "user.svc",
	"type": "user",
	"change": {"actions": ["create"]},
	"declared": {"attributes": {"roles": roles}},
}]}

test_admin_is_refused if {
	some found in main.deny with input as plan(["itil", "admin"])
	found.address == "user.svc"
}

test_other_roles_are_taken if {
	count(main.deny) == 0 with input as plan(["itil"])
}
