package main

import data.snowconf.limits

# METADATA
# title: The library has its thresholds, and understands what the team says of them
# description: >
#   policies/defaults.yaml is among the data, and `library` in the team's own data has only names and sorts of values
#   that stand there.
# custom:
#   id: library.settings
#   severity: error
#   waivable: false
#   why: A threshold that is missing or misspelt would make its rule find nothing, which looks like a yes.
#   fix: Name the library as snowconf:library, or give defaults.yaml as data, and correct the name or the value.
deny_library_settings contains {"id": "library.settings", "msg": msg} if {
	some msg in wrong
}

wrong contains "The data has no snowconf_defaults: defaults.yaml of the library is not among it." if not data.snowconf_defaults

wrong contains msg if {
	some name in object.keys(limits.own)
	not name in object.keys(data.snowconf_defaults)
	msg := sprintf("The library has no setting '%s'. defaults.yaml lists them.", [name])
}

wrong contains msg if {
	some name, value in limits.own
	due := type_name(data.snowconf_defaults[name])
	type_name(value) != due
	msg := sprintf("The library's setting '%s' is of the sort '%s', and the data says one of the sort '%s'.", [name, due, type_name(value)])
}

wrong contains msg if {
	some index, freeze in limits.own.freezes
	not is_freeze(freeze)
	msg := sprintf("The freeze with the index %d has no 'from' and 'to' as in \"2026-12-20T00:00:00Z\", or no reason.", [index])
}

wrong contains "The working hours have no zone, no days, or no hours as in from: 7 and to: 19." if not is_week

is_freeze(freeze) if {
	every moment in [freeze.from, freeze.to] {
		regex.match(`^2[01]\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$`, moment)
	}
	is_string(freeze.reason)
}

is_week if {
	hours := limits.of.working_hours
	is_string(hours.zone)
	is_array(hours.days)
	is_number(hours.from)
	is_number(hours.to)
}
