package snowconf.ownership_test

import data.snowconf.fixtures

adopted := {"change": {"actions": ["update"], "action_reason": "adopted"}}

test_adoptions_are_explained if {
	count(data.main.warn_ownership_adoption) == 1 with input as fixtures.other("role", {"description": ""}, adopted)
	count(data.main.warn_ownership_adoption) == 0 with input as fixtures.other("role", {"description": "Was made by hand in 2019"}, adopted)
	count(data.main.warn_ownership_adoption) == 0 with input as fixtures.other("role", {}, adopted) with data.library as {"adoptions": {"role.it": "Ticket 4711"}}
	count(data.main.warn_ownership_adoption) == 0 with input as fixtures.one("role", {})
}

test_tables_with_a_kind_are_written_as_it if {
	count(data.main.deny_ownership_record) == 1 with input as fixtures.other("record", {}, {"table": "sys_user_has_role"})
	count(data.main.deny_ownership_record) == 0 with input as fixtures.other("record", {}, {"table": "sys_certificate"})
}
