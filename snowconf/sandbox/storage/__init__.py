"""What the sandbox keeps: rows in SQLite, in the shape of the dictionary, with times, secrets and a log."""
