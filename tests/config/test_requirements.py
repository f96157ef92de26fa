"""`requires_tables`: which tables must be on the instance for which value of a property."""

import pytest

from tests.config.stacks import BASE, Load, Only, Told, tell

PROPERTY = '[property."acme.x"]\nvalue = "sam"\n'


def test_tables_are_loaded_by_the_value_that_needs_them(only: Only) -> None:
    """Each value has a list of its own."""
    text = f'{PROPERTY}requires_tables = {{ sam = ["samp_sw_subscription"], both = ["cmdb_ci", "incident"] }}'
    assert only(text).requires_tables == {"sam": ("samp_sw_subscription",), "both": ("cmdb_ci", "incident")}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            '["cmdb_ci"]',
            (
                "SNC145 s.toml:3 requires_tables is a table from values to lists of tables, as in requires_tables = { sam = "
                '["samp_sw_subscription"] }.'
            ),
        ),
        (
            '{ sam = "cmdb_ci" }',
            (
                "SNC145 s.toml:3 The tables that 'sam' needs are a list of their names in quotes, as in requires_tables = { "
                'sam = ["samp_sw_subscription"] }.'
            ),
        ),
        (
            '{ sam = ["cmdb_ci.name"] }',
            (
                "SNC145 s.toml:3 The tables that 'sam' needs are a list of their names in quotes, as in requires_tables = { "
                'sam = ["samp_sw_subscription"] }.'
            ),
        ),
    ],
)
def test_what_cannot_be_understood_is_told(problems: Told, written: str, told: str) -> None:
    """A list alone, a table without a list, a column where a table is due."""
    assert problems(f"{PROPERTY}requires_tables = {written}") == [told]


def test_a_table_that_is_not_known_is_a_warning(load_files: Load) -> None:
    """Custom tables exist, so a misspelling can only be suspected."""
    text = f'{PROPERTY}requires_tables = {{ sam = ["samp_sw_subscriptoin"] }}'
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert [tell(each) for each in loaded.diagnostics] == [
        (
            "SNC140 s.toml:3 The dictionary does not know the table 'samp_sw_subscriptoin'. Did you mean "
            "'samp_sw_subscription'?"
        )
    ]
    assert loaded.desired is not None


def test_only_properties_have_values_that_need_tables(problems: Told) -> None:
    """A role has none."""
    assert problems('[role.a]\nrequires_tables = { sam = ["cmdb_ci"] }') == [
        "SNC145 s.toml:2 A block of kind role has no value that needs tables. Take requires_tables out."
    ]
