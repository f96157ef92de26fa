"""The nouns: what flows between loading, observing, comparing, applying and reporting.

Frozen values only. No I/O, no knowledge of kinds, of TOML or of HTTP.
"""
