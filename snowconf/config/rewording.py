"""What the parser says of a text that is no TOML, with what to do about it for who has never read its rules."""

import re

TWICE = re.compile(r"Cannot declare \((?P<names>.+)\) twice")
NAME = re.compile(r"'((?:[^'\\]|\\.)*)'")
ADVICE = {
    "Cannot overwrite a value": "this name stands above already, and a table has each once",
    "Cannot mutate immutable namespace": "what stands in brackets or braces above is whole; put this into it",
    "Duplicate inline table key": "a table has each name once",
    "Invalid value": "texts stand in straight quotes; numbers, true and false stand bare",
    "Invalid statement": "a line is a [header], or a name, '=' and a value",
    "Unescaped '\\' in a string": "write two of them for one, or put the text in single quotes",
    "Expected newline or end of document": "the value has ended, and something stands behind it; a text with quotes in it needs others around it",
}


def reworded(said: str) -> str:
    """The parser's own words first, so that they can be searched for."""
    if twice := TWICE.fullmatch(said):
        name = ".".join(NAME.findall(twice["names"]))
        return f"Cannot declare [{name}] twice: it stands above already; put both into one"
    advice = next((advice for words, advice in ADVICE.items() if said.startswith(words)), "")
    return f"{said}: {advice}" if advice else said
