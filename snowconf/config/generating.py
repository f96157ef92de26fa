"""New secrets, from the system's source of randomness."""

import secrets
import string

# Fewer characters could be guessed by who has time; 16 of these are 96 bits.
SHORTEST = 16
# What RFC 3986 leaves unreserved: it travels as it is through forms, URLs, headers, JSON and shells.
MARKS = "-._~"
SETS = (string.ascii_uppercase, string.ascii_lowercase, string.digits, MARKS)


def make_secret(length: int) -> str:
    """So many characters, a letter first and one of each set among them, as password policies ask for."""
    while not _is_mixed(made := _characters(length)):
        pass
    return made


def _characters(length: int) -> str:
    rest = (secrets.choice("".join(SETS)) for _ in range(length - 1))
    return secrets.choice(string.ascii_letters) + "".join(rest)


def _is_mixed(text: str) -> bool:
    return all(set(text) & set(each) for each in SETS)
