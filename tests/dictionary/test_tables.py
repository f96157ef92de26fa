"""The dictionary: reading it, and what every one of its files must keep to."""

import tomllib
from importlib.resources import files

import pytest

from snowconf.dictionary import Column, Table, find_column, find_table, get_table, table_names

TABLES = [get_table(name) for name in table_names()]
COLUMNS = [(table, column) for table in TABLES for column in table.columns.values()]
EXPRESSIONS = {
    "javascript:gs.getUserID()",
    "javascript:gs.nowDateTime()",
    "javascript:gs.getCurrentApplicationId()",
    "javascript:current.getTableName()",
}


def test_a_table_has_its_own_columns_and_those_of_its_parents() -> None:
    """An import schedule has columns of its own, of the job, of the application file and of every table."""
    columns = get_table("scheduled_import_set").columns
    declared = {name: columns[name].declared_on for name in ("data_source", "run_as", "sys_scope", "sys_id")}
    assert declared == {
        "data_source": "scheduled_import_set",
        "run_as": "sysauto",
        "sys_scope": "sys_metadata",
        "sys_id": "sys_metadata",
    }


def test_lineage_is_the_table_and_then_its_parents() -> None:
    """Nearest first, as the platform looks for access controls."""
    assert get_table("http_connection").lineage == ("http_connection", "sys_connection")
    assert get_table("scheduled_import_set").lineage == ("scheduled_import_set", "sysauto", "sys_metadata")


def test_a_child_says_its_own_of_an_inherited_column() -> None:
    """The states of an incident are not those of a task."""
    state = find_column("incident", "state")
    assert state is not None
    assert (state.declared_on, state.choices["6"]) == ("incident", "Resolved")


def test_widths_that_cut_names_short_are_the_platforms() -> None:
    """Where the platform cuts without a word, the length is known (tables.md 3.1, 3.4, 5)."""
    widths = {
        (table, column): get_table(table).columns[column].max_length
        for table, column in (
            ("sys_user", "user_name"),
            ("sys_user", "user_password"),
            ("sys_user_group", "name"),
            ("sys_properties", "name"),
            ("sys_properties", "value"),
            ("sysauto", "name"),
            ("sys_scope", "scope"),
        )
    }
    assert list(widths.values()) == [40, 100, 80, 100, 4000, 100, 18]


def test_a_column_without_a_label_gets_the_one_the_platform_makes() -> None:
    """Underscores become blanks and the first letter is large."""
    column = find_column("sys_user", "first_name")
    assert column is not None
    assert column.label == "First name"


def test_trap_13_columns_of_newer_releases_say_so() -> None:
    """Older instances lack them, and a plan must not fail there (tables.md 12.13)."""
    newer = {column.name for _, column in COLUMNS if column.since == "Zurich"}
    assert newer == {
        "identity_type",
        "inbound_grant_type",
        "token_format",
        "sub_claim",
        "scope_restriction_status",
    }


def test_records_that_must_differ_by_key_are_few() -> None:
    """Neither grants nor access controls nor schedules have a unique key (tables.md 3.3, 4.1, 6.1)."""
    keyless = ("sys_user_has_role", "sys_security_acl", "scheduled_import_set", "sys_user_grmember")
    assert [get_table(name).unique for name in keyless] == [()] * 4
    assert get_table("oauth_entity").unique == (("name",),)
    assert get_table("sys_user_role_contains").unique == (("role", "contains"),)


def test_only_access_controls_need_elevation() -> None:
    """The tables that an admin cannot write over REST (tables.md 4.4)."""
    elevated = [table.name for table in TABLES if table.needs_elevation]
    assert elevated == ["sys_security_acl", "sys_security_acl_role"]


def test_data_tables_are_not_tracked_and_configuration_is() -> None:
    """Update sets carry neither users nor grants nor connections (tables.md 10.2)."""
    untracked = (
        "sys_user",
        "sys_user_has_role",
        "sys_user_group",
        "http_connection",
        "basic_auth_credentials",
    )
    tracked = ("oauth_entity", "sys_properties", "sys_security_acl", "sys_user_role", "scheduled_import_set")
    assert [get_table(name).tracked for name in untracked] == [False] * 5
    assert [get_table(name).tracked for name in tracked] == [True] * 5


def test_operations_are_rows_with_the_ids_of_every_instance() -> None:
    """Names are written in stacks and sys_ids are stored (tables.md 4.1)."""
    ids = {row["name"]: row["sys_id"] for row in get_table("sys_security_operation").rows}
    assert (ids["read"], ids["query_range"]) == ("read", "e66cf897b7300210240b06dd1e11a9fd")


def test_every_column_type_has_its_row() -> None:
    """A client that learns column types over REST finds each of them."""
    names = {row["name"] for row in get_table("sys_glide_object").rows}
    assert {column.type for _, column in COLUMNS} - names == set()


@pytest.mark.parametrize(
    "name", ["", "sys_usr", "_system", "../tables", "sys_user.toml", "SYS_USER", "sys_user\0", "a" * 9999]
)
def test_a_name_that_is_no_table_finds_nothing(name: str) -> None:
    """Whatever the text is, it never becomes a path."""
    assert find_table(name) is None
    assert find_column(name, "name") is None


def test_a_table_that_must_be_there_and_is_not_is_a_key_error() -> None:
    """Asking for an unknown table by `get_table` is a mistake of the program."""
    with pytest.raises(KeyError, match="sys_usr"):
        get_table("sys_usr")


def test_a_column_that_no_parent_has_is_not_found() -> None:
    """Neither the table nor those it extends."""
    assert find_column("sys_user", "username") is None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_keeps_to_the_rules(table: Table) -> None:
    """Keys and display columns exist, and rows name columns only."""
    named = {column for key in table.unique for column in key} | {table.display} - {""}
    used = {column for row in table.rows for column in row}
    assert (named | used) - table.columns.keys() == set()
    assert len({row.get("sys_id", str(dict(row))) for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize("name", table_names())
def test_every_file_names_the_section_it_follows(name: str) -> None:
    """The first line is a comment that says where the facts come from."""
    text = files("snowconf.dictionary").joinpath("data", f"{name}.toml").read_text("utf-8")
    assert text.startswith("# ")
    assert set(tomllib.loads(text)["columns"]) <= set(get_table(name).columns)


def _fits(table: Table, column: Column) -> bool:
    known = not column.reference or find_table(column.reference) is not None
    typed = bool(column.reference) == (column.type in ("reference", "glide_list", "domain_id"))
    stored = [*column.choices, column.default]
    expression = column.default.startswith("javascript:")
    default = (
        column.default in EXPRESSIONS
        if expression
        else column.default in ("", *column.choices) or not column.choices
    )
    short = expression or all(len(each) <= column.max_length for each in stored)
    return known and typed and default and short and column.name in table.columns


def test_every_column_keeps_to_the_rules() -> None:
    """References lead to known tables; choices and defaults fit their column; a default is one of the choices."""
    assert [f"{table.name}.{column.name}" for table, column in COLUMNS if not _fits(table, column)] == []


@pytest.mark.parametrize("kind", ["boolean", "integer"])
def test_defaults_are_of_their_columns_type(kind: str) -> None:
    """Booleans hold true and false, integers digits, and nothing else."""
    stored = {column.default for _, column in COLUMNS if column.type == kind and column.default}
    words = (
        {"true", "false"} if kind == "boolean" else {each for each in stored if each.lstrip("-").isdecimal()}
    )
    assert stored - words == set()
