import pytest

from snowconf.model.value import Named, RecordRef, SecretSource, Target, Value
from snowconf.report.values import fitted, shown

ROLE = Target("sys_user_role", "name", "role")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"),
        (SecretSource("file", "pw.txt"), "(sensitive, from file pw.txt)"),
        (True, "true"),
        (0, "0"),
        (frozenset({Named(ROLE, "b"), Named(ROLE, "a")}), '["a", "b"]'),
        (RecordRef("1" * 32, "itil"), '"itil"'),
        (RecordRef("1" * 32), f'"{"1" * 32}"'),
        (Named(ROLE, "\u200bitil"), '"\\u200bitil"'),
    ],
)
def test_values_look_as_in_a_file(value: Value | None, text: str) -> None:
    """Each sort of value has one form, in which nothing invisible is left."""
    assert shown(value) == text


def test_text_that_is_too_long_says_how_long_it_is() -> None:
    """The length is that of the text itself, without quotes and escapes."""
    assert fitted("\n" * 1204, 41).count("(1,204 characters)") == 1


def test_without_room_for_words_the_number_stands_alone() -> None:
    """Narrow pages keep the beginning and the end."""
    assert fitted("abcdefgh" * 100, 20) == '"abcdef…(800)…defgh"'
