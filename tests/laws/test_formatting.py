"""What `fmt` promises whatever a file holds: nothing that is loaded changes, no comment is lost, and once is enough."""

import re
from typing import Any

import tomli
from hypothesis import given, settings

from snowconf.config.formatting import format_text
from tests.driving.toml_texts import texts

COMMENT = re.compile(r"# (?:'open \" \[\[|a = 1 \]|\[no\])")


def loaded(text: str) -> Any:
    """What the parser makes of it; floats as text, because nan equals nothing."""
    return tomli.loads(text, parse_float=str)


@given(texts())
@settings(deadline=None)
def test_what_is_loaded_stays(text: str) -> None:
    """The parser finds the same in the formatted text, keys in the same order."""
    assert repr(loaded(format_text(text))) == repr(loaded(text))


@given(texts())
@settings(deadline=None)
def test_once_is_enough(text: str) -> None:
    """A formatted text is left as it is."""
    once = format_text(text)
    assert format_text(once) == once


@given(texts())
@settings(deadline=None)
def test_every_comment_is_kept(text: str) -> None:
    """As many comments as before, in their order."""
    assert COMMENT.findall(format_text(text)) == COMMENT.findall(text)


@given(texts())
@settings(deadline=None)
def test_line_ends_are_those_of_the_first_line(text: str) -> None:
    """A file is not turned from one system's line ends to another's, and never mixed."""
    formatted = format_text(text)
    bare = formatted.replace("\r\n", "").count("\n")
    assert bare in (0, formatted.count("\n"))
    assert ("\r\n" in formatted) == (text.partition("\n")[0].endswith("\r") and bool(formatted))
