import re

import pytest

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.rights.acls import read_rulebook
from snowconf.sandbox.seed import ADMIN, seed
from snowconf.sandbox.storage.release import find_installed, installed_columns
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import Switches, parse
from tests.sandbox_platform.desk import Desk


def fresh(**switches: str) -> Desk:
    """An instance seeded with these switches."""
    desk = Desk(Store(None), switches=parse(switches))
    seed(desk.store, desk.switches, "admin")
    return desk


def test_admin_is_the_platforms(desk: Desk) -> None:
    """sys_id, name, email and password of a fresh instance."""
    row = desk.one("sys_user", user_name="admin")
    assert (row["sys_id"], row["name"], row["email"]) == (ADMIN, "System Administrator", "admin@example.com")
    assert desk.log_in("admin", "admin") is not None


def test_the_admin_password_is_whoever_starts_its() -> None:
    """The default is not valid then."""
    desk = Desk(Store(None))
    seed(desk.store, Switches(), "another")
    assert (desk.log_in("admin", "admin"), desk.log_in("admin", "another") is None) == (None, False)


def test_admin_inherits_what_admin_contains(desk: Desk) -> None:
    """The rows are there from the start, as if the platform had made them."""
    admin = desk.one("sys_user", user_name="admin")
    assert desk.roles_of(admin, inherited="false") == ["admin", "itil", "security_admin"]
    inherited = desk.roles_of(admin, inherited="true")
    assert {"import_admin", "oauth_admin", "connection_admin", "personalize_dictionary"} <= set(inherited)


@pytest.mark.parametrize(
    ("name", "sys_id"),
    [
        ("admin", "2831a114c611228501d4ea6c309d626d"),
        ("itil", "282bf1fac6112285017366cb5f867469"),
        ("security_admin", "b2d8f7130a0a0baa5bf52498ecaadeb4"),
    ],
)
def test_roles_have_their_real_sys_ids(desk: Desk, name: str, sys_id: str) -> None:
    """Where they are known."""
    assert desk.role(name) == sys_id


def test_every_reference_in_a_seeded_row_leads_somewhere(desk: Desk) -> None:
    """No row points at one that does not exist, and no `@table/name` is left over."""
    astray = [
        (table, column.name, row[column.name])
        for table in table_names()
        for row in desk.store.find(table)
        if row.get("sys_class_name") in {None, table}
        for column in get_table(table).columns.values()
        if column.reference and row[column.name] and column.type == "reference"
        if not points_somewhere(desk, column.reference, row[column.name])
    ]
    assert astray == []


def points_somewhere(desk: Desk, table: str, sys_id: str) -> bool:
    """Whether the row exists; column types without a row of their own are named by themselves."""
    if table == "sys_glide_object":
        return re.fullmatch(r"[a-z_0-9]+|GUID", sys_id) is not None
    return desk.store.get(table, sys_id) is not None


def test_sys_ids_are_32_hex_or_the_words_the_platform_uses(desk: Desk) -> None:
    """Those that are made up look like real ones."""
    security = {"sys_security_type", "sys_security_operation"}
    words = security | {"sys_glide_object", "sys_scope", "sys_package", "sys_ui_view"}
    odd = [
        (table, row["sys_id"])
        for table in set(table_names()) - words - {"sys_metadata"}
        for row in desk.store.find(table)
        if not re.fullmatch(r"[0-9a-f]{32}", row["sys_id"])
    ]
    assert odd == []


def test_two_instances_are_alike() -> None:
    """The same rows with the same sys_ids every time."""
    tables = ("sys_security_acl", "sys_user_role", "sys_properties", "sys_dictionary", "incident")
    first, second = (
        [row["sys_id"] for table in tables for row in fresh().store.find(table)] for _ in range(2)
    )
    assert first == second


def test_values_fit_their_columns(desk: Desk) -> None:
    """What the seed holds could have been written over REST."""
    long = [
        (table, name, value)
        for table in ("sys_user", "sys_user_role", "sys_properties", "scheduled_import_set", "incident")
        for row in desk.store.find(table)
        for name, value in row.items()
        if len(value) > get_table(table).columns[name].max_length
    ]
    assert long == []


def test_the_schema_describes_every_table_and_column(desk: Desk) -> None:
    """sys_db_object and sys_dictionary are the dictionary's own words (tables.md 10.4)."""
    described = {row["name"] for row in desk.store.find("sys_db_object")}
    assert described == set(table_names())
    columns = {row["element"] for row in desk.store.find("sys_dictionary", name="scheduled_import_set")}
    assert {"", "data_source"} <= columns
    assert "run_as" not in columns


def test_a_table_leads_to_the_one_it_extends(desk: Desk) -> None:
    """super_class is walked up to the root."""
    row = desk.one("sys_db_object", name="incident")
    above = desk.store.get("sys_db_object", row["super_class"])
    assert above is not None
    assert (above["name"], above["super_class"]) == ("task", "")


def test_choices_are_rows(desk: Desk) -> None:
    """Value and label by table and column."""
    row = desk.one("sys_choice", name="incident", element="state", value="3")
    assert row["label"] == "On Hold"


def test_an_older_release_describes_fewer_columns() -> None:
    """What came with Zurich is not there (tables.md 12.13)."""
    desk = fresh(release="yokohama")
    assert desk.store.find("sys_dictionary", name="sys_user", element="identity_type") == []
    assert "yokohama" in desk.one("sys_properties", name="glide.war")["value"]


@pytest.mark.parametrize(("release", "has"), [("zurich", True), ("yokohama", False)])
def test_columns_are_installed_by_release(*, release: str, has: bool) -> None:
    """Only those that the release or an earlier one brought."""
    columns = installed_columns(parse({"release": release}), "sys_user")
    assert ("identity_type" in columns, "email" in columns) == (has, True)


def test_software_asset_management_can_be_absent() -> None:
    """No tables, no roles, no access controls of it (tables.md 8)."""
    desk = fresh(sam_tables="absent")
    assert desk.store.find("sys_db_object", name="samp_sw_subscription") == []
    assert desk.store.find("sys_user_role", name="sam_integrator") == []
    assert read_rulebook(desk.store).find("read", "samp_sw_subscription") == ()


@pytest.mark.parametrize(("sam", "installed"), [("present", True), ("absent", False)])
def test_a_switch_hides_the_sam_tables(*, sam: str, installed: bool) -> None:
    """Other tables do not depend on it, and unknown ones exist nowhere."""
    switches = parse({"sam_tables": sam})
    assert (find_installed(switches, "samp_sw_subscription") is not None) == installed
    assert find_installed(switches, "incident") is not None
    assert find_installed(switches, "../incident") is None


def test_sam_integrator_contains_sam_user(desk: Desk) -> None:
    """tables.md 3.5."""
    joe = desk.user("joe", "sam_integrator")
    assert desk.roles_of(joe) == ["sam_integrator", "sam_user"]


def test_flexeras_app_brings_property_imports_and_roles(desk: Desk) -> None:
    """Near-identical names of imports included (tables.md 9)."""
    row = desk.one("sys_properties", name="x_fls_flexera_fnms.cmdb_or_sam")
    choices = [each.partition("=")[2] for each in row["choices"].split(",")]
    assert (row["value"], choices) == ("auto", ["auto", "cmdb", "sam", "cmdb_and_sam"])
    names = {each["name"] for each in desk.store.find("scheduled_import_set")}
    assert names == {"FNMS Import Schedule", "Flexera Schedule Import"}
    scope = desk.store.get("sys_scope", row["sys_scope"])
    assert scope is not None
    assert scope["scope"] == "x_fls_flexera_fnms"


def test_flexeras_app_can_be_absent() -> None:
    """Nothing of it is left then."""
    desk = fresh(flexera_app="absent")
    names = [row["name"] for table in ("sys_properties", "sys_user_role") for row in desk.store.find(table)]
    assert [name for name in names if name.startswith("x_fls")] == []
    assert desk.store.find("scheduled_import_set") == []


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("personalize_dictionary", {"sys_dictionary", "sys_db_object", "sys_glide_object"}),
        ("personalize_read_dictionary", {"sys_dictionary", "sys_db_object", "sys_glide_object"}),
        ("itil", {"incident", "sys_user_has_role", "sys_user_role", "cmdb_ci"}),
        ("import_admin", {"scheduled_import_set", "sys_data_source"}),
        ("sam_integrator", {"samp_sw_subscription_profile"}),
        ("rest_api_explorer", set()),
        ("web_service_admin", set()),
    ],
)
def test_what_a_role_opens(desk: Desk, role: str, opens: set[str]) -> None:
    """The access controls an instance comes with (tables.md 4.5)."""
    desk.user("joe", role)
    asked = (
        "sys_dictionary sys_db_object sys_glide_object incident sys_user_has_role sys_user_role cmdb_ci "
        "scheduled_import_set sys_data_source samp_sw_subscription_profile sys_properties oauth_entity "
        "sys_security_acl"
    )
    access = desk.access("joe")
    # Everybody may read incidents of his own, so a row that is not decides.
    rows = {"incident": desk.one("incident", number="INC0000060")}
    assert {table for table in asked.split() if access.may("read", table, rows.get(table))} == opens


def test_a_user_without_roles_sees_users_and_few_things(desk: Desk) -> None:
    """Users are readable for whoever is logged in; their passwords are not."""
    joe = desk.user("joe")
    access = desk.access("joe")
    assert access.may("read", "sys_user", joe)
    assert access.readable_columns("sys_user", ["email", "user_password"], joe) == {"email"}
    assert not access.may("write", "sys_user", joe)


def test_schema_columns_need_a_role_of_their_own(desk: Desk) -> None:
    """A table-level rule alone yields rows with empty columns for sys_dictionary (tables.md 4.5)."""
    desk.user("joe", "asset")
    desk.acl("sys_dictionary", "read", "asset")
    access = desk.access("joe")
    assert access.may("read", "sys_dictionary")
    assert access.readable_columns("sys_dictionary", ["element"], {}) == frozenset()
    desk.acl("sys_dictionary.*", "read", "asset")
    assert desk.access("joe").readable_columns("sys_dictionary", ["element"], {}) == {"element"}
