"""The only package that speaks HTTP to an instance: `opening.open_instance` gives a `table_api.TableApi`.

Knows the wire (queries, pages, refusals, tokens, retries) and no kinds, no files and no engine.
"""
