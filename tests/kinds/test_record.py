"""Kind record: what the dictionary makes of columns that have no kind of their own."""

from typing import Any

import pytest

from snowconf.kinds.attributes import (
    Attribute,
    Boolean,
    DateTime,
    Duration,
    Integer,
    LooseText,
    Reference,
    Script,
    Secret,
    TimeOfDay,
)
from snowconf.kinds.record import attribute_for, specialised
from snowconf.model.value import Target
from tests.kinds.blocks import record_block


@pytest.mark.parametrize(
    ("table", "column", "wanted"),
    [
        ("sys_data_source", "zipped", Boolean),
        ("sys_data_source", "batch_size", Integer),
        ("incident", "opened_at", DateTime),
        ("incident", "due_date", DateTime),
        ("sysauto_script", "run_period", Duration),
        ("sysauto_script", "run_time", TimeOfDay),
        ("sysauto_script", "script", Script),
        ("incident", "caller_id", Reference),
        ("incident", "category", LooseText),
        ("incident", "u_custom", LooseText),
        ("u_custom", "name", LooseText),
        ("basic_auth_credentials", "password", Secret),
    ],
)
def test_a_columns_type_decides(table: str, column: str, wanted: type[Attribute]) -> None:
    """The dictionary knows most of them; what it does not know is text."""
    assert type(attribute_for(table, column, "x")) is wanted


@pytest.mark.parametrize(("column", "alone"), [("user_password", True), ("last_password", False)])
def test_only_hashed_passwords_travel_alone(column: str, *, alone: bool) -> None:
    """Type password needs a request of its own, password2 does not (wire-contract.md 6.5)."""
    attribute = attribute_for("sys_user", column, {"env": "P"})
    assert isinstance(attribute, Secret)
    assert attribute.alone is alone


@pytest.mark.parametrize("table", ["u_custom", "incident"])
def test_any_column_can_hold_a_secret(table: str) -> None:
    """A table after the equals sign says where the value is."""
    assert type(attribute_for(table, "short_description", {"env": "P"})) is Secret


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("incident", "caller_id", Target("sys_user", "user_name", "user")),
        ("http_connection", "connection_alias", Target("sys_alias", "id", "alias")),
        ("http_connection", "credential", Target("discovery_credentials", "name")),
        ("sys_user", "department", Target("cmn_department", "name", "record")),
    ],
)
def test_a_reference_is_named_by_key_or_display(table: str, column: str, target: Target) -> None:
    """The key of the kind that manages the table, the display column of the others."""
    attribute = attribute_for(table, column, "x")
    assert isinstance(attribute, Reference)
    assert attribute.target == target


def test_a_reference_to_rows_without_names_is_a_sys_id() -> None:
    """Link rows have no display column to name them by."""
    assert type(attribute_for("sys_user_has_role", "included_in_role_instance", "x")) is LooseText


def test_a_block_becomes_a_kind_of_its_own() -> None:
    """Table, key and attributes as the block has them, with what the dictionary says."""
    kind = specialised(record_block("sys_data_source", ("name",), name="Users", zipped=False, u_new="x"))
    assert (kind.name, kind.table, kind.key, kind.display, kind.doc) == (
        "record",
        "sys_data_source",
        ("name",),
        "name",
        "Data Source",
    )
    assert [(each.name, each.doc) for each in kind.attributes] == [
        ("name", "Name"),
        ("zipped", "Zipped"),
        ("u_new", "Column u_new of sys_data_source, which the dictionary does not know."),
    ]


@pytest.mark.parametrize(
    ("table", "key", "display"),
    [("incident", ("correlation_id",), "correlation_id"), ("incident", (), "number"), ("u_x", (), "sys_id")],
)
def test_people_know_a_record_by_its_key(table: str, key: tuple[str, ...], display: str) -> None:
    """Then by the table's display column, and at last by its sys_id."""
    written = dict.fromkeys(key, "x")
    assert specialised(record_block(table, key, **written)).display == display


def test_secrets_of_a_block_stay_secrets() -> None:
    """A kind made from parsed values knows them again."""
    kind = specialised(record_block("u_custom", (), token={"env": "T"}, name="x"))
    assert [type(each) for each in kind.attributes] == [Secret, LooseText]


@pytest.mark.parametrize(
    ("table", "written", "masked"),
    [
        ("u_custom", {"api_token": "xoxb-1", "name": "x"}, {"api_token"}),
        ("u_custom", {"api_token": True}, set()),
        ("u_custom", {"value": "x", "name": "api.token"}, set()),
        ("sys_properties", {"name": "acme.api.token", "value": "xoxb-1"}, {"value"}),
        ("sys_properties", {"name": "acme.colour", "value": "blue"}, set()),
        ("http_connection", {"credential": "Acme"}, set()),
    ],
)
def test_telling_names_mask_their_values(table: str, written: dict[str, Any], masked: set[str]) -> None:
    """Plain text columns hold secrets in the wild; switches and numbers are none."""
    resource = record_block(table, (), **written)
    kind = specialised(resource)
    assert kind.masked is not None
    assert kind.masked(resource) == masked
