"""Every diagnostic code with its paragraph, as `snowconf explain` has them."""

import re

from snowconf.cli.explaining import explanations

MARKS = re.compile(r"[*_<\[]")

GROUPS = {
    "0": "The command line",
    "1": "The files of a stack",
    "2": "The plan",
    "3": "Secrets and what is remembered",
    "4": "The instance",
    "5": "Acting as users",
    "6": "Update sets, and what accounts may do",
    "7": "Change requests, and update sets that take changes",
    "9": "Everything else",
}
HEAD = """# Diagnostics

Every problem that snowconf reports has a code. `snowconf explain SNC124` shows what stands here.
"""


def diagnostics_page() -> str:
    """All codes in order, under the thing they are about."""
    known = sorted(explanations().items())
    parts = [HEAD]
    for digit, title in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [
            f"### {code} {summary}\n\n{_plain(text)}\n" for code, (summary, text) in known if code[3] == digit
        ]
    return "\n".join(parts)


def _plain(text: str) -> str:
    """Text in which Markdown finds nothing to do but code between backticks."""
    parts = text.split("`")
    return "`".join(part if index % 2 else MARKS.sub(r"\\\g<0>", part) for index, part in enumerate(parts))
