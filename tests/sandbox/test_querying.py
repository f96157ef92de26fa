"""Encoded queries as lists answer them: wire-contract.md 3, told apart fact by fact."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.sandbox.caller import ADMIN, Caller

MINE = "source=test"


@pytest.fixture
def people(admin: Caller) -> Caller:
    """Four users: ann is bob's manager, bob is carl's, and carl and Dora have numbers of failed attempts."""
    ids: dict[str, str] = {}
    for name, manager, attempts, active in [
        ("ann", "", "", "true"),
        ("bob", "ann", "", "false"),
        ("carl", "bob", "9", "true"),
        ("Dora", "", "10", "true"),
    ]:
        row = {"user_name": name, "last_name": name, "manager": ids.get(manager, ""), "active": active}
        ids[name] = admin.post("sys_user", row | {"source": "test"}).result["sys_id"]
        admin.sandbox.store.update("sys_user", ids[name], {"failed_attempts": attempts})
    return admin


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_name=ann", "ann"),
        ("user_name=ANN", "ann"),
        ("user_name!=ann", "Dora bob carl"),
        ("user_nameINann,BOB,x", "ann bob"),
        ("user_nameNOT INann,bob", "Dora carl"),
        ("user_name>bob", "Dora carl"),
        ("user_name>=bob", "Dora bob carl"),
        ("user_name<bob", "ann"),
        ("user_name<=bob", "ann bob"),
        ("user_nameBETWEENb@ca", "bob"),
        ("user_nameLIKEA", "Dora ann carl"),
        ("user_nameCONTAINSar", "carl"),
        ("user_name*AR", "carl"),
        ("user_nameNOT LIKEa", "bob"),
        ("user_nameDOES NOT CONTAINa", "bob"),
        ("user_name!*a", "bob"),
        ("user_nameSTARTSWITHD", "Dora"),
        ("user_nameENDSWITHB", "bob"),
        ("user_name%rl", "carl"),
        ("managerISEMPTY", "Dora ann"),
        ("managerEMPTYSTRING", "Dora ann"),
        ("managerISNOTEMPTY", "bob carl"),
        ("managerANYTHING", "Dora ann bob carl"),
        ("user_name=", ""),
        ("manager=", "Dora ann"),
        ("manager!=", "bob carl"),
        ("user_nameSAMEASlast_name", "Dora ann bob carl"),
        ("user_nameNSAMEASlast_name", ""),
        ("user_nameSAMEASmanager.user_name", ""),
        ("user_nameNSAMEASmanager.user_name", "Dora ann bob carl"),
        ("active=1", "Dora ann carl"),
        ("activeIN0", "bob"),
        ("active!=true", "bob"),
    ],
)
def test_operators(people: Caller, query: str, found: str) -> None:
    """Each operator finds what the documentation says, whatever the letters' case (wire-contract.md 3.2)."""
    assert " ".join(sorted(people.names("sys_user", "user_name", f"{MINE}^{query}"))) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("failed_attempts>9", "Dora"),
        ("failed_attempts<10", "carl"),
        ("failed_attemptsBETWEEN8@9.5", "carl"),
        ("failed_attempts>many", ""),
        ("failed_attempts=9", "carl"),
        ("failed_attempts!=9", "Dora ann bob"),
    ],
)
def test_numbers_compare_as_numbers(people: Caller, query: str, found: str) -> None:
    """Ten is more than nine, and an empty number is neither more nor less."""
    assert " ".join(sorted(people.names("sys_user", "user_name", f"{MINE}^{query}"))) == found


def test_numbers_sort_as_numbers(people: Caller) -> None:
    """Empty ones come first."""
    order = f"{MINE}^failed_attemptsISNOTEMPTY^ORuser_name=ann^ORDERBYfailed_attempts"
    assert people.names("sys_user", "user_name", order) == ["ann", "carl", "Dora"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("manager.user_name=ann", "bob"),
        ("manager.manager.user_name=ann", "carl"),
        ("manager.user_name!=ann", "Dora ann carl"),
        ("manager.manager.user_nameISEMPTY", "Dora ann bob"),
        ("manager.manager.user_nameNOT LIKEnn", "Dora ann bob"),
        ("manager.user_nameNOT INann", "Dora ann carl"),
        ("managerLIKENN", "bob"),
        ("managerSTARTSWITHb", "carl"),
        ("managerENDSWITHb", "carl"),
        ("managerNOT LIKEann", "Dora ann carl"),
        ("manager=ann", ""),
        ("manager.last_nameSAMEASmanager.user_name", "Dora ann bob carl"),
    ],
)
def test_dot_walks(people: Caller, query: str, found: str) -> None:
    """A path that breaks off is an empty value; text operators see what a reference shows (wire-contract.md 3.2)."""
    assert " ".join(sorted(people.names("sys_user", "user_name", f"{MINE}^{query}"))) == found


def test_a_path_may_be_long(people: Caller) -> None:
    """Forty steps are walked, more are an unknown column."""
    deep = "manager." * 39
    assert people.names("sys_user", "user_name", f"{MINE}^{deep}user_name=x") == []
    assert len(people.names("sys_user", "user_name", f"{MINE}^manager.{deep}user_name=x")) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user_name=ann^ORuser_name=bob^active=true", "ann"),
        ("active=true^user_name=ann^ORuser_name=bob", "ann"),
        ("user_name=ann^NQsource=test^user_name=bob", "ann bob"),
    ],
)
def test_connectives(people: Caller, query: str, found: str) -> None:
    """`^OR` binds tighter than `^`, `^NQ` is a union."""
    assert " ".join(sorted(people.names("sys_user", "user_name", f"{MINE}^{query}"))) == found


def test_order_is_by_what_references_show(people: Caller) -> None:
    """A reference sorts by its display value, downwards too; ties go by sys_id."""
    names = people.names("sys_user", "user_name", f"{MINE}^managerISNOTEMPTY^ORDERBYDESCmanager")
    assert names == ["carl", "bob"]


@pytest.mark.parametrize(
    "condition",
    [
        "no_such_column=1",
        "manager.no_such_column=1",
        "user_name.name=1",
        "client_id=1",
        "Name=1",
        "user_nameDYNAMICabc",
        "user_nameSAMEASno_such_column",
        "user_name=javascript:gs.getProperty('x')",
        "user_name=javascript:gs.daysAgo(1)+1",
    ],
)
def test_invalid_conditions_are_dropped(start: Callable[..., Sandbox], condition: str) -> None:
    """An invalid condition disappears, alone or beside an alternative (wire-contract.md 3.4, tables.md 12.1)."""
    admin = Caller(start())
    everybody = admin.names("sys_user", "user_name")
    assert admin.names("sys_user", "user_name", condition) == everybody
    assert admin.names("sys_user", "user_name", f"user_name=admin^{condition}") == ["admin"]
    assert admin.names("sys_user", "user_name", f"user_name=admin^OR{condition}") == ["admin"]


def test_a_base_table_does_not_know_columns_of_its_classes(admin: Caller) -> None:
    """Filtering sys_metadata by a column of one class is dropped like any unknown column."""
    with_it = admin.get("sys_metadata", sysparm_query="elevated_privilege=true", sysparm_limit="1")
    without = admin.get("sys_metadata", sysparm_limit="1")
    assert with_it.header("X-Total-Count") == without.header("X-Total-Count")


def test_invalid_conditions_can_find_nothing(start: Callable[..., Sandbox]) -> None:
    """With glide.invalid_query.returns_no_rows the whole query finds nothing."""
    admin = Caller(start(unknown_query_column="no-rows"))
    reply = admin.get("sys_user", sysparm_query="user_name=admin^ORnope=1")
    assert (reply.status, reply.result, reply.header("X-Total-Count")) == (200, [], "0")


def test_invalid_conditions_can_be_refused(start: Callable[..., Sandbox]) -> None:
    """Some tables answer an unknown column with 403."""
    reply = Caller(start(unknown_query_column="forbidden")).get("sys_user", sysparm_query="nope=1")
    assert (reply.status, reply.error) == (403, ("Insufficient rights to query records", None))


def test_the_caller_can_be_asked_for(people: Caller) -> None:
    """`javascript:gs.getUserID()` and `gs.getUserName()` are the user of the request."""
    assert people.names("sys_user", "user_name", "sys_id=javascript:gs.getUserID()") == ["admin"]
    assert people.names("sys_user", "user_name", "user_name=javascript:gs.getUserName()") == ["admin"]


def test_dates_can_be_asked_for_relatively(start: Callable[..., Sandbox]) -> None:
    """`gs.beginningOf…` functions give moments in UTC, also within a range."""
    admin = Caller(start())
    admin.post("sys_user", {"user_name": "fresh"})
    today = "sys_created_onBETWEENjavascript:gs.beginningOfToday()@javascript:gs.endOfToday()"
    assert admin.names("sys_user", "user_name", today) == ["fresh"]
    assert admin.names("sys_user", "user_name", "sys_created_on>javascript:gs.endOfThisYear()") == []


def test_keyset_pages_are_stable(admin: Caller) -> None:
    """`sys_id>LAST^ORDERBYsys_id` walks every row once, in order."""
    seen: list[str] = []
    while page := admin.names(
        "sys_user_role", "sys_id", f"sys_id>{seen[-1] if seen else ''}^ORDERBYsys_id", sysparm_limit="7"
    ):
        seen += page
    assert seen == sorted(admin.names("sys_user_role", "sys_id"))


def test_plain_pairs_filter_by_label_and_name(people: Caller) -> None:
    """`column=value` knows choice labels and display values, unlike an encoded query (wire-contract.md 2.1)."""
    asked = {"source": "test", "sysparm_fields": "user_name"}
    assert people.get("sys_user", manager="Ann", **asked).result == [{"user_name": "bob"}]
    assert len(people.get("sys_user", notification="enable", **asked).result) == 4
    assert len(people.get("sys_user", query="number=1", display_value="True", **asked).result) == 4
    assert (
        people.get("sys_user", user_name="bob", sysparm_query="user_name=ann").result[0]["user_name"] == "ann"
    )


def test_the_clock_decides_about_today() -> None:
    """Functions of time go by the sandbox's own clock."""
    sandbox = Sandbox(None, parse({}), clock=lambda: datetime(2020, 2, 29, 12, tzinfo=UTC))
    Caller(sandbox).post("sys_user", {"user_name": "leap"})
    found = Caller(sandbox).names("sys_user", "user_name", "sys_created_on=javascript:gs.nowDateTime()")
    sandbox.close()
    assert found == ["leap"]


def test_many_conditions_are_no_problem(start: Callable[..., Sandbox]) -> None:
    """Thousands of conditions neither overflow SQLite nor slow it down noticeably."""
    admin = Caller(start(long_urls="accept"))
    ors = "^OR".join(f"user_name=u{number}" for number in range(1500))
    assert admin.names("sys_user", "user_name", f"{ors}^ORsys_id={ADMIN}") == ["admin"]
    assert admin.names("sys_user", "user_name", "^".join(["user_name=admin"] * 1500)) == ["admin"]
    orders = "^".join(f"ORDERBY{'manager.' * number}user_name" for number in range(60))
    assert len(admin.names("sys_user", "user_name", orders)) == 2


def test_long_beginnings_can_be_asked_for(start: Callable[..., Sandbox]) -> None:
    """A value longer than any pattern is compared all the same."""
    admin = Caller(start(long_urls="accept"))
    long = "%_" * 4000
    admin.sandbox.store.update("sys_user", ADMIN, {"introduction": long + "x"})
    assert admin.names("sys_user", "user_name", f"introductionSTARTSWITH{long}") == ["admin"]
    assert admin.names("sys_user", "user_name", "introductionSTARTSWITH%_") == ["admin"]
    assert admin.names("sys_user", "user_name", "introductionSTARTSWITH%%") == []
