"""What every kind must keep to, whichever it is."""

import re

import pytest

from snowconf.dictionary import find_column, find_table
from snowconf.kinds import KINDS, findings, kind_of
from snowconf.kinds.attributes import (
    Attribute,
    Boolean,
    Choice,
    DateTime,
    Duration,
    Integer,
    Members,
    ParseError,
    Reference,
    References,
    Secret,
    TimeOfDay,
)
from snowconf.kinds.kind import Kind
from snowconf.model.diagnostic import Severity
from tests.kinds.blocks import block, record_block

TABLED = [kind for kind in KINDS.values() if kind.table]
ATTRIBUTES = [(kind, attribute) for kind in TABLED for attribute in kind.attributes]
IDS = [f"{kind.name}.{attribute.name}" for kind, attribute in ATTRIBUTES]
TYPES: dict[type[Attribute], set[str]] = {
    Boolean: {"boolean"},
    Integer: {"integer"},
    Duration: {"glide_duration"},
    DateTime: {"glide_date_time"},
    TimeOfDay: {"glide_time", "glide_utc_time"},
    Reference: {"reference"},
    References: {"glide_list"},
}


def kinds_within(table: str) -> list[Kind]:
    """The kinds whose records are records of that table."""
    tables = {kind.name: find_table(kind.table) for kind in TABLED}
    return [kind for kind in TABLED if (known := tables[kind.name]) and table in known.lineage]


def test_the_kinds_of_this_house() -> None:
    """Their names are what people write."""
    assert list(KINDS) == [
        "role",
        "group",
        "user",
        "auth_scope",
        "oauth_app",
        "jwt_client",
        "jwt_verifier",
        "oauth_provider",
        "oauth_scope",
        "oauth_profile",
        "alias",
        "basic_credential",
        "api_key_credential",
        "oauth_credential",
        "http_connection",
        "acl",
        "property",
        "data_source",
        "transform_map",
        "scheduled_import",
        "record",
    ]


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_every_attribute_stands_on_the_dictionary(kind: Kind, attribute: Attribute) -> None:
    """Its column exists, or its link table with both columns."""
    if isinstance(attribute, Members):
        columns = [(attribute.link, each) for each in (attribute.owner, attribute.member, *attribute.only)]
    else:
        columns = [(kind.table, attribute.column)]
    assert [each for each in columns if find_column(*each) is None] == []


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_every_attribute_is_of_its_columns_type(kind: Kind, attribute: Attribute) -> None:
    """A yes-or-no attribute is a yes-or-no column, and so on."""
    column = find_column(kind.table, attribute.column)
    wanted = TYPES.get(type(attribute))
    assert wanted is None or (column is not None and column.type in wanted)


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_every_attribute_says_one_plain_sentence(kind: Kind, attribute: Attribute) -> None:
    """It is shown when the pointer rests on the name."""
    assert re.fullmatch(r"[A-Z][^\n]{5,118}\.", attribute.doc), f"{kind.name}.{attribute.name}"


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_every_choice_fits_its_column(kind: Kind, attribute: Attribute) -> None:
    """What is stored is short enough, and no two written names mean the same."""
    stored = list(attribute.choices.values()) if isinstance(attribute, Choice) else []
    column = find_column(kind.table, attribute.column)
    assert isinstance(attribute, Choice) == bool(stored)
    assert [each for each in stored if column is None or len(each) > column.max_length] == []
    assert len(set(stored)) == len(stored)


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_every_target_is_a_table_with_that_column(kind: Kind, attribute: Attribute) -> None:
    """References lead where the dictionary says, by a column that is there, to a kind that exists."""
    if not isinstance(attribute, (Reference, References, Members)):
        return
    target = attribute.target
    link, column = (
        (attribute.link, attribute.member)
        if isinstance(attribute, Members)
        else (kind.table, attribute.column)
    )
    pointing = find_column(link, column)
    assert pointing is not None
    assert pointing.reference == target.table
    assert find_column(target.table, target.key) is not None
    meant = [KINDS[target.kind]] if target.kind else kinds_within(target.table)
    assert meant
    known = {(), (target.key,), *((each.key if target.key in each.computes else ()) for each in meant)}
    assert [each for each in meant if each.key not in known] == []


@pytest.mark.parametrize("kind", TABLED, ids=lambda kind: kind.name)
def test_every_kind_keeps_to_the_rules(kind: Kind) -> None:
    """Its key are attributes, its display, constants and match are columns, and attribute names differ."""
    names = [attribute.name for attribute in kind.attributes]
    table = find_table(kind.table)
    assert table is not None
    assert len(set(names)) == len(names)
    assert set(kind.key) <= set(names)
    assert {kind.display, *kind.constants, *kind.match} <= set(table.columns)
    assert kind.doc.endswith(".")


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_nothing_managed_is_computed_by_the_platform(kind: Kind, attribute: Attribute) -> None:
    """An attribute that the platform alone writes would differ for ever, unless its kind knows what is written."""
    column = find_column(kind.table, attribute.column)
    assert column is None or not column.computed or attribute.name in kind.computes


@pytest.mark.parametrize(("kind", "attribute"), ATTRIBUTES, ids=IDS)
def test_implied_columns_exist(kind: Kind, attribute: Attribute) -> None:
    """What must travel along is a column of the same table, for a full value and for an empty one."""
    implied = [*attribute.implies("x"), *attribute.implies("")] if attribute.implies else []
    assert [column for column in implied if find_column(kind.table, column) is None] == []


def test_only_passwords_of_users_travel_alone() -> None:
    """A hashed column needs a request of its own, a client secret does not (wire-contract.md 6.5)."""
    secrets = {
        f"{kind.name}.{each.name}": each.alone for kind, each in ATTRIBUTES if isinstance(each, Secret)
    }
    assert secrets == {
        "user.password": True,
        "oauth_app.client_secret": False,
        "jwt_client.client_secret": False,
        "jwt_verifier.shared_key": False,
        "oauth_provider.client_secret": False,
        "basic_credential.password": False,
        "api_key_credential.api_key": False,
        "property.secret_value": False,
        "data_source.scp_password": False,
        "data_source.jdbc_password": False,
    }


def test_trap_05_only_direct_and_active_grants_are_ours() -> None:
    """Inherited rows belong to the platform (tables.md 12.5)."""
    roles = KINDS["user"].attribute("roles")
    assert isinstance(roles, Members)
    assert roles.only == {"inherited": "false", "state": "active"}


def test_trap_06_an_acl_has_no_key() -> None:
    """It is ours by sys_id and never the one of a name (tables.md 12.6)."""
    assert KINDS["acl"].key == ()


def test_trap_09_only_a_property_can_be_absent() -> None:
    """Many gates have no row until somebody creates it (tables.md 5)."""
    assert [kind.name for kind in KINDS.values() if kind.can_be_absent] == ["property"]


def test_trap_04_a_readable_attribute_is_neither_secret_nor_members() -> None:
    """What can be compared by reading columns."""
    readable = {attribute.name for attribute in KINDS["user"].readable}
    assert {"password", "roles", "groups"} & readable == set()
    assert {"user_name", "manager", "active"} <= readable


def test_references_of_a_kind_are_references_and_members() -> None:
    """What points at other records."""
    assert [each.name for each in KINDS["group"].references] == [
        "manager",
        "parent",
        "default_assignee",
        "roles",
        "members",
    ]


@pytest.mark.parametrize("raw", ["Integration as a service", "integration_as_a_serivce", "read_only"])
def test_trap_14_neither_labels_nor_mistyped_choices_are_taken(raw: str) -> None:
    """The platform would store any text, so the list is held against it here."""
    with pytest.raises(ParseError, match="is none of its choices"):
        KINDS["oauth_app"].attribute("client_type").parse(raw)


def test_trap_07_an_oauth_app_is_of_one_class() -> None:
    """JWT and OIDC clients live in tables of their own that extend this one, and their class is fixed at birth."""
    assert KINDS["oauth_app"].match == {"sys_class_name": ("oauth_entity",), "type": ("client",)}


def test_an_attribute_that_a_kind_lacks_is_a_key_error() -> None:
    """Asking for it is a mistake of the program."""
    with pytest.raises(KeyError, match="colour"):
        KINDS["user"].attribute("colour")


def test_the_kind_of_a_block_is_the_one_it_names() -> None:
    """Its address says it; only for record a kind is made."""
    assert kind_of(block("user", user_name="svc")) is KINDS["user"]
    assert kind_of(record_block("incident", number="INC1")).table == "incident"


def test_codes_of_findings_are_unique_and_within_the_kinds_share() -> None:
    """SNC150 to SNC169, SNC541 to SNC579 and, between records, SNC230 to SNC239 are the kinds'; each is listed once."""
    codes = [each.code for each in findings.FINDINGS]
    declared = [each for each in vars(findings).values() if isinstance(each, findings.Finding)]
    assert sorted(set(codes)) == sorted(codes)
    shares = (("SNC150", "SNC169"), ("SNC230", "SNC239"), ("SNC541", "SNC579"))
    assert {code for code in codes if not any(low <= code <= high for low, high in shares)} == set()
    assert len(declared) == len(codes)
    assert [each.code for each in findings.FINDINGS if not each.explanation.endswith(".")] == []


def test_a_finding_about_what_is_not_written_is_placed_at_the_block() -> None:
    """There is no line of the attribute to name."""
    resource = block("user", user_name="svc")
    found = findings.NO_RUN_AS.at(resource, "run_as", "Nobody is named.")
    assert (found.origin, found.address, found.severity) == (
        resource.origin,
        resource.address,
        Severity.WARNING,
    )
