"""Value shapes: wire-contract.md 2.2."""

from collections.abc import Callable, Iterator

import pytest

from snowconf.dictionary import Column
from snowconf.sandbox.answers.displaying import Displayer, Library
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.queries.path import Step
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import parse
from tests.sandbox.caller import ADMIN, HOST, Caller

LINK = f"{HOST}/api/now/table/sys_user/{ADMIN}"


@pytest.fixture
def team(admin: Caller) -> str:
    """The record of a group whose manager is admin."""
    row = {"name": "Team", "manager": ADMIN, "active": "true"}
    return "sys_user_group/" + str(admin.post("sys_user_group", row).result["sys_id"])


@pytest.fixture
def displayer() -> Iterator[Displayer]:
    """Somebody who sees values in UTC."""
    store = Store(None)
    yield Displayer(library=Library(store=store), switches=parse({}))
    store.close()


@pytest.mark.parametrize(
    ("parameters", "manager", "active"),
    [
        ({}, {"link": LINK, "value": ADMIN}, "true"),
        ({"sysparm_exclude_reference_link": "True"}, ADMIN, "true"),
        ({"sysparm_display_value": "true"}, {"display_value": "System Administrator", "link": LINK}, "true"),
        (
            {"sysparm_display_value": "TRUE", "sysparm_exclude_reference_link": "true"},
            "System Administrator",
            "true",
        ),
        (
            {"sysparm_display_value": "all"},
            {"display_value": "System Administrator", "value": ADMIN, "link": LINK},
            {"display_value": "true", "value": "true"},
        ),
        (
            {"sysparm_display_value": "all", "sysparm_exclude_reference_link": "true"},
            {"display_value": "System Administrator", "value": ADMIN},
            {"display_value": "true", "value": "true"},
        ),
        ({"sysparm_display_value": "nonsense"}, {"link": LINK, "value": ADMIN}, "true"),
    ],
)
def test_every_mode(
    admin: Caller, team: str, parameters: dict[str, str], manager: object, active: object
) -> None:
    """Value, display and both, with links and without."""
    row = admin.get(team, sysparm_fields="manager,active", **parameters).result
    assert row == {"manager": manager, "active": active}


@pytest.mark.parametrize("mode", ["false", "true"])
def test_an_empty_reference_is_an_empty_string(admin: Caller, mode: str) -> None:
    """Neither an object nor null, and never absent."""
    row = admin.get(f"sys_user/{ADMIN}", sysparm_fields="manager", sysparm_display_value=mode).result
    assert row == {"manager": ""}


def test_an_empty_reference_has_no_link_in_all_mode(admin: Caller) -> None:
    """Both halves are empty."""
    row = admin.get(f"sys_user/{ADMIN}", sysparm_fields="manager", sysparm_display_value="all").result
    assert row == {"manager": {"display_value": "", "value": ""}}


def test_a_reference_to_nothing_still_has_a_link(admin: Caller) -> None:
    """A value that is no sys_id is stored as it is and linked to nowhere (wire-contract.md 6.3)."""
    row = admin.post(
        "sys_user_group", {"name": "Odd", "manager": "no value"}, sysparm_fields="manager"
    ).result
    assert row == {"manager": {"link": f"{HOST}/api/now/table/sys_user/no value", "value": "no value"}}


@pytest.mark.parametrize("prefix", ["/api/now/table", "/api/now/v1/table", "/api/now/v2/table"])
def test_links_repeat_the_version_of_the_request(admin: Caller, team: str, prefix: str) -> None:
    """A v2 call gets v2 links (wire-contract.md 1.1)."""
    row = admin.send("GET", f"{prefix}/{team}?sysparm_fields=manager").result
    assert row["manager"]["link"] == f"{HOST}{prefix}/sys_user/{ADMIN}"


def test_the_domain_is_the_word_global(admin: Caller) -> None:
    """`sys_domain` links to sys_user_group/global."""
    row = admin.get(f"sys_user/{ADMIN}", sysparm_fields="sys_domain").result
    assert row == {"sys_domain": {"link": f"{HOST}/api/now/table/sys_user_group/global", "value": "global"}}


def test_the_scope_is_the_word_global(admin: Caller) -> None:
    """References to the global scope hold its name instead of a sys_id, and show it."""
    asked = {"sysparm_fields": "sys_scope", "sysparm_limit": "1", "sysparm_display_value": "all"}
    (row,) = admin.get("sys_user_role", sysparm_query="name=itil", **asked).result
    assert row["sys_scope"] == {
        "display_value": row["sys_scope"]["display_value"],
        "value": "global",
        "link": f"{HOST}/api/now/table/sys_scope/global",
    }
    assert row["sys_scope"]["display_value"].lower() == "global"


def test_dot_walked_columns_come_back_flat(admin: Caller, team: str) -> None:
    """The key is the whole path; unknown names are left out, blanks around names do not count."""
    names = " name , manager.user_name,manager.manager.name,manager.nope,nope,name.x,, manager.sys_domain"
    row = admin.get(team, sysparm_fields=names).result
    assert list(row) == ["name", "manager.user_name", "manager.manager.name", "manager.sys_domain"]
    assert (row["manager.user_name"], row["manager.manager.name"]) == ("admin", "")
    assert row["manager.sys_domain"]["value"] == "global"


def test_all_columns_come_without_a_list(admin: Caller) -> None:
    """Nothing named is everything, and so is nothing but commas."""
    everything = admin.get(f"sys_user/{ADMIN}").result
    assert {"sys_id", "user_name", "email", "sys_mod_count"} <= everything.keys()
    assert admin.get(f"sys_user/{ADMIN}", sysparm_fields=" ,").result.keys() == everything.keys()


def test_a_class_shows_its_label(admin: Caller) -> None:
    """In display mode sys_class_name is what people call the table."""
    asked = {"sysparm_fields": "sys_class_name", "sysparm_display_value": "true"}
    assert admin.get(f"sys_user/{ADMIN}", **asked).result == {"sys_class_name": "User"}


def test_choices_show_their_labels(admin: Caller) -> None:
    """A stored value that is in no list shows as it is."""
    asked = {"sysparm_fields": "notification", "sysparm_display_value": "all"}
    assert admin.get(f"sys_user/{ADMIN}", **asked).result["notification"] == {
        "display_value": "Enable",
        "value": "2",
    }
    admin.sandbox.store.update("sys_user", ADMIN, {"notification": "77"})
    assert admin.get(f"sys_user/{ADMIN}", **asked).result["notification"]["display_value"] == "77"


@pytest.mark.parametrize(("value", "shown"), [("empty", ""), ("null", None), ("none", "None")])
def test_an_empty_choice_shows_as_releases_did(
    start: Callable[..., Sandbox], value: str, shown: str | None
) -> None:
    """An empty string in 2022, null in 2020, `None` in 2019."""
    admin = Caller(start(empty_choice=value))
    row = admin.get(f"sys_user/{ADMIN}", sysparm_fields="agent_status", sysparm_display_value="all").result
    assert row == {"agent_status": {"display_value": shown, "value": ""}}


def test_times_show_in_the_callers_zone(admin: Caller) -> None:
    """The value stays UTC."""
    admin.patch(f"sys_user/{ADMIN}", {"time_zone": "America/Los_Angeles"})
    asked = {"sysparm_fields": "sys_created_on", "sysparm_display_value": "all"}
    assert admin.get(f"sys_user/{ADMIN}", **asked).result["sys_created_on"] == {
        "display_value": "2025-01-15 00:00:00",
        "value": "2025-01-15 08:00:00",
    }


def test_passwords_show_as_stars(admin: Caller) -> None:
    """In display mode nothing is told but that there is one."""
    asked = {"sysparm_fields": "user_password", "sysparm_display_value": "true"}
    assert admin.get(f"sys_user/{ADMIN}", **asked).result == {"user_password": "********"}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("integer", "28800", "28,800"),
        ("integer", "-1234567", "-1,234,567"),
        ("decimal", "1234.50", "1,234.50"),
        ("integer", "", ""),
        ("integer", "many", "many"),
        ("glide_duration", "1970-01-01 08:00:00", "8 Hours"),
        ("glide_duration", "1970-01-02 04:23:59", "1 Day 4 Hours 23 Minutes"),
        ("glide_duration", "1970-01-01 00:00:00", "0 Seconds"),
        ("glide_duration", "1970-01-01 00:00:01", "1 Second"),
        ("glide_duration", "1970-01-01 00:01:59", "1 Minute"),
        ("glide_duration", "", ""),
        ("glide_date_time", "soon", "soon"),
        ("glide_date_time", "", ""),
        ("password2", "", ""),
        ("sys_class_name", "no_such_table", "no_such_table"),
        ("boolean", "true", "true"),
        ("string", "1234", "1234"),
    ],
)
def test_display_values_by_type(displayer: Displayer, kind: str, value: str, shown: str) -> None:
    """Thousands are separated, durations are words, what does not fit its type stays as it is."""
    assert displayer.show(Step("t", Column(name="c", label="C", type=kind)), value) == shown


def test_lists_of_references_show_names(displayer: Displayer) -> None:
    """Each sys_id by its name; what is none stays."""
    displayer.library.store.insert("sys_user", {"sys_id": "a", "name": "Ann"})
    column = Column(name="c", label="C", type="glide_list", reference="sys_user")
    assert displayer.show(Step("t", column), "a,b@example.com") == "Ann, b@example.com"
    assert displayer.show(Step("t", column), "") == ""
