package snowconf.changes_test

import data.snowconf.fixtures
import data.snowconf.plan

many(kind, action, number) := fixtures.plan([rc |
	some _ in numbers.range(1, number)
	rc := object.union(fixtures.block(kind, {}), {"change": {"actions": [action]}})
])

on(instance, document) := object.union(document, {"instance": instance})

frozen := {"freezes": [{"from": "2026-12-20T00:00:00Z", "to": "2027-01-06T00:00:00+01:00", "reason": "the holidays"}]}

before := time.parse_rfc3339_ns("2026-12-19T23:59:59Z")

within := time.parse_rfc3339_ns("2026-12-24T12:00:00Z")

after := time.parse_rfc3339_ns("2027-01-06T00:00:00Z")

test_few_are_deleted if {
	count(data.main.deny_changes_deletes) == 1 with input as many("alias", "delete", 6)
	count(data.main.deny_changes_deletes) == 0 with input as many("alias", "delete", 5)
	count(data.main.deny_changes_deletes) == 0 with input as many("alias", "create", 6)
}

test_few_of_a_kind_change if {
	count(data.main.deny_changes_by_kind) == 1 with input as many("oauth_app", "update", 11)
	count(data.main.deny_changes_by_kind) == 0 with input as many("oauth_app", "update", 10)
	count(data.main.deny_changes_by_kind) == 0 with input as many("oauth_app", "no-op", 11)
	count(data.main.deny_changes_by_kind) == 0 with input as many("alias", "update", 100)
}

test_one_kind_can_have_another_number if {
	count(data.main.deny_changes_by_kind) == 1 with input as many("user", "update", 3) with data.library as {"by_kind": {"user": 2}}
	count(data.main.deny_changes_by_kind) == 1 with input as many("oauth_app", "update", 11) with data.library as {"by_kind": {"user": 2}}
}

test_production_is_frozen if {
	document := on("prod", many("alias", "create", 1))
	count(data.main.deny_changes_freeze) == 1 with input as document with data.library as frozen with plan.now as within
	count(data.main.deny_changes_freeze) == 0 with input as document with data.library as frozen with plan.now as before
	count(data.main.deny_changes_freeze) == 0 with input as document with data.library as frozen with plan.now as after
}

test_other_instances_and_empty_plans_are_not if {
	count(data.main.deny_changes_freeze) == 0 with input as many("alias", "create", 1) with data.library as frozen with plan.now as within
	count(data.main.deny_changes_freeze) == 0 with input as on("prod", many("alias", "no-op", 1)) with data.library as frozen with plan.now as within
}
