"""Demo data as on a fresh developer instance: what clients look up by name, and how the rest hangs together."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.rules.tasks import CLOSED, PRIORITIES
from snowconf.sandbox.seed import ADMIN, fill_users, seed
from snowconf.sandbox.storage.store import Store, UniqueViolationError
from snowconf.sandbox.switches import Switches, parse
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox.caller import Caller
from tests.sandbox_platform.desk import Desk

ADMIN_ROLE = "2831a114c611228501d4ea6c309d626d"


@pytest.fixture(scope="module")
def shop() -> Iterator[Desk]:
    """An instance with demo data, which no test changes."""
    desk = Desk(Store(None))
    seed(desk.store, parse({"demo_data": "present"}), "admin")
    yield desk
    desk.store.close()


def names_of(desk: Desk, table: str, column: str = "name") -> set[str]:
    """What the rows of a table are called."""
    return {row[column] for row in desk.store.find(table)}


@pytest.mark.parametrize(
    ("table", "sys_id", "column", "value"),
    [
        ("sys_user", ADMIN, "name", "System Administrator"),
        ("sys_user", ADMIN, "email", "admin@example.com"),
        ("sys_user", ADMIN, "department", "a581ab703710200044e0bfc8bcbe5de8"),
        ("cmn_department", "a581ab703710200044e0bfc8bcbe5de8", "name", "Finance"),
        (
            "cmn_department",
            "a581ab703710200044e0bfc8bcbe5de8",
            "dept_head",
            "46c5bf6ca9fe1981010713e3ac7d3384",
        ),
        ("sys_user", "46c5bf6ca9fe1981010713e3ac7d3384", "email", "natasha.ingram@example.com"),
        ("sys_user", "26fbff173b331300ad3cc9bb34efc4bd", "user_name", "problem.admin"),
        ("sys_user", "62826bf03710200044e0bfc8bcbe5df1", "user_name", "abel.tuter"),
        ("sys_user_role", "282bf1fac6112285017366cb5f867469", "name", "itil"),
        ("sys_user_role", ADMIN_ROLE, "name", "admin"),
        ("sys_user_group", "287ebd7da9fe198100f92cc8d1d2154e", "name", "Network"),
        (
            "std_change_producer_version",
            "deb8544047810200e90d87e8dee490af",
            "name",
            "Clear BGP sessions on a Cisco router - 1",
        ),
    ],
)
def test_what_clients_know_by_its_sys_id(
    shop: Desk, table: str, sys_id: str, column: str, value: str
) -> None:
    """The ids that clients' own tests name."""
    assert shop.one(table, sys_id=sys_id)[column] == value


def test_more_than_a_handful_are_admins(shop: Desk) -> None:
    """Between eleven and twenty-four users hold the admin role."""
    holders = {row["user"] for row in shop.store.find("sys_user_has_role", role=ADMIN_ROLE)}
    assert 11 <= len(holders) <= 24


def test_groups_have_managers_members_and_roles(shop: Desk) -> None:
    """A handful of them through a role whose name has `admin` in it."""
    groups = shop.store.find("sys_user_group", active="true")
    assert len({row["manager"] for row in groups} - {""}) > 3
    roles = {row["sys_id"]: row["name"] for row in shop.store.find("sys_user_role")}
    assigned = shop.store.find("sys_group_has_role")
    assert 3 <= len({row["group"] for row in assigned if "admin" in roles[row["role"]]}) <= 7
    assert len({row["group"] for row in shop.store.find("sys_user_grmember")}) > 10


def test_members_inherit_what_their_groups_have(shop: Desk) -> None:
    """From the parent group too."""
    linux = shop.one("sys_user_group", name="Linux Servers")["sys_id"]
    for member in shop.store.find("sys_user_grmember", group=linux):
        assert "itil" in shop.roles_of(shop.one("sys_user", sys_id=member["user"]))


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("syslog", 601),
        ("sys_metadata", 501),
        ("sys_user", 300),
        ("incident", 60),
        ("problem", 12),
        ("change_request", 20),
        ("cmdb_ci", 100),
        ("alm_asset", 50),
        ("sc_req_item", 10),
        ("kb_knowledge", 10),
        ("cmdb_rel_ci", 20),
    ],
)
def test_there_is_enough_to_page_through(shop: Desk, table: str, least: int) -> None:
    """Several pages of a hundred where clients page."""
    assert shop.store.count(table) >= least


def test_few_have_a_mobile_phone(shop: Desk) -> None:
    """Fewer than twenty, and not nobody."""
    assert 0 < sum(bool(row["mobile_phone"]) for row in shop.store.find("sys_user")) < 20


@pytest.mark.parametrize(("table", "states"), [("incident", 6), ("problem", 6), ("change_request", 7)])
def test_tasks_are_in_different_states(shop: Desk, table: str, states: int) -> None:
    """And were opened by different people at different times."""
    rows = shop.store.find(table)
    assert len({row["state"] for row in rows}) >= states
    assert len({row["sys_created_by"] for row in rows}) >= 3
    assert len({row["sys_created_on"] for row in rows}) > len(rows) / 2


def test_tasks_are_as_rules_would_have_made_them(shop: Desk) -> None:
    """Inactive when closed, both states equal, priority by impact and urgency, resolved after it was opened."""
    for table, twin in (("incident", "incident_state"), ("problem", "problem_state")):
        for row in shop.store.find(table):
            assert row["state"] == row[twin]
            assert (row["active"] == "false") == (row["state"] in CLOSED[table]), row["number"]
    for row in shop.store.find("problem"):
        assert row["priority"] == PRIORITIES[row["impact"], row["urgency"]]
        assert not row["resolved_at"] or row["resolved_at"] > row["opened_at"]


def test_numbers_and_names_are_nobody_else_s(shop: Desk) -> None:
    """Numbers are counted on from what is there."""
    numbers = [row["number"] for row in shop.store.find("task")]
    assert len(numbers) == len(set(numbers))
    assert len(names_of(shop, "sys_user", "user_name")) == shop.store.count("sys_user")


def test_people_look_like_people(shop: Desk) -> None:
    """Different names, titles, places and dates, and plain ASCII to log in with."""
    users = shop.store.find("sys_user")
    assert len({row["name"] for row in users}) > 500
    assert len({row["location"] for row in users}) > 15
    assert len({row["sys_created_on"] for row in users}) > 400
    assert all(row["user_name"].isascii() for row in users)
    assert any(not row["last_name"].isascii() for row in users)
    assert {row["active"] for row in users} == {"true", "false"}


def test_every_reference_leads_somewhere(shop: Desk) -> None:
    """No row points at one that does not exist, and no `@table/name` is left over."""
    known = {row["sys_id"] for table in table_names() for row in shop.store.find(table)}
    kinds = {"reference", "glide_list"}
    astray = [
        (table, column.name, row[column.name])
        for table in set(table_names()) - {"sys_metadata", "sys_dictionary"}
        for row in shop.store.find(table)
        for column in get_table(table).columns.values()
        if column.type in kinds and row[column.name] and row[column.name] not in known
    ]
    assert astray == []


def test_dates_are_dates(shop: Desk) -> None:
    """Nothing is updated before it was created."""
    for table in ("sys_user", "task", "cmdb_ci", "alm_asset", "syslog", "sysevent", "kb_knowledge"):
        for row in shop.store.find(table):
            created, updated = (
                datetime.fromisoformat(row[name]) for name in ("sys_created_on", "sys_updated_on")
            )
            assert created <= updated, (table, row["sys_id"])


def test_values_fit_their_columns(shop: Desk) -> None:
    """What the demo data holds could have been written over REST."""
    long = [
        (table, name, value)
        for table in (
            "sys_user",
            "task",
            "cmdb_ci",
            "alm_asset",
            "sys_user_group",
            "cmn_location",
            "sys_script",
        )
        for row in shop.store.find(table)
        for name, value in row.items()
        if len(value) > get_table(row.get("sys_class_name") or table).columns[name].max_length
    ]
    assert long == []


def test_choices_are_choices(shop: Desk) -> None:
    """Every value is one of its column's list."""
    odd = [
        (table, name, row[name])
        for table in (
            "incident",
            "problem",
            "change_request",
            "cmdb_ci_linux_server",
            "sc_task",
            "kb_knowledge",
        )
        for row in shop.store.find(table)
        for name, column in get_table(table).columns.items()
        if column.choices and row[name] and row[name] not in column.choices
    ]
    assert odd == []


def test_two_instances_have_the_same_demo_data(shop: Desk) -> None:
    """Row for row, but for the salt of admin's password."""
    other = Store(None)
    seed(other, parse({"demo_data": "present"}), "admin")
    other.update("sys_user", ADMIN, {"user_password": shop.one("sys_user", sys_id=ADMIN)["user_password"]})
    for table in ("sys_user", "task", "cmdb_ci", "syslog", "sys_user_has_role", "alm_asset", "sys_script"):
        assert other.find(table) == shop.store.find(table)
    other.close()


def test_without_the_switch_there_is_none_of_it(desk: Desk) -> None:
    """A plain instance has its admin, its guest and a few incidents."""
    assert names_of(desk, "sys_user", "user_name") == {"admin", "guest"}
    assert desk.store.count("syslog") == 0
    assert desk.one("sys_user", user_name="admin")["department"] == ""


def test_tables_that_clients_ask_for_are_described(shop: Desk) -> None:
    """Their rows in sys_db_object, with parents and numbers."""
    assert {"alm_asset", "bsm_chart", "sc_request", "cmdb_ci_ec2_instance"} <= names_of(shop, "sys_db_object")
    row = shop.one("sys_db_object", name="incident")
    assert shop.one("sys_number", sys_id=row["number_ref"])["prefix"] == "INC"
    assert [shop.one("sys_db_object", name=name)["is_extendable"] for name in ("task", "incident")] == [
        "true",
        "false",
    ]


@pytest.mark.parametrize(
    ("table", "element", "cascade"),
    [
        ("sys_user_has_role", "user", "delete"),
        ("sysauto", "run_as", "restrict"),
        ("incident", "caller_id", ""),
    ],
)
def test_the_dictionary_tells_what_a_deletion_does(
    shop: Desk, table: str, element: str, cascade: str
) -> None:
    """As the rules do (tables.md 3.1)."""
    assert shop.one("sys_dictionary", name=table, element=element)["reference_cascade_rule"] == cascade


# -- very many users


@pytest.fixture
def crowd(desk: Desk) -> Desk:
    """A plain instance with a thousand more users."""
    fill_users(desk.store, Switches(), 1000)
    return desk


def test_a_crowd_is_added(crowd: Desk) -> None:
    """To whoever was there; all of them active, with names, and found by them."""
    users = crowd.store.find("sys_user")
    assert len(users) == 1002
    assert len({row["user_name"] for row in users}) == 1002
    assert {len(row["sys_id"]) for row in users} == {32}
    assert len({row["name"] for row in users}) > 500
    (found,) = crowd.store.find("sys_user", user_name=users[5]["user_name"])
    assert found["sys_class_name"] == "sys_user"


def test_a_crowd_comes_once(crowd: Desk) -> None:
    """A second one would be the same people, and the first is left as it was."""
    with pytest.raises(UniqueViolationError):
        fill_users(crowd.store, Switches(), 1000)
    assert crowd.store.count("sys_user") == 1002
    assert crowd.insert("sys_user", user_name="ada")["user_name"] == "ada"


def test_names_are_still_unique_after_a_crowd(crowd: Desk) -> None:
    """The indexes were made anew."""
    taken = crowd.store.find("sys_user")[7]["user_name"]
    with pytest.raises(UniqueViolationError):
        crowd.store.insert("sys_user", {"sys_id": "f" * 32, "user_name": taken.upper()})


def test_nobody_at_all_is_no_crowd(desk: Desk) -> None:
    """And no mistake."""
    fill_users(desk.store, Switches(), 0)
    assert desk.store.count("sys_user") == 2


@pytest.mark.parametrize(
    ("table", "column", "value", "seen"),
    [
        ("kb_knowledge", "workflow_state", "published", True),
        ("kb_knowledge", "workflow_state", "draft", False),
        ("sc_catalog", "title", "Service Catalog", True),
        ("cmn_cost_center", "name", "IT", True),
        ("alm_hardware", "install_status", "1", False),
        ("problem", "state", "107", False),
        ("cmdb_rel_ci", "connection_strength", "always", False),
    ],
)
def test_what_somebody_without_roles_may_see(
    shop: Desk, table: str, column: str, value: str, *, seen: bool
) -> None:
    """What is published for everybody, and nothing else (tables.md 4.3)."""
    employee = shop.access("employee")
    assert {employee.may("read", table, row) for row in shop.store.find(table, **{column: value})} == {seen}


def test_requests_are_seen_by_those_who_made_them(shop: Desk) -> None:
    """And by those who fulfil them."""
    row = shop.store.find("sc_request")[0]
    owner = shop.one("sys_user", sys_id=row["requested_for"])["user_name"]
    allowed = [shop.access(name).may("read", "sc_request", row) for name in (owner, "employee", "itil")]
    assert allowed == [True, False, True]


def test_the_vendors_sample_of_an_import_works() -> None:
    """imp_user goes through the map called User into sys_user, once (recorded 55)."""
    sandbox = Sandbox(None, parse({"demo_data": "present"}))
    body = b"{'first_name':'John','last_name':'Public','user_id':'john.public','email':'j@company.com'}"
    replies = [Caller(sandbox).send("POST", "/api/now/import/imp_user", body).json() for _ in range(2)]
    sandbox.close()
    first, second = (reply["result"] for reply in replies)
    assert [(each["transform_map"], each["display_value"]) for each in first] == [("User", "John Public")]
    assert (first[0]["status"], second[0]["status"]) == ("inserted", "ignored")


def test_everybody_keeps_preferences_of_his_own(desk: Desk) -> None:
    """Which is how a user chooses his update set (wire-contract.md 7.2)."""
    joe = desk.user("joe")["sys_id"]
    row = desk.by("joe").insert("sys_user_preference", user=joe, name="sys_update_set", value="x")
    assert desk.by("joe").update("sys_user_preference", row, value="y")["value"] == "y"
    with pytest.raises(Aborted):
        desk.by("joe").insert("sys_user_preference", user=ADMIN, name="sys_update_set", value="x")
