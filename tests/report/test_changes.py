from dataclasses import replace

import pytest

from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, AttributeChange, Change
from snowconf.model.value import SecretSource, Value
from snowconf.report.changes import render_change
from snowconf.report.page import Page
from snowconf.report.styled import to_plain

AT = Origin("a.toml", 3)


def change(*attributes: AttributeChange, action: Action = Action.UPDATE) -> Change:
    """A change with these attributes."""
    return Change(
        address=Address("property", "x"),
        action=action,
        table="sys_properties",
        sys_id="0" * 32,
        origin=Origin("a.toml", 2),
        attributes=attributes,
    )


def attribute(
    before: Value | None, after: Value | None, *, sensitive: bool = False, note: str = ""
) -> AttributeChange:
    """One that differs."""
    return AttributeChange(
        attribute="value", before=before, after=after, origin=AT, sensitive=sensitive, note=note
    )  # fmt: skip


def drawn(made: Change, width: int = 80) -> list[str]:
    """The report as plain text."""
    return to_plain(render_change(made, Page(width=width))).splitlines()


def test_text_that_is_masked_is_never_shown() -> None:
    """A sensitive attribute shows neither side, though both are known."""
    text = "\n".join(drawn(change(attribute("hunter2-before", "hunter2-after", sensitive=True))))
    assert ("(sensitive)" in text, "hunter2" in text) == (True, False)


def test_masked_text_of_several_lines_is_not_shown_as_a_difference() -> None:
    """A private key is no script."""
    text = "\n".join(drawn(change(attribute("KEY\none", "KEY\ntwo", sensitive=True))))
    assert "KEY" not in text


def test_secret_says_where_it_comes_from() -> None:
    """The place is named, with the reason for writing below it."""
    made = change(attribute(None, SecretSource("env", "PW"), sensitive=True, note="not the one last written"))
    assert drawn(made)[1:] == [
        "      ~ value  (sensitive, from env PW)   a.toml:3",
        "          not the one last written",
    ]


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        ("", "x", '"" -> "x"'),
        (None, "x", '(none) -> "x"'),
        (True, False, "true -> false"),
        (1, 2, "1 -> 2"),
        ('say "hi"\\', "", '"say \\"hi\\"\\\\" -> ""'),
        ("tab\there", "", '"tab\\there" -> ""'),
    ],
)
def test_values_are_shown_as_a_file_would_say_them(before: Value | None, after: Value, body: str) -> None:
    """Text in quotes, nothing as (none), and what is invisible as an escape."""
    assert [f"      ~ value  {body}   a.toml:3"] == drawn(change(attribute(before, after)))[1:]


def test_created_records_show_only_what_they_will_be() -> None:
    """There is no before where there was no record."""
    made = change(attribute(None, "x"), action=Action.CREATE)
    assert drawn(made) == ["  + property.x  (a.toml:2)", '      + value  "x"   a.toml:3']


def test_scripts_of_new_records_are_shown_line_by_line() -> None:
    """Every line of a new script is an added one."""
    made = change(attribute(None, "one\ntwo\n"), action=Action.CREATE)
    assert drawn(made)[2:] == ["          @@ -0,0 +1,2 @@", "          +one", "          +two"]


def test_a_line_end_more_is_a_difference_that_is_said() -> None:
    """Two scripts that differ in their last line end alone do not look the same."""
    made = change(attribute("one\ntwo", "one\ntwo\n"))
    assert drawn(made)[2:] == ["          (only the end of the last line differs)"]


def test_long_differences_are_cut_and_say_so() -> None:
    """Forty lines of a difference are shown, the others counted."""
    made = change(attribute("", "\n".join(map(str, range(100)))))
    assert drawn(made)[-1] == "          (61 more lines)"


def test_long_values_that_differ_late_are_shown_where_they_differ() -> None:
    """What two long values share is not shown instead of what they do not."""
    made = change(attribute("a" * 300 + "-before", "a" * 300 + "-after"))
    assert drawn(made)[1:] == [
        "      ~ value  a.toml:3",
        '          …(307 characters)…aaaaaaa-before"  -> …(306 characters)…aaaaaaa-after"',
    ]


def test_long_values_that_differ_early_and_go_on_are_cut_at_their_end() -> None:
    """From the difference on, as much is shown as there is room for."""
    made = change(attribute("a" * 50 + "b" * 300, "a" * 50 + "c" * 300))
    assert all(each.endswith("…") for each in drawn(made)[2:])


def test_wide_characters_are_counted_as_two_columns() -> None:
    """A value of wide characters is cut to the columns that there are, not to their number."""
    line = drawn(change(attribute("", "漢" * 100)), 60)[-1]
    assert line.startswith('          -> "漢漢')
    assert len(line) < 50


def test_a_change_by_nobody_known_has_no_history() -> None:
    """Without evidence nothing is said of who and when."""
    assert drawn(change()) == ["  ~ property.x  (a.toml:2)"]


def test_hidden_attributes_are_not_counted_for_new_records() -> None:
    """A new record has nothing unchanged."""
    assert drawn(replace(change(action=Action.CREATE), unchanged=3)) == ["  + property.x  (a.toml:2)"]


def test_deleted_records_show_what_goes() -> None:
    """A deletion shows what was there."""
    made = change(attribute("x", None), action=Action.DELETE)
    assert drawn(made)[1:] == ['      - value  "x"   a.toml:3']
