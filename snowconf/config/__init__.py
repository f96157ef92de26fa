"""TOML in: a folder of files becomes desired state and the settings of one instance, with a place on every value.

Nothing here speaks to an instance, and nothing resolves a secret before it is asked for.
"""
