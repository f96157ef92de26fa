"""No text from an instance reaches a terminal with a character that the terminal would act on."""

import unicodedata

from hypothesis import given, strategies as st

from snowconf.report.escaping import visible
from snowconf.report.styled import Span, cells, to_ansi, to_plain

TEXT = st.text(st.characters(codec=None, categories=None), max_size=60) | st.text(
    st.sampled_from(
        "a\x00\x07\x1b\x7f\x9b\u00ad\u200b\u200d\u202e\u2066\u2028\u3164\ufe0f\ufeff\U000e0041\ud800漢é"
    ),
    max_size=30,
)


@given(TEXT)
def test_nothing_invisible_is_left(text: str) -> None:
    """Control, format, surrogate and separator characters are gone, but for the space."""
    left = {
        each
        for each in visible(text)
        if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")
    }
    assert left == set()


@given(TEXT)
def test_escaping_twice_changes_nothing(text: str) -> None:
    """What is visible stays as it is."""
    assert visible(text) == visible(visible(text))


@given(st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FF)))
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Letters, digits and signs are not touched."""
    assert text == visible(text)


@given(TEXT)
def test_a_span_cannot_hold_what_a_terminal_acts_on(text: str) -> None:
    """However a report is made, its plain text has no control character but its own line ends."""
    assert to_plain([(Span(text),)]).removesuffix("\n").isprintable()


@given(TEXT)
def test_coloured_lines_have_no_escape_but_ours(text: str) -> None:
    """Without any style there is no escape character at all."""
    assert "\x1b" not in to_ansi([(Span(text),)])


@given(st.text(st.sampled_from("ab漢字é\u0301"), max_size=20))
def test_columns_are_counted_as_terminals_do(text: str) -> None:
    """Wide characters take two columns, combining marks none."""
    widths = {"漢": 2, "字": 2, "\u0301": 0}
    assert sum(widths.get(each, 1) for each in text) == cells(text)
