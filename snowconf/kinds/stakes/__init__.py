"""What changes put at risk, beside the kinds: small functions over one change, and what they need to have asked.

Nothing here asks an instance: a stake names its questions, and the engine asks them once a table for the whole plan.
"""
