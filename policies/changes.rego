package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: A plan deletes few records
# description: One plan deletes no more records than `deletes`.
# custom:
#   id: changes.deletes
#   severity: error
#   why: >
#     Many deletions at once are more often a wrong branch or a moved folder than somebody's wish, and a deletion cannot be
#     taken back: what referred to the record is emptied.
#   fix: Look at what is deleted. When it is meant, say a higher number in the data, or write a waiver for "*".
deny_changes_deletes contains {"id": "changes.deletes", "msg": msg} if {
	number := count([rc | some rc in plan.pending; "delete" in rc.change.actions])
	number > limits.of.deletes
	msg := sprintf("The plan deletes %d records, and %d are allowed.", [number, limits.of.deletes])
}

# METADATA
# title: A plan changes few records of one kind
# description: One plan makes, changes and deletes no more records of a kind than `by_kind` says.
# custom:
#   id: changes.by_kind
#   severity: error
#   why: >
#     Each role that is granted fans out to rows for whatever it contains, and each property may flush every cache of the
#     instance: what is harmless once is not a hundred times.
#   fix: Apply in several steps. When it is meant, say a higher number in the data, or write a waiver for "*".
deny_changes_by_kind contains {"id": "changes.by_kind", "msg": msg} if {
	some kind, most in limits.of.by_kind
	number := count([rc | some rc in plan.pending; rc.type == kind])
	number > most
	msg := sprintf("The plan changes %d records of the kind %s, and %d are allowed.", [number, kind, most])
}

# METADATA
# title: Production stays as it is during a freeze
# description: Between the moments that `freezes` lists, no plan for production writes anything.
# custom:
#   id: changes.freeze
#   severity: error
#   why: In a freeze nobody is there to mend what a change breaks, and others count on nothing having changed.
#   fix: Wait for its end, or write a waiver for "*" with the emergency change as its reason.
deny_changes_freeze contains {"id": "changes.freeze", "msg": msg} if {
	plan.is_production
	count(plan.pending) > 0
	some freeze in limits.of.freezes
	time.parse_rfc3339_ns(freeze.from) <= plan.now
	plan.now < time.parse_rfc3339_ns(freeze.to)
	msg := sprintf("%s is frozen until %s: %s.", [input.instance, freeze.to, freeze.reason])
}
