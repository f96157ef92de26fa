"""Update sets from elsewhere: their XML read, loaded as a retrieved set, previewed, and committed. docs/platform.md.

What this instance captures itself is `rules.capturing`; which set takes it is `current_sets`.
"""
