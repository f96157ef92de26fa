package main

import data.snowconf.limits
import data.snowconf.plan

# METADATA
# title: What others made is taken over with a word about it
# description: >
#   A block that adopts a record has a description or comments, or `adoptions` in the data says why, by address.
# custom:
#   id: ownership.adoption
#   severity: warning
#   why: >
#     Other tools, wizards and people write the same tables. Whoever made the record may change it again tomorrow, and
#     only a word tells reviewers that this was thought of.
#   fix: Write description or comments in the block, or adoptions = { "kind.label" = "why" } in the data.
warn_ownership_adoption contains {"id": "ownership.adoption", "msg": msg, "address": rc.address} if {
	some rc in input.resource_changes
	rc.change.action_reason == "adopted"
	not is_explained(rc)
	msg := sprintf("%s takes over a record that this stack has not made, and nothing says why.", [rc.address])
}

is_explained(rc) if {
	some name in ["description", "comments", "short_description"]
	object.get(rc.declared.attributes, name, "") != ""
}

is_explained(rc) if object.get(limits.of.adoptions, rc.address, "") != ""

# METADATA
# title: Records of tables that have a kind are written as that kind
# description: No record block is about users, roles, access controls, clients and the like (tables_with_kinds).
# custom:
#   id: ownership.record
#   severity: error
#   why: >
#     A record block is raw: a row of sys_user_has_role grants any role, and no rule about users would see it.
#   fix: Write the block of the kind, such as roles = ["…"] in [user.…].
deny_ownership_record contains {"id": "ownership.record", "msg": msg, "address": rc.address, "attribute": "table"} if {
	some rc in plan.of.record
	is_object(rc.declared)
	rc.table in limits.of.tables_with_kinds
	msg := sprintf("%s writes %s, which has a kind of its own.", [rc.address, rc.table])
}
