"""Text that others wrote, made harmless for a terminal. Nothing else stands between an instance and the screen."""

import re

# Letters, marks and symbols by category that nevertheless draw nothing: fillers, joiners, variation selectors, blanks.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
# What the agents of Azure Pipelines, GitHub Actions and TeamCity take for a command, wherever in a line it stands.
COMMAND = re.compile(r"##(?=[\w.-]*\[)")
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    r"""The text with every control, bidi, zero-width and otherwise invisible character as an escape (`\x1b`, `\u202e`).

    Applying it twice changes nothing. Spaces stay; other kinds of space become escapes. What a pipeline's agent would
    take for a command of its own (`##vso[`) is escaped, too.
    """
    if not text.isprintable() or BLANK.search(text):
        text = "".join(each if _draws(each) else _escape(each) for each in text)
    return COMMAND.sub(r"#\\x23", text) if "##" in text else text


def _draws(character: str) -> bool:
    return character.isprintable() and not BLANK.match(character)


def _escape(character: str) -> str:
    code = ord(character)
    if character in SHORT:
        return SHORT[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
