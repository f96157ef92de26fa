"""`absent`, `access` and `no_access`."""

import pytest

from snowconf.model.diagnostic import Severity
from tests.config.stacks import BASE, Load, Only, Told, tell


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[user.a]\nabsent = true",
            (
                "SNC136 s.toml:2 A block of kind user cannot ask that its record not exist. Take absent out; remove it by "
                "hand."
            ),
        ),
        ('[property.a]\nabsent = "yes"', "SNC125 s.toml:2 absent is true or false, without quotes."),
        (
            '[property.a]\nabsent = true\nvalue = "x"\ntype = "string"',
            (
                "SNC137 s.toml:3 absent = true asks that the record not exist, and the block also writes 'value' and 'type'. "
                "Take out either."
            ),
        ),
    ],
)
def test_absence_is_asked_for_alone_and_where_it_makes_sense(problems: Told, text: str, told: str) -> None:
    """What cannot be absent, or has attributes too, is told."""
    assert problems(text) == [told]


def test_an_absent_record_has_its_key_alone(only: Only) -> None:
    """The block names a record that shall not exist."""
    resource = only('[property.a]\nname = "glide.x"\nabsent = true')
    assert (resource.absent, list(resource.attributes)) == (True, ["name"])


def test_absent_false_is_no_wish(only: Only) -> None:
    """A block may say that the record shall exist."""
    assert not only("[property.a]\nabsent = false\nvalue = 1").absent


@pytest.mark.parametrize(
    ("access", "told"),
    [
        (
            "[]",
            'SNC139 s.toml:2 access is a table, as in access = { read = ["incident.*"], create = ["incident"] }.',
        ),
        ("{ red = [] }", "SNC139 s.toml:2 access knows no 'red'. Did you mean 'read'?"),
        (
            "{ x = [] }",
            "SNC139 s.toml:2 access knows no 'x'. There are 'read', 'create', 'write' and 'delete'.",
        ),
        (
            '{ read = "incident" }',
            'SNC139 s.toml:2 read must be a list of tables in quotes, as in read = ["incident"].',
        ),
        (
            "{ read = [5] }",
            'SNC139 s.toml:2 Every item is a text such as "incident", "incident.*" or "incident.state".',
        ),
        (
            '{ read = ["a.b.c"] }',
            'SNC139 s.toml:2 Every item is a text such as "incident", "incident.*" or "incident.state".',
        ),
        (
            '{ read = ["incident.stat"] }',
            (
                "SNC141 s.toml:2 Table incident has no column 'stat', and the platform would pass over it silently. Did you "
                "mean 'state'?"
            ),
        ),
    ],
)
def test_access_is_operations_on_tables_and_columns(problems: Told, access: str, told: str) -> None:
    """What access cannot mean is told."""
    assert problems(f"[user.a]\naccess = {access}") == [told]


def test_access_to_a_table_that_is_not_known_is_a_warning(load_files: Load) -> None:
    """Custom tables exist, so a misspelling can only be suspected."""
    text = '[user.a]\naccess = { read = ["incdent", "u_mine.*"] }'
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert [(tell(each), each.severity) for each in loaded.diagnostics] == [
        (
            "SNC140 s.toml:2 The dictionary does not know the table 'incdent'. Did you mean 'incident'?",
            Severity.WARNING,
        ),
        ("SNC140 s.toml:2 The dictionary does not know the table 'u_mine'.", Severity.WARNING),
    ]
    assert loaded.desired is not None


def test_access_is_of_users(problems: Told) -> None:
    """A role acts as nobody."""
    assert problems('[role.a]\naccess = { read = ["incident"] }') == [
        "SNC139 s.toml:2 A block of kind role acts as nobody, so there is nothing it can reach. Take access out."
    ]


def test_access_is_loaded_by_operation(only: Only) -> None:
    """Tables, whole rows, columns and custom columns."""
    access = '{ read = ["incident.*", "incident.u_x"], create = ["incident"] }'
    assert only(f"[user.a]\naccess = {access}").access == {
        "read": ("incident.*", "incident.u_x"),
        "create": ("incident",),
    }


def test_an_attribute_may_be_called_access(only: Only) -> None:
    """OAuth applications have a column of that name."""
    assert only('[oauth_app.a]\naccess = "public"').attributes["access"].value == "public"


def test_what_must_be_refused_is_loaded_beside_it(only: Only) -> None:
    """no_access has the form of access, and either may stand alone."""
    resource = only('[user.a]\nno_access = { read = ["sys_user.*"], delete = ["incident"] }')
    assert (resource.access, resource.no_access) == ({}, {"read": ("sys_user.*",), "delete": ("incident",)})


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (
            "5",
            'SNC139 s.toml:2 no_access is a table, as in no_access = { read = ["incident.*"], create = ["incident"] }.',
        ),
        ("{ red = [] }", "SNC139 s.toml:2 no_access knows no 'red'. Did you mean 'read'?"),
        (
            '{ read = ["incident.stat"] }',
            (
                "SNC141 s.toml:2 Table incident has no column 'stat', and the platform would pass over it silently. Did you "
                "mean 'state'?"
            ),
        ),
    ],
)
def test_no_access_is_read_as_strictly_as_access(problems: Told, refused: str, told: str) -> None:
    """What no_access cannot mean is told by its own name."""
    assert problems(f"[user.a]\nno_access = {refused}") == [told]


@pytest.mark.parametrize(
    ("granted", "refused"),
    [
        ("incident", "incident"),
        ("incident", "incident.*"),
        ("incident.state", "incident"),
        ("incident.state", "incident.*"),
        ("incident.*", "incident.state"),
        ("incident.state", "incident.state"),
    ],
)
def test_what_is_promised_cannot_be_refused(problems: Told, granted: str, refused: str) -> None:
    """Both places are named."""
    text = f'[user.a]\naccess = {{ read = ["{granted}"] }}\nno_access = {{ read = ["{refused}"] }}'
    assert problems(text) == [
        (
            f"SNC144 s.toml:3 To read '{refused}' is to be refused, and access promises '{granted}' in s.toml:2. Take one "
            "of the two out."
        )
    ]


@pytest.mark.parametrize(
    ("granted", "refused"),
    [
        ('read = ["incident"]', 'read = ["incident.caller_id"]'),
        ('read = ["incident.state"]', 'read = ["incident.caller_id"]'),
        ('read = ["incident"]', 'write = ["incident"]'),
        ('read = ["incident"]', 'read = ["problem"]'),
    ],
)
def test_what_lies_beside_a_promise_can_be_refused(problems: Told, granted: str, refused: str) -> None:
    """Another column, another operation, another table."""
    assert problems(f"[user.a]\naccess = {{ {granted} }}\nno_access = {{ {refused} }}") == []


def test_one_instance_cannot_refuse_what_all_promise(load_files: Load) -> None:
    """The two may stand in different blocks."""
    text = (
        '[user.a]\naccess = { read = ["incident"] }\n[on.sandbox.user.a]\nno_access = { read = ["incident"] }'
    )
    loaded = load_files({"base.toml": BASE, "s.toml": text})
    assert [each.code for each in loaded.diagnostics] == ["SNC144"]


def test_only_users_are_refused_anything(problems: Told) -> None:
    """A role acts as nobody."""
    assert problems('[role.a]\nno_access = { read = ["incident"] }') == [
        "SNC139 s.toml:2 A block of kind role acts as nobody, so there is nothing it can reach. Take no_access out."
    ]
