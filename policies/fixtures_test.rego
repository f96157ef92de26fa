# Plans for the tests of the library.
package snowconf.fixtures

# A block that is made.
block(kind, attributes) := {
	"address": sprintf("%s.it", [kind]),
	"type": kind,
	"name": "it",
	"natural_key": "it",
	"table": "",
	"hazards": [],
	"change": {"actions": ["create"], "action_reason": null},
	"declared": {"attributes": attributes, "secrets": {}, "absent": false},
}

plan(blocks) := {"instance": "dev", "resource_changes": blocks}

# A plan with this block alone.
one(kind, attributes) := plan([block(kind, attributes)])

# The same block, and what of it is otherwise.
other(kind, attributes, changes) := plan([object.union(block(kind, attributes), changes)])
