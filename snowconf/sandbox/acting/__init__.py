"""Who acts, under which preferences, and what every write is stamped with."""
