"""Telling by a name that its value is a secret, where the platform calls it plain text."""

import re

TELLING = re.compile(r"passw|secret|token|api[._-]?key|credential|private[._-]?key", re.IGNORECASE)
# Values that nobody can misuse: switches and numbers, such as those of *.reset_password.mandatory.
HARMLESS = re.compile(r"true|false|\d*", re.IGNORECASE)


def looks_secret(name: str, value: str) -> bool:
    """Does the name speak of a secret, and is the value more than a switch or a number?"""
    return bool(TELLING.search(name)) and not HARMLESS.fullmatch(value)
