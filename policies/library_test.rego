package snowconf.library_test

import data.snowconf.fixtures

test_defaults_are_understood if {
	count(data.main.deny_library_settings) == 0 with input as fixtures.plan([])
}

test_what_the_team_says_is_understood if {
	count(data.main.deny_library_settings) == 0 with input as fixtures.plan([]) with data.library as {
		"deletes": 7,
		"freezes": [{"from": "2026-12-20T00:00:00Z", "to": "2027-01-06T00:00:00+01:00", "reason": "the holidays"}],
	}
}

test_mistakes_are_refused if {
	every mistake in [
		{"delets": 7},
		{"deletes": "7"},
		{"freezes": [{"from": "2026-12-20", "to": "2027-01-06T00:00:00Z", "reason": "x"}]},
		{"freezes": [{"from": "2026-12-20T00:00:00Z"}]},
		{"working_hours": {"from": "7"}},
	] {
		count(data.main.deny_library_settings) == 1 with input as fixtures.plan([]) with data.library as mistake
	}
}
