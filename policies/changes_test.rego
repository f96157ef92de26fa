package main_test

import data.main

deleting(number) := {"resource_changes": [rc |
	some index in numbers.range(1, number)
	rc := {"address": sprintf("role.r%d", [index]), "type": "role", "change": {"actions": ["delete"]}, "declared": null}
]}

test_many_deletions_are_told if {
	count(main.warn) == 1 with input as deleting(6)
}

test_a_few_are_not if {
	count(main.warn) == 0 with input as deleting(5)
}
