"""Lists: what is asked for, how many requests it takes, and what is believed of the answer."""

from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from snowconf.errors import BrokenAnswerError, FilterIgnoredError, UnaskableError
from snowconf.model.query import Condition, Query, where
from tests.servicenow.wire import URL, Wire, answer, client, listed


def row(number: int, **columns: Any) -> dict[str, Any]:
    """A row with a sys_id in counting order."""
    return {"sys_id": f"{number:032x}", **columns}


def names(*values: str) -> Query:
    """The rows with these names."""
    return Query(((Condition("name", "IN", values),),))


def test_a_list_asks_for_plain_values_and_for_what_the_filter_needs() -> None:
    """Columns, key and filter columns each once; no links, no display values, ordered by the key."""
    wire = Wire([listed([])])
    client(wire).list_rows("sys_user", where(active="true"), ["user_name", "active"])
    assert wire.parameters() == {
        "sysparm_query": "active=true^ORDERBYsys_id",
        "sysparm_fields": "user_name,active,sys_id",
        "sysparm_exclude_reference_link": "true",
        "sysparm_display_value": "false",
        "sysparm_limit": "1000",
    }


def test_the_query_is_percent_encoded_once() -> None:
    """What leaves is byte for byte what was escaped."""
    wire = Wire([listed([])])
    client(wire).list_rows("sys_user", names("a b", "c%5E"), [])
    assert b"sysparm_query=nameINa%20b,c%255E%5EORDERBYsys_id&" in wire.requests[0].url.query


def test_one_page_that_holds_everything_is_one_request() -> None:
    """No request is spent on learning what the total already said."""
    wire = Wire([listed([row(1), row(2)])])
    api = client(wire)
    listing = api.list_rows("sys_user", Query(), [])
    assert (len(listing.rows), listing.hidden, api.counts) == (2, 0, {"GET": 1})


def test_values_of_every_shape_become_strings() -> None:
    """Links, display values, null, numbers and booleans are read as the stored value."""
    shapes = {
        "link": {"link": "https://x/api/now/table/sys_user/1", "value": "1"},
        "both": {"display_value": "One", "value": "1"},
        "shown": {"display_value": "One", "link": "https://x"},
        "null": None,
        "yes": True,
        "no": False,
        "count": 28800,
        "half": 0.50,
        "list": ["a"],
    }
    rows = client(Wire([listed([row(1, **shapes)])])).list_rows("t", Query(), []).rows
    assert {key: value for key, value in rows[0].items() if key != "sys_id"} == {
        "link": "1",
        "both": "1",
        "shown": "One",
        "null": "",
        "yes": "true",
        "no": "false",
        "count": "28800",
        "half": "0.5",
        "list": '["a"]',
    }


def test_the_next_page_begins_after_the_last_key() -> None:
    """Rows that come or go between pages shift nothing."""
    wire = Wire([listed([row(1, active=""), row(2, active="")], 3), listed([row(3, active="")], 1)])
    api = client(wire)
    api.page_size = 2
    listing = api.list_rows("sys_user", where(active=""), [])
    assert [found["sys_id"][-1] for found in listing.rows] == ["1", "2", "3"]
    assert wire.parameters()["sysparm_query"] == f"activeISEMPTY^sys_id>{row(2)['sys_id']}^ORDERBYsys_id"


def test_a_short_page_is_not_the_last_page() -> None:
    """The limit counts rows that the user may not see, so the total decides."""
    wire = Wire([listed([row(1)], 5), listed([row(4), row(5)], 2)])
    api = client(wire)
    api.page_size = 3
    listing = api.list_rows("sys_user", Query(), [])
    assert (len(listing.rows), listing.hidden, api.counts["GET"]) == (3, 2, 2)


def test_a_page_of_hidden_rows_is_passed_by_counting() -> None:
    """A page may be empty while later pages hold rows."""
    wire = Wire([listed([], 5), listed([row(5)], 5)])
    api = client(wire)
    api.page_size = 3
    listing = api.list_rows("sys_user", Query(), [])
    assert (wire.parameters()["sysparm_offset"], len(listing.rows), listing.hidden) == ("3", 1, 4)


def test_without_a_total_an_empty_page_is_the_end() -> None:
    """Some fronts strip headers."""
    wire = Wire([answer(200, {"result": [row(1)]}), answer(200, {"result": []}, X_Total_Count="many")])
    listing = client(wire).list_rows("sys_user", Query(), [])
    assert (len(listing.rows), listing.hidden) == (1, 0)


def test_an_unreadable_table_is_hidden_rows_and_not_an_empty_table() -> None:
    """200 and nothing, though rows are counted (trap 3 of tables.md 12)."""
    listing = client(Wire([listed([], 103)])).list_rows("incident", Query(), [])
    assert (listing.rows, listing.hidden) == ((), 103)


def test_a_canary_is_one_request_of_at_most_so_many_rows() -> None:
    """With a limit nothing is paged, and rows beyond the limit are not hidden ones."""
    wire = Wire([listed([row(1, name="admin")], 40)])
    listing = client(wire).list_rows("sys_user_role", where(name="admin"), [], limit=1)
    assert (wire.parameters()["sysparm_limit"], len(listing.rows), listing.hidden) == ("1", 1, 0)


def test_a_canary_that_is_not_shown_is_hidden() -> None:
    """A counted row that did not come proves blindness."""
    listing = client(Wire([listed([], 40)])).list_rows("sys_user_role", where(name="admin"), [], limit=1)
    assert (listing.rows, listing.hidden) == ((), 1)


def test_trap_1_a_row_that_the_filter_excludes_stops_everything() -> None:
    """A misspelt column matches every row; the error names the table and the columns."""
    api = client(Wire([listed([row(1, user_name="other")])]))
    with pytest.raises(FilterIgnoredError, match=r"sys_user filtered by user_name .*ignored a condition"):
        api.list_rows("sys_user", where(user_name="svc"), [])


def test_a_row_from_before_the_page_stops_everything() -> None:
    """An ignored key condition would go round for ever."""
    api = client(Wire([listed([row(5)], 9), listed([row(5)], 9)]))
    api.page_size = 1
    with pytest.raises(FilterIgnoredError, match="sys_id"):
        api.list_rows("sys_user", Query(), [])


def test_a_row_without_the_filter_column_is_kept_out_and_counted() -> None:
    """A filter key that is missing was not readable, so nobody can tell whether the row belongs."""
    api = client(Wire([listed([row(1), row(2, user_name="svc")])]))
    listing = api.list_rows("sys_user", where(user_name="svc"), [])
    assert ([found["sys_id"] for found in listing.rows], listing.hidden) == ([row(2)["sys_id"]], 1)


def test_a_column_that_no_row_shows_is_not_looked_for_in_the_whole_table() -> None:
    """A misspelt column is dropped from the query and from the rows: one page is enough to know that we are blind."""
    wire = Wire([listed([row(1), row(2)], 100_000)])
    api = client(wire)
    api.page_size = 2
    listing = api.list_rows("sys_user", where(usr_name="svc"), [])
    assert (listing.rows, listing.hidden, len(wire.requests)) == ((), 100_000, 1)


def test_a_row_without_its_key_is_counted_as_hidden() -> None:
    """Nothing can be done with a record whose sys_id is not shown."""
    listing = client(Wire([listed([{"name": "x"}])])).list_rows("sys_user", Query(), ["name"])
    assert (listing.rows, listing.hidden) == ((), 1)


def test_a_row_that_differs_only_in_case_is_no_ignored_condition() -> None:
    """The platform does not mind case; whether it is the right row is for the caller (trap 20)."""
    listing = client(Wire([listed([row(1, user_name="ADMIN")])])).list_rows(
        "sys_user", where(user_name="admin"), []
    )
    assert [found["user_name"] for found in listing.rows] == ["ADMIN"]


def test_a_value_with_a_caret_is_asked_by_its_beginning_and_compared_here() -> None:
    """Rows that only share the beginning are left out without an error."""
    wire = Wire([listed([row(1, name="a^b"), row(2, name="a^c")])])
    listing = client(wire).list_rows("sys_properties", where(name="a^b"), [])
    assert wire.parameters()["sysparm_query"] == "nameSTARTSWITHa^ORDERBYsys_id"
    assert [found["name"] for found in listing.rows] == ["a^b"]


def test_a_long_list_of_names_goes_in_chunks_and_each_row_comes_once() -> None:
    """Addresses stay under 7,500 bytes; a row that two chunks find is one row."""
    wanted = [f"com.acme.integration.setting_{number:04}" for number in range(600)]
    ids = tuple(f"{number:032x}" for number in range(300))
    query = Query(((Condition("name", "IN", tuple(wanted)), Condition("sys_id", "IN", ids)),))

    def find(request: httpx.Request) -> httpx.Response:
        text = unquote(request.url.query.decode())
        return listed(
            [row(n, name=name) for n, name in enumerate(wanted) if name in text or row(n)["sys_id"] in text]
        )

    wire = Wire([find], endless=True)
    listing = client(wire).list_rows("sys_properties", query, ["name", "value"])
    assert sorted(found["name"] for found in listing.rows) == wanted
    assert max(len(str(request.url)) for request in wire.requests) <= 7_500
    assert len(wire.requests) <= 8


def test_an_empty_list_of_names_asks_nothing() -> None:
    """No alternative can hold, so there is nothing to ask."""
    wire = Wire([])
    assert client(wire).list_rows("sys_user", names(), []).rows == ()


@pytest.mark.parametrize("table", ["sys_user/../oauth", "", "sys user", "Sys_User", "x?y"])
def test_a_table_with_a_strange_name_is_never_asked_for(table: str) -> None:
    """A name that does not look like one never becomes part of an address."""
    with pytest.raises(UnaskableError, match="not the name of a table"):
        client(Wire([])).list_rows(table, Query(), [])


def test_a_column_with_a_strange_name_is_never_asked_for() -> None:
    """The list of columns is part of the address too."""
    with pytest.raises(UnaskableError, match="not the name of a column"):
        client(Wire([])).list_rows("sys_user", Query(), ["name&sysparm_limit=1"])


@pytest.mark.parametrize("rows", [{"sys_id": "1"}, "text", [["a"]], ["a"]])
def test_a_list_of_another_shape_is_a_broken_answer(rows: object) -> None:
    """What is not a list of records is never read as no records."""
    wire = Wire([answer(200, {"result": rows})], endless=True)
    with pytest.raises(BrokenAnswerError):
        client(wire).list_rows("sys_user", Query(), [])


def test_the_address_is_the_unversioned_table_api() -> None:
    """The newest version answers an empty list with 200, unlike v1."""
    wire = Wire([listed([])])
    client(wire).list_rows("sys_user", Query(), [])
    assert str(wire.requests[0].url).startswith(f"{URL}/api/now/table/sys_user?")
