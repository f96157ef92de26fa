"""The verbs, a folder each, in the order they run: observe, plan, apply; enter, verify, rotate, disclose, travel beside them.

Knows kinds and the port, neither HTTP nor TOML.
"""
