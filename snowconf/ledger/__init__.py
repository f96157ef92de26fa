"""What a stack owns: the ledger as bytes, its stores, the lock, the journal of a run, and fingerprints of secrets.

Knows the nouns and nothing of kinds, files of a stack or HTTP: a store on the instance is given `records.Records`.
"""
