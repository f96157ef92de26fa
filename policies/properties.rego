package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: Nobody waits for caches in working hours
# description: In working_hours, no plan for production writes a property that flushes every cache.
# custom:
#   id: properties.flush_in_working_hours
#   severity: error
#   why: >
#     Writing a property whose ignore_cache is false empties every cache of the instance, which is slow for one to ten
#     minutes then, for everybody.
#   fix: Write ignore_cache = true where the property's reader can wait, or apply in the evening.
deny_properties_flush_in_working_hours contains {"id": "properties.flush_in_working_hours", "msg": msg, "address": rc.address} if {
	plan.is_production
	are_working_hours
	some rc in plan.pending
	plan.has_hazard(rc, "cache_flush")
	msg := sprintf("%s flushes every cache of %s while people work.", [rc.address, input.instance])
}

are_working_hours if {
	hours := limits.of.working_hours
	moment := [plan.now, hours.zone]
	time.weekday(moment) in hours.days
	hour := time.clock(moment)[0]
	hour >= hours.from
	hour < hours.to
}

# METADATA
# title: Security settings are not an integration's to change
# description: >
#   No plan writes a property of security_properties, unless to the value that accepted_properties has for it.
# custom:
#   id: properties.security
#   severity: error
#   why: >
#     These properties decide for the whole instance who gets in and what scripts may do, for every user and every other
#     integration. Many of them have no row until somebody makes one, so that reviewers do not see them on the instance.
#   fix: Have those who are responsible for the instance set it, or write a waiver with their name.
deny_properties_security contains {"id": "properties.security", "msg": msg, "address": rc.address, "attribute": "value"} if {
	some rc in plan.pending
	rc.type == "property"
	is_security(property_name(rc))
	not is_accepted(rc)
	msg := sprintf("%s writes %s, a security setting of the whole instance.", [rc.address, property_name(rc)])
}

property_name(rc) := plan.name_of(rc) if is_object(rc.declared)

property_name(rc) := rc.natural_key if not is_object(rc.declared)

is_security(name) if name in limits.of.security_properties

is_security(name) if {
	some prefix in limits.of.security_properties
	endswith(prefix, ".")
	startswith(name, prefix)
}

is_accepted(rc) if {
	not rc.declared.absent
	value := sprintf("%v", [rc.declared.attributes.value])
	value == limits.of.accepted_properties[property_name(rc)]
}
