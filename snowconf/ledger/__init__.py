"""What we own and what we last wrote. For now the secrets: their fingerprints, kept in a file beside the stack."""
