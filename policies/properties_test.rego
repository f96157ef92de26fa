package snowconf.properties_test

import data.snowconf.fixtures
import data.snowconf.plan

flushing(instance) := object.union(
	fixtures.other("property", {"name": "acme.x"}, {"hazards": [{"code": "cache_flush"}]}),
	{"instance": instance},
)

# Friday, 20 November 2026, 10:00 and 20:00 UTC, and a Saturday.
friday := time.parse_rfc3339_ns("2026-11-20T10:00:00Z")

evening := time.parse_rfc3339_ns("2026-11-20T20:00:00Z")

saturday := time.parse_rfc3339_ns("2026-11-21T10:00:00Z")

test_caches_stay_in_working_hours if {
	count(data.main.deny_properties_flush_in_working_hours) == 1 with input as flushing("prod") with plan.now as friday
	count(data.main.deny_properties_flush_in_working_hours) == 0 with input as flushing("prod") with plan.now as evening
	count(data.main.deny_properties_flush_in_working_hours) == 0 with input as flushing("prod") with plan.now as saturday
	count(data.main.deny_properties_flush_in_working_hours) == 0 with input as flushing("dev") with plan.now as friday
}

test_working_hours_are_of_a_zone if {
	tokyo := {"working_hours": {"zone": "Asia/Tokyo"}}
	count(data.main.deny_properties_flush_in_working_hours) == 0 with input as flushing("prod") with plan.now as friday with data.library as tokyo
}

test_security_settings_stay if {
	count(data.main.deny_properties_security) == 1 with input as fixtures.one("property", {"name": "glide.sm.default_mode", "value": "allow"})
	count(data.main.deny_properties_security) == 1 with input as fixtures.other("property", {"value": true}, {"name": "glide.script.use.sandbox"})
	count(data.main.deny_properties_security) == 0 with input as fixtures.one("property", {"name": "glide.smile", "value": "x"})
}

test_security_settings_that_go_are_told if {
	gone := {"natural_key": "glide.sm.default_mode", "declared": null, "change": {"actions": ["delete"]}}
	count(data.main.deny_properties_security) == 1 with input as fixtures.other("property", {}, gone)
	count(data.main.deny_properties_security) == 1 with input as fixtures.other("property", {"name": "glide.oauth.state.parameter.required"}, {"declared": {"absent": true}})
}

test_what_closes_something_is_taken if {
	count(data.main.deny_properties_security) == 0 with input as fixtures.one("property", {"name": "glide.oauth.state.parameter.required", "value": true})
	count(data.main.deny_properties_security) == 1 with input as fixtures.one("property", {"name": "glide.oauth.state.parameter.required", "value": "false"})
}

test_what_does_not_change_is_not_judged if {
	count(data.main.deny_properties_security) == 0 with input as fixtures.other("property", {"name": "glide.sm.default_mode"}, {"change": {"actions": ["no-op"]}})
}
