"""Words of the instance made fit for a message of ours: short, on one line, without control characters."""

import unicodedata

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def quote_words(text: str, limit: int = 256) -> str:
    """The text on one line, cut at `limit` characters; what steers a terminal or turns text around is a blank."""
    shown = "".join(
        " " if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in text[: limit * 4]
    )
    line = " ".join(shown.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
