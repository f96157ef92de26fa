"""Blocks of kind `record`: any table, checked as far as the dictionary knows it."""

import pytest

from snowconf.model.origin import Origin
from snowconf.model.value import Located, SecretSource
from tests.config.stacks import Only, Told

HEAD = '[record.a]\ntable = "sys_alias"\nkey = ["name"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[record.a]\nkey = ["name"]',
            (
                'SNC129 s.toml:1 The block does not say which table its record is in. Write table = "sys_data_source" or '
                "another."
            ),
        ),
        (
            '[record.a]\ntable = "sys_alias"',
            'SNC129 s.toml:1 The block does not say which columns identify its record. Write key = ["name"] or another.',
        ),
        (
            '[record.a]\ntable = "Alias Table"\nkey = ["name"]',
            "SNC128 s.toml:2 table is the name of a table in quotes: lower case letters, digits and '_', not its label.",
        ),
        (
            '[record.a]\ntable = 5\nkey = ["name"]',
            "SNC128 s.toml:2 table is the name of a table in quotes: lower case letters, digits and '_', not its label.",
        ),
    ],
)
def test_a_record_says_its_table_and_its_key(problems: Told, text: str, told: str) -> None:
    """Without table and key nobody knows which record is meant."""
    assert problems(text) == [told]


@pytest.mark.parametrize("key", ["'name'", "[]", "[5]", "['']"])
def test_a_key_is_a_list_of_columns(problems: Told, key: str) -> None:
    """Anything else is told."""
    assert problems(f'[record.a]\ntable = "sys_alias"\nkey = {key}') == [
        'SNC128 s.toml:3 key is a list of column names that together identify the record, as in ["name"].'
    ]


def test_a_label_that_its_column_cannot_take_is_told(problems: Told) -> None:
    """The label stands for the key, and a moment is no free text."""
    assert problems('[record.a]\ntable = "sys_alias"\nkey = ["sys_created_on"]') == [
        (
            "SNC128 s.toml:1 The label stands for 'sys_created_on', and 'a' is no date and time; write one like "
            "2026-11-30T02:00:00Z. Write 'sys_created_on' in the block."
        )
    ]


def test_every_column_of_a_key_is_written(problems: Told) -> None:
    """The label stands for the first column alone."""
    assert problems('[record.a]\ntable = "sys_alias"\nkey = ["name", "type"]') == [
        "SNC129 s.toml:1 record.a does not write 'type', and needs it: column type of its key."
    ]


@pytest.mark.parametrize(
    ("table", "column"), [("sys_alias", "sys_mod_count"), ("sys_connection", "credential")]
)
def test_a_key_column_that_takes_no_label_is_asked_for(problems: Told, table: str, column: str) -> None:
    """A label never becomes a number, nor the name of another record."""
    assert problems(f'[record.a]\ntable = "{table}"\nkey = ["{column}"]') == [
        f"SNC129 s.toml:1 record.a does not write '{column}', and needs it: column {column} of its key."
    ]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (
            'nam = "x"',
            (
                "SNC141 s.toml:5 Table sys_alias has no column 'nam', and the platform would pass over it silently. Did you "
                "mean 'name'?"
            ),
        ),
        (
            'type = "Connection"',
            "SNC127 s.toml:5 'type' cannot be 'Connection'. Did you mean 'connection'? It is 'connection' or 'credential'.",
        ),
        ("type = 5", "SNC127 s.toml:5 'type' cannot be '5'. It is 'connection' or 'credential'."),
        (
            "name = []",
            "SNC125 s.toml:5 'name' must be a string, true, false or a whole number, and this is a list.",
        ),
        (
            f'name = "{"x" * 256}"',
            "SNC126 s.toml:5 'name' has 256 characters, and its column holds 255. Shorten it by 1.",
        ),
    ],
    ids=["unknown", "choice", "number", "type", "length"],
)
def test_columns_of_a_known_table_are_checked(problems: Told, column: str, told: str) -> None:
    """Names, choices, types and lengths are those of the dictionary."""
    assert problems(f"{HEAD}[record.a.columns]\n{column}") == [told]


def test_a_label_has_to_fit_the_column_it_stands_for(problems: Told) -> None:
    """The label of a record is as long as its key column allows."""
    assert problems(f'[record.{"x" * 256}]\ntable = "sys_alias"\nkey = ["name"]') == [
        "SNC126 s.toml:1 'name' has 256 characters, and its column holds 255. Shorten it by 1."
    ]


def test_columns_are_a_table(problems: Told) -> None:
    """Anything else is told once."""
    assert problems(f"{HEAD}columns = []") == [
        'SNC125 s.toml:4 columns must be a table such as { name = "…" }, and this is a list.'
    ]


def test_a_password_column_takes_no_literal(problems: Told) -> None:
    """The dictionary knows which columns hold secrets."""
    text = '[record.a]\ntable = "basic_auth_credentials"\nkey = ["name"]\ncolumns = { password = "canary-secret" }'
    (told,) = problems(text)
    assert told.startswith("SNC130 s.toml:4 'password' is a secret")
    assert "canary" not in told


def test_custom_columns_are_taken_on_any_table(only: Only) -> None:
    """Columns that begin with u_ or x_ are not in any dictionary."""
    assert only(f'{HEAD}columns = {{ u_owner = "me", x_acme_size = 5, type = "" }}').attributes == {
        "name": Located("a", Origin("s.toml", 1, 9)),
        "u_owner": Located("me", Origin("s.toml", 4, 13)),
        "x_acme_size": Located("5", Origin("s.toml", 4, 29)),
        "type": Located("", Origin("s.toml", 4, 46)),
    }


def test_a_table_that_the_dictionary_does_not_know_is_taken(only: Only) -> None:
    """Custom tables exist; their values are text, and secrets can be in any column."""
    resource = only(
        '[record.a]\ntable = "u_mine"\nkey = ["u_id", "u_id"]\ncolumns = { u_id = 5, key = { env = "K" } }'
    )
    assert (resource.table, resource.key) == ("u_mine", ("u_id",))
    assert [each.value for each in resource.attributes.values()] == ["5", SecretSource("env", "K")]
