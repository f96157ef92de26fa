package snowconf.schedules_test

import data.snowconf.fixtures

running_as(attributes) := fixtures.plan([fixtures.block("user", attributes), fixtures.block("scheduled_import", {"run_as": "it"})])

test_imports_do_not_run_as_admin if {
	count(data.main.deny_schedules_run_as_admin) == 1 with input as fixtures.one("scheduled_import", {"run_as": "admin"})
	count(data.main.deny_schedules_run_as_admin) == 1 with input as running_as({"roles": ["admin"]})
	count(data.main.deny_schedules_run_as_admin) == 0 with input as running_as({"roles": ["import_transformer"]})
}

test_imports_run_as_somebody_who_can if {
	count(data.main.deny_schedules_run_as_unable) == 1 with input as running_as({"active": false})
	count(data.main.deny_schedules_run_as_unable) == 1 with input as running_as({"locked_out": true})
	count(data.main.deny_schedules_run_as_unable) == 1 with input as fixtures.other("user", {}, {"hazards": [{"code": "broken_schedule"}]})
	count(data.main.deny_schedules_run_as_unable) == 0 with input as running_as({"active": true, "locked_out": false})
}

test_imports_carry_no_scripts if {
	count(data.main.deny_schedules_script) == 2 with input as fixtures.one("scheduled_import", {"pre_script": "x", "post_script": "y"})
	count(data.main.deny_schedules_script) == 0 with input as fixtures.one("scheduled_import", {"pre_script": "", "run_as": "it"})
}

test_code_in_imports_is_told if {
	count(data.main.warn_schedules_loader) == 1 with input as fixtures.one("transform_map", {"script": "x"})
	count(data.main.warn_schedules_loader) == 1 with input as fixtures.one("data_source", {"data_loader": "x"})
	count(data.main.warn_schedules_loader) == 0 with input as fixtures.one("transform_map", {"script": ""})
}
