"""What stands in a block: names, types, lengths, choices, secrets, natural keys."""

import pytest

from snowconf.kinds import KINDS
from snowconf.model.origin import Origin
from snowconf.model.value import Located, Named, SecretSource
from tests.config.stacks import Only, Told

IDENTITIES = "'', 'human', 'machine', 'ai_agent' or 'unclassified'"
LITERAL = (
    'is a secret and its value stands in the file. Write where it is instead, as in {0} = {{ env = "{1}" }}. If this '
    "file was shared, change the secret."
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[user.a]\nactve = true",
            "SNC124 s.toml:2 A block of kind user has no attribute 'actve'. Did you mean 'active'?",
        ),
        (
            "[role.a]\nlifecyle = {}",
            "SNC124 s.toml:2 A block of kind role has no attribute 'lifecyle'. Did you mean 'lifecycle'?",
        ),
        (
            "[record.a]\ntable = 'sys_alias'\nkey = ['name']\ncolums = {}",
            "SNC124 s.toml:4 A block of kind record has no attribute 'colums'. Did you mean 'columns'?",
        ),
        (
            "[record.a]\ntable = 'sys_alias'\nkey = ['name']\nzzz = {}",
            (
                "SNC124 s.toml:4 A block of kind record has no attribute 'zzz'. There are 'table', 'key', 'columns' and "
                "'lifecycle'."
            ),
        ),
    ],
)
def test_an_attribute_that_there_is_not_is_guessed(problems: Told, text: str, told: str) -> None:
    """An unknown attribute gets a guess, or the list of those there are."""
    assert problems(text) == [told]


@pytest.mark.parametrize(
    ("written", "due", "found"),
    [
        ('active = "true"', "'active' must be true or false", "a text in quotes"),
        ("roles = 'itil'", "'roles' must be a list of names", "a text in quotes"),
        ("manager = 2026-01-01", "'manager' must be the name of a record", "a date"),
        ("email = 2026-01-01T00:00:00Z", "'email' must be a string", "a date and time"),
        ("email = 02:30:00", "'email' must be a string", "a time without quotes"),
        ("email = 5", "'email' must be a string", "a whole number"),
        ("email = 5.5", "'email' must be a string", "a number with a point"),
        ("email = true", "'email' must be a string", "true or false"),
        ("email = []", "'email' must be a string", "a list"),
        ("email = {}", "'email' must be a string", "a table"),
    ],
)
def test_types_are_not_guessed(problems: Told, written: str, due: str, found: str) -> None:
    """A value of another TOML type is told apart from the one that is due, and not repeated."""
    assert problems(f"[user.a]\n{written}") == [f"SNC125 s.toml:2 {due}, and this is {found}."]


def test_true_is_no_number(problems: Told) -> None:
    """A boolean where a number is due is refused, though Python would take it."""
    assert problems("[oauth_app.a]\naccess_token_lifespan = true") == [
        "SNC125 s.toml:2 'access_token_lifespan' must be a whole number, and this is true or false."
    ]


def test_a_value_longer_than_its_column_is_refused(problems: Told) -> None:
    """The dictionary knows how much the column holds."""
    assert problems(f'[group.a]\nname = "{"x" * 81}"') == [
        "SNC126 s.toml:2 'name' has 81 characters, and its column holds 80. Shorten it by 1."
    ]


def test_a_value_as_long_as_its_column_is_taken(problems: Told) -> None:
    """The bound itself is inside."""
    assert problems(f'[group.a]\nname = "{"x" * 80}"') == []


def test_a_label_longer_than_the_columns_of_names_is_refused(problems: Told) -> None:
    """A label that stands for the natural key has to fit as well."""
    assert problems(f"[group.{'x' * 81}]") == [
        "SNC126 s.toml:1 'name' has 81 characters, and its column holds 80. Shorten it by 1."
    ]


@pytest.mark.parametrize(
    ("choice", "guess"), [("Machine", " Did you mean 'machine'?"), ("robot", "")], ids=["near", "far"]
)
def test_a_choice_that_there_is_not_is_guessed(problems: Told, choice: str, guess: str) -> None:
    """An unknown choice gets a guess, and the list."""
    assert problems(f'[user.a]\nidentity = "{choice}"') == [
        f"SNC127 s.toml:2 'identity' cannot be '{choice}'.{guess} It is {IDENTITIES}."
    ]


def test_a_choice_written_as_the_platform_stores_it_is_translated(problems: Told) -> None:
    """Who writes the stored value is told what to write for it."""
    (told,) = problems('[scheduled_import.a]\nrun_as = "x"\nrun_type = "weekly"\nrun_dayofweek = "2"')
    assert told.startswith("SNC127 s.toml:4 'run_dayofweek' cannot be '2'. Did you mean 'tuesday'? It is ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[oauth_app.a]\nredirect_url = "ftp://x"',
            "s.toml:2 'redirect_url': 'ftp://x' is no http:// or https:// address.",
        ),
        (
            "[oauth_app.a]\naccess_token_lifespan = 0",
            "s.toml:2 'access_token_lifespan': 0 is less than 1, the least it can be.",
        ),
        (
            '[user.a]\nroles = [\n  "itil",\n  "admin",\n  "itil",\n]',
            "s.toml:5 'roles': 'itil' stands in the list more than once.",
        ),
        ('[user.a]\nroles = [\n  "itil",\n  5,\n]', "s.toml:4 'roles': every item must be a name in quotes."),
        ('[user.a]\nroles = [\n  5,\n  "itil",\n]', "s.toml:3 'roles': every item must be a name in quotes."),
    ],
    ids=["url", "bound", "twice", "item", "first item"],
)
def test_what_an_attribute_cannot_take_is_told_in_its_words(problems: Told, text: str, told: str) -> None:
    """A value of the right type can still be wrong; in lists the line is that of the item."""
    assert problems(text) == [f"SNC128 {told}"]


def test_what_a_record_cannot_do_without_is_asked_for(problems: Told) -> None:
    """A required attribute that is missing is told at the block, with what it is for."""
    assert problems('[acl.a]\noperation = "read"\nroles = ["itil"]') == [
        (
            "SNC129 s.toml:1 acl.a does not write 'name', and needs it: What is protected: table, table.column, table.*, *, "
            "*.column or *.*."
        )
    ]


def test_what_is_written_badly_is_not_missing_as_well(problems: Told) -> None:
    """One mistake is one problem."""
    assert problems('[acl.a]\nname = 5\noperation = "read"\nroles = ["itil"]') == [
        "SNC125 s.toml:2 'name' must be a string, and this is a whole number."
    ]


@pytest.mark.parametrize("literal", ['"canary-secret"', "12345", "[1]", "true"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(problems: Told, literal: str) -> None:
    """A literal where a secret is due is told without showing it."""
    assert problems(f"[user.a]\npassword = {literal}") == [
        f"SNC130 s.toml:2 'password' {LITERAL.format('password', 'PASSWORD')}"
    ]


@pytest.mark.parametrize(
    "table", ["{}", '{ env = "" }', "{ env = 5 }", '{ env = "canary-secret", file = "x" }', '{ env = ["x"] }']
)
def test_a_secret_is_one_provider_and_one_name(problems: Told, table: str) -> None:
    """Anything else in the table is told without showing it."""
    assert problems(f"[user.a]\npassword = {table}") == [
        "SNC132 s.toml:2 'password' must be one provider and one name, as in password = { env = \"PASSWORD\" }."
    ]


@pytest.mark.parametrize(
    ("provider", "hint"),
    [("evn", "Did you mean 'env'?"), ("vault", "There are 'env' and 'file'.")],
)
def test_a_provider_that_there_is_not_is_guessed(problems: Told, provider: str, hint: str) -> None:
    """An unknown provider gets a guess, or the list; the name behind it is not repeated."""
    assert problems(f'[user.a]\npassword = {{ {provider} = "canary-secret" }}') == [
        f"SNC131 s.toml:2 Nothing here provides secrets as '{provider}'. {hint}"
    ]


def test_a_secret_is_kept_as_the_place_where_it_is(only: Only) -> None:
    """Loading keeps where the secret is, and where that is written."""
    assert only('[user.a]\npassword = { file = "pw.txt" }').attributes["password"] == Located(
        SecretSource("file", "pw.txt"), Origin("s.toml", 2)
    )


def test_the_natural_key_is_the_label_unless_written(only: Only) -> None:
    """The label stands for the name, placed at the block."""
    assert only("[role.reader]").attributes == {"name": Located("reader", Origin("s.toml", 1, 7))}


def test_the_natural_key_can_be_written(only: Only) -> None:
    """A written name counts, placed at its own line."""
    assert only('[role.reader]\nname = "x_acme.reader"').attributes == {
        "name": Located("x_acme.reader", Origin("s.toml", 2))
    }


def test_only_what_is_written_is_loaded(only: Only) -> None:
    """A block holds its attributes, as values of the model with their places, and no others."""
    target = KINDS["user"].attribute("manager")
    assert [
        (name, located.value, str(located.origin))
        for name, located in only('[user.a]\nmanager = "boss"\nactive = false\n').attributes.items()
    ] == [
        ("user_name", "a", "s.toml:1"),
        ("manager", target.parse("boss"), "s.toml:2"),
        ("active", False, "s.toml:3"),
    ]
    assert isinstance(target.parse("boss"), Named)


def test_the_checks_of_a_kind_are_run(problems: Told) -> None:
    """What attributes alone cannot see is found by the kind itself, at the attribute's line."""
    (told,) = problems('[user.a]\nidentity = "machine"\nweb_service_access_only = false')
    assert told.startswith("SNC151 s.toml:3 ")


def test_the_checks_of_a_kind_wait_until_the_block_is_in_order(problems: Told) -> None:
    """A block with mistakes is not examined further, so that nothing is told twice."""
    (told,) = problems('[user.a]\nidentity = "machine"\nweb_service_access_only = false\nactive = 5')
    assert told.startswith("SNC125 s.toml:4 ")
