"""From what was observed to a plan: compared, held against the ledger, ordered, weighed."""
