"""Plan in, findings out: Rego rules over the plan's document, asked in a process of their own, and waivers.

Here are the reading of policy files, the engines, and what becomes of their answers. Not here: stack files (`config`
reads `[policies]` and `[[waiver]]`), reports, and whether an apply goes on (`cli`). A policy that cannot be asked is
never a yes.
"""
