package main

# METADATA
# title: A plan deletes few records
# description: More deletions in one plan than data.limits.deletes are told; 5 where no data says it.
# custom:
#   id: changes.deletes
#   severity: warning
#   why: Many deletions at once are more often a wrong branch or a moved folder than somebody's wish.
#   fix: Look at what is deleted. Raise limits.deletes in the data when it is meant.
warn contains msg if {
	number := count([rc | some rc in input.resource_changes; "delete" in rc.change.actions])
	number > most_deletes
	msg := sprintf("The plan deletes %d records, and %d are nothing special.", [number, most_deletes])
}

default most_deletes := 5

most_deletes := data.limits.deletes
