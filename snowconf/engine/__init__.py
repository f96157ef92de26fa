"""The verbs, in the order they run: observing, diffing, ordering, planning, applying.

Knows kinds and the port, neither HTTP nor TOML.
"""
